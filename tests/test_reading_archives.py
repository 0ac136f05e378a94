"""Archives: what is in them comes out, whatever is hostile in them costs no more than the limits allow."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import struct
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from coalitie.pipeline.reading.archives import check_package, members
from coalitie.pipeline.reading.kinds import Kind
from coalitie.pipeline.reading.limits import MIB, Limits
from coalitie.pipeline.reading.member_names import Names
from coalitie.pipeline.reading.rendered import Hints, Member
from coalitie.pipeline.reading.unpacking import Leaf, texts_of
from coalitie.pipeline.reading.unreadable import Unreadable
from hypothesis import given, settings
from hypothesis import strategies as st

TEXT = b"Coalitie Lindewaard\n\nDeelnemers:\n- GGD\n"
OTHER = "Welzijn De Brug in Súdhoek".encode()


def zipped(*files: tuple[str | zipfile.ZipInfo, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, data in files:
            archive.writestr(name, data, compress_type=packing)
    return out.getvalue()


def tarred(*files: tuple[str | tarfile.TarInfo, bytes], mode: str = "w", form: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=form) as archive:  # type: ignore[call-overload]
        for name, data in files:
            info = tarfile.TarInfo(name) if isinstance(name, str) else name
            if info.isreg():
                info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def taken(data: bytes, name: str = "", limits: Limits | None = None) -> list[tuple[str, bytes | str]]:
    """Names with what came out, or the code of the problem."""
    found = members(data, Hints(name), limits or Limits())
    return [(m.name, m.problem.error if m.problem else m.data) for m in found]


def told(data: bytes, name: str = "dump", limits: Limits | None = None) -> list[tuple[str, str]]:
    """Sources with the kind of what came out, or the code of the problem."""
    leaves = texts_of(name, data, Hints(name), limits or Limits())
    return [(leaf.source, leaf.problem.error if leaf.problem else str(leaf.kind)) for leaf in leaves]


FILES = (("b.txt", TEXT), ("deel/a.txt", OTHER))
WHOLE: list[tuple[str, bytes]] = [
    ("zip", zipped(*FILES)),
    ("zip stored", zipped(*FILES, packing=zipfile.ZIP_STORED)),
    ("zip bz2", zipped(*FILES, packing=zipfile.ZIP_BZIP2)),
    ("zip lzma", zipped(*FILES, packing=zipfile.ZIP_LZMA)),
    ("tar", tarred(*FILES)),
    ("tar gnu", tarred(*FILES, form=tarfile.GNU_FORMAT)),
    ("tar ustar", tarred(*FILES, form=tarfile.USTAR_FORMAT)),
    ("tar.gz", tarred(*FILES, mode="w:gz")),
    ("tar.bz2", tarred(*FILES, mode="w:bz2")),
    ("tar.xz", tarred(*FILES, mode="w:xz")),
]


@pytest.mark.parametrize("data", [case[1] for case in WHOLE], ids=[case[0] for case in WHOLE])
def test_members_in_their_order(data: bytes) -> None:
    assert taken(data) == list(FILES)


def test_zip64() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, archive.open("a.txt", "w", force_zip64=True) as file:
        file.write(TEXT)
    assert taken(out.getvalue()) == [("a.txt", TEXT)]


def test_zip_with_junk_before_and_names_without_flag() -> None:
    data = bytearray(zipped(("ú.txt", TEXT)))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(mark) + offset
        data[at : at + 2] = struct.pack("<H", 0)  # UTF-8 without saying so, as many programs write
    assert taken(bytes(data)) == [("ú.txt", TEXT)]


SINGLE = [
    ("brief.txt.gz", gzip.compress(TEXT), "brief.txt"),
    ("brief.txt.gz", gzip.compress(TEXT[:9]) + gzip.compress(TEXT[9:]) + bytes(64), "brief.txt"),
    ("pad/brief.txt.bz2", bz2.compress(TEXT), "brief.txt"),
    ("brief.txt.bz2", bz2.compress(TEXT[:9]) + bz2.compress(b"") + bz2.compress(TEXT[9:]), "brief.txt"),
    ("brief.xz", lzma.compress(TEXT), "brief"),
    ("brief.xz", lzma.compress(TEXT[:9]) + bytes(8) + lzma.compress(TEXT[9:]), "brief"),
    ("brief.dat", gzip.compress(TEXT), "brief.dat"),
    ("", gzip.compress(TEXT), "content"),
]


@pytest.mark.parametrize(("name", "data", "member"), SINGLE)
def test_single_compressed_file(name: str, data: bytes, member: str) -> None:
    assert taken(data, name) == [(member, TEXT)]


NAMES = [
    ("../../etc/passwd", "etc/passwd"),
    ("/etc/passwd", "etc/passwd"),
    ("C:\\Users\\jan\\brief.txt", "Users/jan/brief.txt"),
    ("\\\\server\\deel\\brief.txt", "server/deel/brief.txt"),
    ("a/./b//c.txt", "a/b/c.txt"),
    ("a\x00b\n\x1b[2J.txt", "ab[2J.txt"),
    ("\u202egpj.exe", "gpj.exe"),
    ("a\udcff.txt", "a?.txt"),
    ("..", "member"),
    ("", "member"),
    ("x" * 5000 + ".txt", "x" * 180 + "…" + "x" * 15 + ".txt"),
    ("Súdhoek/brief 1.txt", "Súdhoek/brief 1.txt"),
]


@pytest.mark.parametrize(("name", "expected"), NAMES)
def test_a_member_name_is_only_a_name(name: str, expected: str) -> None:
    assert Names().path(name) == expected


@settings(deadline=None)
@given(st.lists(st.text(max_size=12)), st.booleans())
def test_names_are_safe_and_each_its_own(names: list[str], as_ids: bool) -> None:
    given_out = Names()
    own = [given_out.id(name, "row-1") if as_ids else given_out.path(name) for name in names]
    assert len(set(own)) == len(names)
    for name in own:
        assert name
        assert not set(name.split("/")) & {"", ".", ".."}
        assert not set(name) & set(map(chr, (*range(32), 127, 0x202E, 0x2028)))
        assert "\\" not in name


def test_members_of_one_name_are_told_apart() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        data = zipped(("a.txt", TEXT), ("a.txt", OTHER), ("a-2.txt", TEXT), ("../a.txt", OTHER))
    assert [name for name, _ in taken(data)] == ["a.txt", "a-2.txt", "a-2-2.txt", "a-3.txt"]


def test_hidden_and_system_members_are_left_out() -> None:
    hidden = ["__MACOSX/._a.txt", ".DS_Store", "deel/Thumbs.db", ".git/config", "~$brief.docx", "deel/desktop.ini"]
    files = [(name, TEXT) for name in [*hidden, "a.txt", "deel/.../b.txt", "macosx.txt"]]
    assert [name for name, _ in taken(zipped(*files))] == ["a.txt", "macosx.txt"]
    assert [name for name, _ in taken(tarred(*files))] == ["a.txt", "macosx.txt"]


def link(kind: bytes, target: str = "/etc/passwd") -> tarfile.TarInfo:
    info = tarfile.TarInfo("link")
    info.type, info.linkname = kind, target
    return info


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_links_and_devices_of_a_tar_are_problems(kind: bytes, mode: str) -> None:
    data = tarred((link(kind), b""), ("a.txt", TEXT), mode=mode)
    assert taken(data) == [("link", "unreadable"), ("a.txt", TEXT)]


def test_links_of_a_zip_are_problems() -> None:
    info = zipfile.ZipInfo("link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert taken(zipped((info, b"/etc/passwd"), ("a.txt", TEXT))) == [("link", "unreadable"), ("a.txt", TEXT)]


def patched(data: bytes, local: int, central: int, value: bytes) -> bytes:
    """A ZIP whose first entry says something else in both its headers."""
    changed = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", local), (b"PK\x01\x02", central)):
        at = data.index(mark) + offset
        changed[at : at + len(value)] = value
    return bytes(changed)


def test_encrypted_and_unknown_packing_are_problems_of_the_member() -> None:
    data = zipped(("a.txt", TEXT), ("b.txt", OTHER))
    assert taken(patched(data, 6, 8, b"\x01\x00")) == [("a.txt", "encrypted"), ("b.txt", OTHER)]
    assert taken(patched(data, 8, 10, b"\x63\x00")) == [("a.txt", "unreadable"), ("b.txt", OTHER)]


def test_damaged_members_leave_the_others() -> None:
    data = bytearray(zipped(("a.txt", TEXT * 9), ("b.txt", OTHER)))
    data[45:60] = bytes(15)
    assert taken(bytes(data)) == [("a.txt", "damaged"), ("b.txt", OTHER)]


def test_declared_sizes_are_not_trusted() -> None:
    data = zipped(("a.txt", bytes(3 * MIB)), ("b.txt", OTHER))
    lying = patched(data, 22, 24, struct.pack("<I", 10))
    found = taken(lying, limits=Limits(member_bytes=MIB))
    assert found[0][1] in ("too_large", "damaged", bytes(10))
    assert taken(data, limits=Limits(member_bytes=MIB)) == [("a.txt", "too_large"), ("b.txt", OTHER)]


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_a_large_member_of_a_tar_is_passed_over(mode: str) -> None:
    data = tarred(("a.txt", bytes(2 * MIB)), ("b.txt", OTHER), mode=mode)
    assert taken(data, limits=Limits(member_bytes=MIB)) == [("a.txt", "too_large"), ("b.txt", OTHER)]


CUT = [case for case in WHOLE if case[0] != "zip stored"] + [("gz", gzip.compress(TEXT)), ("xz", lzma.compress(TEXT))]


@pytest.mark.parametrize("data", [case[1] for case in CUT], ids=[case[0] for case in CUT])
def test_cut_archives_are_told(data: bytes) -> None:
    within = 530 if data[257:262] == b"ustar" else len(data) * 2 // 3  # a TAR is mostly padding
    assert told(data[:within])[-1][1] == "damaged"


def test_a_damaged_header_amid_a_tar_is_told() -> None:
    data = bytearray(tarred(("a.txt", TEXT), ("b.txt", OTHER), ("c.txt", TEXT)))
    data[1024 + 150] ^= 1
    assert taken(bytes(data)) == [("a.txt", TEXT), ("", "damaged")]


def header(name: bytes, size: int, kind: bytes) -> bytes:
    declared = b"\x80" + size.to_bytes(11, "big")
    block = bytearray(name.ljust(100, b"\0") + b"0000644\0" + bytes(16) + declared + b"00000000000\0" + b" " * 8 + kind)
    block = block.ljust(257, b"\0") + b"ustar  \0"
    block = block.ljust(512, b"\0")
    block[148:156] = f"{sum(block):06o}\0 ".encode()
    return bytes(block)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("kind", [b"0", b"L", b"x", b"g", b"S", b"1", b"7"])
@pytest.mark.parametrize("size", [1 << 33, 1 << 60])
def test_a_tar_that_declares_the_world_ends(pack: Callable[[bytes], bytes], kind: bytes, size: int) -> None:
    found = told(pack(tarred(("a.txt", TEXT))[:1024] + header(b"b.txt", size, kind) + bytes(2048)))
    assert found[0] == ("dump/a.txt", "text")
    assert found[-1][1] in ("damaged", "too_large", "unreadable")


# --- bombs


TEN_GIB = gzip.compress(bytes(16 * MIB)) * 640


def peak(run: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_ten_gib_of_zeros() -> None:
    assert told(TEN_GIB, "nul.gz") == [("nul.gz", "too_large")]
    assert told(zipped(("nul.gz", TEN_GIB), ("a.txt", TEXT)), "dump.zip") == [
        ("dump.zip/nul.gz", "too_large"),
        ("dump.zip/a.txt", "text"),
    ]
    assert peak(lambda: told(TEN_GIB)) < 100 * MIB
    tar = gzip.compress(header(b"nul", 10 << 30, b"0")) + TEN_GIB
    assert peak(lambda: told(tar, limits=Limits(total_bytes=100 * MIB))) < 10 * MIB
    assert told(tar, limits=Limits(total_bytes=100 * MIB)) == [("dump", "damaged")]
    assert told(tar, limits=Limits(total_bytes=1 << 40)) == [("dump/nul", "too_large"), ("dump", "too_large")]


def test_ratio_counts_only_from_16_mib_on() -> None:
    assert taken(zipped(("a", bytes(4 * MIB)))) == [("a", bytes(4 * MIB))]
    assert taken(zipped(("a", bytes(20 * MIB)), ("b", TEXT))) == [("a", "too_large"), ("b", TEXT)]
    assert taken(zipped(("a", bytes(20 * MIB))), limits=Limits(ratio=2000))[0][1] == bytes(20 * MIB)


def test_nested_bombs_share_one_total() -> None:
    """Sixteen in sixteen in sixteen, as in 42.zip."""
    data = zipped(*((f"{i}", bytes(8 * MIB)) for i in range(16)))
    for _ in range(2):
        data = zipped(*((f"{i}.zip", data) for i in range(16)))
    found = told(data, "42.zip", Limits(total_bytes=100 * MIB))
    assert found[-1][1] == "too_large"
    assert len(found) <= 14
    assert told(data, "42.zip", Limits(depth=2))[0] == ("42.zip/0.zip/0.zip", "too_deep")


def test_overlapping_entries_end_by_the_total() -> None:
    """Many names of one heap of packed bytes, as far as this Python opens such a ZIP at all."""
    whole = zipped(("a", bytes(10 * MIB)))
    start = whole.index(b"PK\x01\x02")
    entry, n = whole[start : whole.index(b"PK\x05\x06")], 200
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, n, n, n * len(entry), start, 0)
    found = told(whole[:start] + entry * n + end, limits=Limits(total_bytes=100 * MIB))
    assert found[-1][1] in ("too_large", "damaged")
    assert len(found) <= n


def test_one_hundred_thousand_members() -> None:
    few = Limits(members=1000)
    data = zipped(*((f"{i}.txt", b"") for i in range(1001)), packing=zipfile.ZIP_STORED)
    assert told(data, "d.zip", few) == [("d.zip", "too_many")]
    found = told(tarred(*((f"{i}.txt", TEXT) for i in range(1001))), "d.tar", few)
    assert len(found) == 1001
    assert found[-1] == ("d.tar", "too_many")
    assert told(zipped(*((f"{i}.txt", TEXT) for i in range(20))), "d.zip", few)[-1][1] == "text"


def test_the_default_of_100_000_members_holds() -> None:
    block = tarred(("a.txt", b""))[:512]
    found = told(gzip.compress(block * 100_001 + bytes(1024), 1), "d.tar.gz")
    assert len(found) == 100_001
    assert found[-1] == ("d.tar.gz", "too_many")


def test_members_of_nested_archives_count_together() -> None:
    inner = zipped(*((f"{i}.txt", TEXT) for i in range(10)))
    found = told(zipped(*((f"{i}.zip", inner) for i in range(10))), "d.zip", Limits(members=35))
    assert found[-1][1] == "too_many"
    assert len(found) == 35 - 4 + 1


def test_a_thousand_layers() -> None:
    data = TEXT
    for _ in range(1000):
        data = gzip.compress(data, mtime=0)
    assert told(data, "q.gz") == [("q.gz" + "/q" * 5, "too_deep")]


def test_depth_counts_containers() -> None:
    data, name = TEXT, "a.txt"
    for _ in range(5):
        data, name = zipped((name, data)), "d.zip"
    assert told(data, "d.zip") == [("d.zip/" + "d.zip/" * 4 + "a.txt", "text")]
    assert told(zipped(("d.zip", data)), "d.zip") == [("d.zip/" + "/".join(["d.zip"] * 5), "too_deep")]


def test_input_size() -> None:
    assert told(TEXT, "a.txt", Limits(input_bytes=10)) == [("a.txt", "too_large")]


def test_an_xz_that_asks_for_memory() -> None:
    data = lzma.compress(TEXT, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 30}])
    assert told(data, "a.xz")[0][1] in ("damaged", "too_large")


def test_one_member_at_a_time() -> None:
    data = zipped(*((f"{i}.txt", bytes([i]) * MIB) for i in range(60)))

    def run() -> None:
        for _ in members(data, Hints(), Limits()):
            pass

    assert peak(run) < 8 * MIB


# --- containers in containers


def test_leaves_of_nested_containers() -> None:
    page = b"<!doctype html><p>Lindewaard"
    inner = tarred(("tiel.html", page), ("brief.csv", b'id;tekst\n7;"' + TEXT * 9 + b'"\n'), mode="w:gz")
    picture = b"\x89PNG\r\n\x1a\n\x00"
    data = zipped(("deel.tgz", inner), ("los.txt.gz", gzip.compress(TEXT)), ("logo.png", picture))
    leaves = list(texts_of("dump.zip", data, Hints("dump.zip"), Limits()))
    assert [(leaf.source, str(leaf.kind), leaf.where) for leaf in leaves] == [
        ("dump.zip/deel.tgz/tiel.html", "html", ""),
        ("dump.zip/deel.tgz/brief.csv/row-2", "text", "row 2"),
        ("dump.zip/los.txt.gz/los.txt", "text", ""),
        ("dump.zip/logo.png", "image", ""),
    ]
    assert [leaf.data for leaf in leaves] == [page, TEXT * 9, TEXT, b""]
    assert [leaf.problem is None for leaf in leaves] == [True, True, True, False]


def test_what_is_no_container_is_its_own_leaf() -> None:
    assert list(texts_of("deel/a.txt", TEXT, Hints("a.txt", "cp1252"), Limits())) == [
        Leaf("deel/a.txt", Kind.TEXT, TEXT, "cp1252")
    ]


def test_empty_containers_are_told() -> None:
    assert told(zipped(), "d.zip") == [("d.zip", "no_text")]
    assert told(zipped((".DS_Store", b"x")), "d.zip") == [("d.zip", "no_text")]
    assert told(gzip.compress(b""), "d.gz") == [("d.gz/d", "text")]  # the reader says that it is empty


# --- packages


def test_packages_that_may_be_parsed() -> None:
    check_package(zipped(("word/document.xml", b"<?xml version='1.0'?><w/>"), ("media/a.png", bytes(99))), Limits())


BAD_PACKAGES: list[tuple[str, bytes]] = [
    ("damaged", zipped(("a.xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"))),
    ("damaged", zipped(("a.xml", "<!DOCTYPE x><x/>".encode("utf-16")))),
    ("damaged", zipped(("a.xml", b" " * 65530 + b"<!DOCTYPE x><x/>"))),
    ("too_large", zipped(("a.xml", b" " * 40 * MIB))),
    ("encrypted", patched(zipped(("a.xml", b"<x/>")), 6, 8, b"\x01\x00")),
    ("damaged", b"PK\x03\x04"),
]


@pytest.mark.parametrize(("error", "data"), BAD_PACKAGES)
def test_packages_that_may_not(error: str, data: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        check_package(data, Limits())
    assert caught.value.error == error


# --- never anything else


SMALL = replace(Limits(), member_bytes=MIB, total_bytes=4 * MIB, members=50, rows=50)


def walked(data: bytes, name: str = "x") -> Iterator[Leaf]:
    return texts_of(name, data, Hints(name), SMALL)


@settings(deadline=None)
@given(st.sampled_from([case[1] for case in WHOLE + CUT]), st.data())
def test_broken_archives_give_members_or_problems(data: bytes, draw: st.DataObject) -> None:
    broken = bytearray(data)
    for _ in range(draw.draw(st.integers(0, 6))):
        broken[draw.draw(st.integers(0, len(broken) - 1))] = draw.draw(st.integers(0, 255))
    cut = bytes(broken[: draw.draw(st.integers(0, len(broken)))])
    for leaf in walked(cut):
        assert isinstance(leaf.source, str)
    try:
        for member in members(cut, Hints("x"), SMALL):
            assert isinstance(member, Member)
    except Unreadable:
        pass


@settings(deadline=None)
@given(
    st.sampled_from([b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08", b"BZh91AY&SY", b"\xfd7zXZ\x00", b""]), st.binary()
)
def test_junk_gives_members_or_problems(magic: bytes, junk: bytes) -> None:
    assert list(walked(magic + junk))
