"""What stewards send: query and form fields, checked before anything else looks at them."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator
from starlette.datastructures import FormData, QueryParams, UploadFile
from starlette.requests import Request

from ..organisations.corrections import fits
from ..records import Band, NameKey, OrganisationType, Property, Verdict
from .guard import Refused
from .history import is_ours
from .queue import Judged, Wanted

F = TypeVar("F", bound="Form")
ANY = "any"
LONGEST_NAME = 60  # characters of a steward's name


def _on_one_line(value: object) -> str:
    """Text without control characters and halves of characters, white space folded."""
    folded = " ".join(str(value).split())
    return "".join(char for char in folded if unicodedata.category(char) not in ("Cc", "Cs"))


Line = Annotated[str, BeforeValidator(_on_one_line)]


def steward_name(text: str) -> str:
    """A name as it stands beside decisions: on one line; empty where it is none."""
    name = " ".join(text.split())
    return name if name.isprintable() and len(name) <= LONGEST_NAME else ""


class Form(BaseModel):
    """Fields of one form; a field that it does not have is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    token: str = ""


class Introduction(Form):
    """Who is at work."""

    name: Line = Field(min_length=1, max_length=LONGEST_NAME)
    to: str = "/"

    @field_validator("name")
    @classmethod
    def _printable(cls, name: str) -> str:
        if steward_name(name) != name:
            raise ValueError("letters only")
        return name

    @field_validator("to")
    @classmethod
    def _here(cls, to: str) -> str:
        """A path of this server, never another site."""
        here = to.startswith("/") and not to.startswith(("//", "/\\"))
        return to if here and to.isascii() and to.isprintable() else "/"


class Decision(Form):
    """A verdict on the pair of the page."""

    verdict: Verdict
    note: Line = Field("", max_length=500)

    @field_validator("note")
    @classmethod
    def _their_own(cls, note: str) -> str:
        """A note that reads as one of ours is set in brackets, so that it does not act as one."""
        return f"({note})" if is_ours(note) else note


class Undo(Form):
    """A decision to be taken back, by the line of one of its rows."""

    line: int = Field(ge=2)


class TakeOut(Form):
    """Names of a cluster, by their ids."""

    names: tuple[str, ...] = Field((), max_length=2000)


class Merge(Form):
    """The organisation to be made one with that of the page."""

    other: str = Field(pattern=r"^org-[0-9a-f]{1,64}$")


class Setting(Form):
    """A property of the organisation of the page."""

    about: Property
    value: Line = Field("", max_length=300)

    def checked(self) -> Setting:
        if self.value and not fits(self.about, self.value):
            raise Refused(422, "fields", str(self.about))
        return self


class Preference(Form):
    """How the pages are shown."""

    language: str = Field("", pattern=r"^(nl|en|)$")
    shortcuts: str = Field("", pattern=r"^(on|off|)$")
    to: str = "/"

    _here = field_validator("to")(Introduction._here.__func__)  # type: ignore[attr-defined]


class Confirmation(Form):
    """The file that was looked at is the one to be taken over."""

    digest: str = Field(pattern=r"^[0-9a-f]{64}$")


class Plain(Form):
    """A button without fields."""


class Search(BaseModel):
    """The filter of the pairs, as it stands in an address; unknown fields are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    q: Line = Field("", max_length=200)
    band: str = Field(Band.REVIEW.value, pattern=r"^(auto|review|distinct|any)$")
    judged: Judged = Judged.OPEN
    type: str = ""
    low: float = Field(0.0, ge=0.0, le=1.0)
    high: float = Field(1.0, ge=0.0, le=1.0)
    page: int = Field(1, ge=1, le=100_000)

    @field_validator("type")
    @classmethod
    def _type(cls, value: str) -> str:
        return value if not value else OrganisationType(value).value

    @field_validator("low", "high", mode="before")
    @classmethod
    def _decimal(cls, value: Any, info: Any) -> Any:
        """A decimal comma is a decimal point; an empty field is no limit."""
        if isinstance(value, str):
            return value.strip().replace(",", ".") or (0.0 if info.field_name == "low" else 1.0)
        return value

    def wanted(self) -> Wanted:
        """The filter that the queue works by."""
        band = None if self.band == ANY else Band(self.band)
        kind = OrganisationType(self.type) if self.type else None
        return Wanted(self.q, band, self.judged, kind, self.low, self.high)

    def query(self, **more: object) -> str:
        """The filter for an address, what is as usual left out; with a question mark where there is any."""
        said = self.model_dump(mode="json", exclude_defaults=True, exclude={"page"})
        text = urlencode({**said, **{name: value for name, value in more.items() if value}})
        return f"?{text}" if text else ""


def read_search(query: QueryParams) -> Search:
    """The filter of an address; raises Refused where a value cannot be."""
    try:
        return Search.model_validate(dict(query))
    except ValidationError as error:
        raise Refused(422, "fields", _which(error)) from None


async def read_form(request: Request, kind: type[F]) -> F:
    """The form of a request; raises Refused where it is none or a value cannot be."""
    data = await form_data(request)
    fields: dict[str, Any] = {}
    for name in data:
        values = [value for value in data.getlist(name) if isinstance(value, str)]
        field = kind.model_fields.get(name)
        many = field is not None and field.annotation == tuple[str, ...]
        fields[name] = tuple(values) if many else (values[-1] if values else "")
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        raise Refused(422, "fields", _which(error)) from None


async def form_data(request: Request) -> FormData:
    """The fields of a form, files included."""
    try:
        return await request.form(max_files=1, max_fields=2100, max_part_size=1024 * 1024)
    except Refused:
        raise
    except Exception as error:  # a body that is no form, whatever the parser makes of it
        raise Refused(400, "form") from error


async def read_file(data: FormData, name: str) -> bytes:
    """The content of a file that was sent; empty where none was chosen."""
    found = data.get(name)
    return await found.read() if isinstance(found, UploadFile) else b""


def name_id(key: NameKey) -> str:
    """A name in a form: names themselves may be long and hold anything."""
    return hashlib.sha256(f"{key.name}\x1f{key.municipality}".encode()).hexdigest()[:16]


def _which(error: ValidationError) -> str:
    """The field that is wrong; never its value, which comes from outside."""
    return ", ".join(sorted({str(found["loc"][0]) for found in error.errors() if found["loc"]})) or "form"
