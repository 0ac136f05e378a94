"""E-mails: the message as one text, what is attached as members, whatever a mail program made of it."""

from __future__ import annotations

import base64
from email.message import EmailMessage

import pytest
from coalitie.pipeline.reading.limits import Limits
from coalitie.pipeline.reading.mail import members
from coalitie.pipeline.reading.rendered import Hints, Member
from coalitie.pipeline.reading.unpacking import texts_of
from coalitie.pipeline.reading.unreadable import Unreadable
from hypothesis import given, settings
from hypothesis import strategies as st

TEXT = "Beste partners van Súdhoek,\n\nDe GGD en Welzijn De Brug doen mee.\n"
PAGE = "<html><head><meta charset='x'></head><body class=a><p>De GGD en <b>Welzijn De Brug</b> doen mee – €5</p></body></html>"
PICTURE = b"\x89PNG\r\n\x1a\n\x00"


def mail(subject: str = "Coalitie Lindewaard") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Message-ID"] = "jan@linde.example", "els@brug.example", "<1@linde.example>"
    if subject:
        message["Subject"] = subject
    return message


def with_text(subject: str = "Coalitie Lindewaard", text: str = TEXT, **how: str) -> EmailMessage:
    message = mail(subject)
    message.set_content(text, **how)  # type: ignore[arg-type]
    return message


def both() -> EmailMessage:
    message = with_text()
    message.add_alternative(PAGE, subtype="html")
    return message


def full() -> EmailMessage:
    message = both()
    html = message.get_payload(1)
    assert isinstance(html, EmailMessage)
    html.add_related(PICTURE, "image", "png", cid="<1>")
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="../plan súd.pdf")
    message.add_attachment(TEXT, filename="plan.txt")
    message.add_attachment(PICTURE, maintype="image", subtype="png", filename="kaart.png")
    message.add_attachment(with_text("Doorgestuurd"))
    message.add_attachment("BEGIN:VCALENDAR", subtype="calendar", filename="afspraak.ics")
    return message


def taken(data: bytes | EmailMessage) -> list[tuple[str, str]]:
    raw = data if isinstance(data, bytes) else data.as_bytes()
    return [
        (m.name, m.problem.error if m.problem else m.data.decode(m.charset or "utf-8", "replace").replace("\r\n", "\n"))
        for m in members(raw, Hints(), Limits())
    ]


SAID = f"Coalitie Lindewaard\n\n{TEXT}"
MESSAGES: list[tuple[str, EmailMessage, str]] = [
    ("plain", with_text(), SAID),
    ("base64", with_text(cte="base64"), SAID),
    ("quoted printable", with_text(cte="quoted-printable"), SAID),
    ("8bit cp1252", with_text(cte="8bit", charset="cp1252"), SAID),
    ("subject already said", with_text("Re: FW: de ggd en  welzijn De Brug"), TEXT),
    ("subject of a reply", with_text("Antw: Re: Coalitie Lindewaard"), SAID),
    ("subject with letters", with_text("Coalitie Súdhoek"), f"Coalitie Súdhoek\n\n{TEXT}"),
    ("no subject", with_text(""), TEXT),
    ("plain before HTML", both(), SAID),
]


@pytest.mark.parametrize(("message", "expected"), [m[1:] for m in MESSAGES], ids=[m[0] for m in MESSAGES])
def test_message(message: EmailMessage, expected: str) -> None:
    assert taken(message) == [("message.txt", expected)]


@pytest.mark.parametrize("charset", ["utf-8", "cp1252", "utf-16"])
def test_html_keeps_its_bytes_and_gets_the_subject(charset: str) -> None:
    message = mail("Súdhoek & co")
    message.set_content(PAGE.encode(charset), "text", "html", cte="base64")
    message.set_param("charset", charset)
    heading = "<body class=a><h1>S&#250;dhoek &amp; co</h1><p>"
    assert taken(message) == [("message.html", PAGE.replace("<body class=a><p>", heading))]


def test_html_that_says_its_subject_stays_as_it_is() -> None:
    message = mail("welzijn de brug doen mee")
    message.set_content(PAGE, subtype="html")
    assert taken(message) == [("message.html", f"{PAGE}\n")]


def test_attachments_are_members_and_decoration_is_not() -> None:
    found = taken(full())
    assert [name for name, _ in found] == ["message.txt", "plan súd.pdf", "plan.txt", "kaart.png", "part.eml"]
    assert found[0][1] == SAID
    assert found[2][1] == TEXT
    assert "Doorgestuurd" in found[4][1]


def test_leaves_of_a_mail() -> None:
    leaves = list(texts_of("brief.eml", full().as_bytes(), Hints("brief.eml"), Limits()))
    assert [(leaf.source, str(leaf.kind), leaf.problem is None) for leaf in leaves] == [
        ("brief.eml/message.txt", "text", True),
        ("brief.eml/plan súd.pdf", "pdf", True),
        ("brief.eml/plan.txt", "text", True),
        ("brief.eml/kaart.png", "image", False),
        ("brief.eml/part.eml/message.txt", "text", True),
    ]


