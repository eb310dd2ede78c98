"""What the pages of preparing share: who may, how things are said to them, and how a form is read."""

from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from producers.desk import preparing_forms as forms
from producers.desk import preparing_yaml
from producers.desk.attesting import Attesting
from producers.desk.gate import Gate
from producers.desk.preparing import MAY_LOOK, MAY_PREPARE, MAY_SIGN, Preparing
from producers.desk.preparing_fields import Section
from producers.desk.preparing_forms import Typed
from producers.desk.preparing_words import Words
from producers.desk.presences import Presences
from producers.desk.visit import language
from schemas.envelope import Actor
from schemas.errors import Refused
from schemas.preparation import Preparation
from streams.auth import require

HERE = "/desk/prepare"
FIELDS_MAX = 1500  # 200 run-sheet items and 120 phrases with all their columns
SPACE = 32  # what comes before it in ASCII controls a terminal and is no text


@dataclass(frozen=True)
class Site:
    """What the routes share. `rehearse` is the address of a rehearsal, with {id} in it."""

    preparing: Preparing
    gate: Gate
    presences: Presences
    attesting: Attesting
    rehearse: str = "/desk/rehearse/{id}"

    def director(self, request: Request) -> Actor:
        return require(self.gate.actor(request), *sorted(MAY_PREPARE))

    def onlooker(self, request: Request) -> Actor:
        return require(self.gate.actor(request), *sorted(MAY_LOOK))

    def signer(self, request: Request) -> Actor:
        return require(self.gate.actor(request), *sorted(MAY_SIGN))

    def say(self, request: Request, one: Preparation | None = None) -> Words:
        zone = forms.zone_of(one.file if one else {})
        return Words(language(request), zone, self.preparing.reach.clock.now())


async def posted(request: Request) -> FormData:
    """The form. Raises Refused for one that no page of ours sends."""
    try:
        return await request.form(max_fields=FIELDS_MAX, max_files=2)
    except HTTPException:
        raise Refused("This form is not one of ours.", code="invalid", status=422) from None


def typed_in(form: FormData, section: Section) -> Typed:
    """What was typed into the inputs of this section; lines end as in text, what cannot be seen is left out."""
    out: Typed = {}
    many = {part.name for part in section.parts if getattr(part, "kind", "") == "many"}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            continue
        text = clean(value)
        if name in many:
            chosen = out.setdefault(name, [])
            assert isinstance(chosen, list)
            chosen.append(text)
        else:
            out[name] = text
    return out


def clean(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        c for c in lines if c in "\n\t" or (ord(c) >= 32 and c != "\x7f" and not 0xD800 <= ord(c) < 0xE000)
    )  # C0, DEL and lone surrogates


def text_of(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return clean(value) if isinstance(value, str) else ""


async def uploaded(form: FormData, name: str) -> str:
    """A file that was chosen, as text; empty when none was."""
    value = form.get(name)
    if not isinstance(value, UploadFile):
        return ""
    return preparing_yaml.decoded(await value.read(preparing_yaml.FILE_BYTES_MAX + 1))