RAW: list[tuple[str, bytes, list[tuple[str, str]]]] = [
    (
        "flowed",
        b"Subject: s\nContent-Type: text/plain; format=flowed\n\nEen regel \ndie doorgaat.\n s gestopt\n-- \nJan\n",
        [("message.txt", "Een regel die doorgaat.\ns gestopt\n-- \nJan\n")],
    ),
    (
        "flowed without spaces",
        b"Content-Type: text/plain; format=flowed; delsp=yes\n\nEen wo \nord.\n",
        [("message.txt", "Een woord.\n")],
    ),
    ("unknown charset", b'Content-Type: text/plain; charset="x-onzin"\n\nEen \xe9', [("message.txt", "Een é")]),
    ("wrong charset", b'Content-Type: text/plain; charset="utf-8"\n\nEen \xe9', [("message.txt", "Een é")]),
    ("subject in an encoding", b"Subject: =?utf-8?q?S=C3=BAd?=\n hoek\n\nEen", [("message.txt", "Súd hoek\n\nEen")]),
    ("no headers", b"\nEen", [("message.txt", "Een")]),
    ("empty", b"Subject: s\n\n", [("message.txt", "empty")]),
    ("locked", b"Content-Type: multipart/encrypted; boundary=a\n\n--a\n\nx\n--a--", [("", "encrypted")]),
    ("locked part", b"Content-Type: multipart/mixed; boundary=a\n\n--a\n\nEen\n--a\nContent-Type: application/pkcs7-mime\n\nx\n--a--", [("message.txt", "Een"), ("part", "encrypted")]),
    ("parts without an end", b"Content-Type: multipart/mixed; boundary=a\n\n--a\n\nEen\n--a\n\nTwee", [("message.txt", "Een"), ("part.txt", "Twee")]),
    ("no part at all", b"Content-Type: multipart/mixed; boundary=a\n\nEen", []),
    ("parts without boundary", b"Content-Type: multipart/mixed\n\nEen", []),
    ("an endless header", b"Subject: " + b"=?a?b?c?= " * 30_000 + b"\n\nEen", [("", "too_large")]),
    ("an endless header of a part", b"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: text/plain" + b";\r\n\ta*0*=x" * 900 + b"\n\nEen", [("", "too_large")]),
    ("many receivers", b"To: " + b"jan@linde.example,\n " * 9000 + b"x\n\nEen", [("message.txt", "Een")]),
]  # fmt: skip


@pytest.mark.parametrize(("data", "expected"), [r[1:] for r in RAW], ids=[r[0] for r in RAW])
def test_mail_as_it_comes(data: bytes, expected: list[tuple[str, str]]) -> None:
    try:
        found = taken(data)
    except Unreadable as problem:
        found = [("", problem.error)]
    assert [(name, text.removeprefix("s\n\n") if name else text) for name, text in found] == expected


def test_a_thousand_parts_in_each_other() -> None:
    heads = [f"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n" for i in range(1000)]
    deep = "MIME-Version: 1.0\nSubject: s\n" + "".join(heads) + "\nEen\n"
    for data in (deep.encode(), b"MIME-Version: 1.0\n" + b"Content-Type: message/rfc822\n\n" * 3000 + b"Een"):
        leaves = list(texts_of("a.eml", data, Hints("a.eml"), Limits()))
        assert len(leaves) <= 2
        assert leaves[-1].problem is not None
        assert leaves[-1].problem.error in ("too_deep", "no_text", "damaged")


def test_mails_in_mails_are_containers_in_containers() -> None:
    message = with_text()
    for _ in range(8):
        outer = with_text()
        outer.add_attachment(message)
        message = outer
    leaves = list(texts_of("a.eml", message.as_bytes(), Hints("a.eml"), Limits()))
    assert len(leaves) == 6
    assert leaves[-1].problem is not None
    assert leaves[-1].problem.error == "too_deep"


def test_parts_are_limited_in_number_and_size() -> None:
    message = with_text()
    for i in range(20):
        message.add_attachment("x" * 200, filename=f"{i}.txt")
    few = [m.problem.error if m.problem else "" for m in members(message.as_bytes(), Hints(), Limits(members=10))]
    assert few == [""] * 11 + ["too_many"]
    small = [
        m.problem.error if m.problem else "" for m in members(message.as_bytes(), Hints(), Limits(member_bytes=150))
    ]
    assert small == [""] + ["too_large"] * 20


def test_a_zip_in_a_mail_may_not_leave_its_place() -> None:
    names = [name for name, _ in taken(full())]
    assert not any(".." in name or name.startswith("/") for name in names)


SEEDS = [full().as_bytes(), both().as_bytes(), *(raw[1] for raw in RAW if len(raw[1]) < 500)]


@settings(deadline=None)
@given(st.sampled_from(SEEDS), st.data())
def test_broken_mails_give_members_or_unreadable(data: bytes, draw: st.DataObject) -> None:
    broken = bytearray(data)
    for _ in range(draw.draw(st.integers(0, 8))):
        at = draw.draw(st.integers(0, len(broken) - 1))
        broken[at : at + 1] = draw.draw(
            st.sampled_from([b"\n", b"--", b"=?", b'"', b";", b"\xff", b"\0", b":", b"", b"*0*="])
        )
    try:
        for member in members(bytes(broken), Hints(), Limits()):
            assert isinstance(member, Member)
    except Unreadable:
        pass


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_junk_gives_members_or_unreadable(junk: bytes) -> None:
    for data in (
        junk,
        b"MIME-Version: 1.0\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + base64.b64encode(junk),
    ):
        assert list(texts_of("a.eml", data, Hints("a.eml"), Limits()))
