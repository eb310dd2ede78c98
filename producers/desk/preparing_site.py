"""What the pages of preparing share: who may, how things are said to them, and how a form is read."""

import unicodedata
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import UploadFile
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
FILES_MAX = 2


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


@dataclass(frozen=True)
class Posted:
    """A form that was sent: its fields in order, and its files as they were read, up to one byte more than is taken."""

    fields: tuple[tuple[str, str], ...]
    files: dict[str, bytes]

    def has(self, name: str) -> bool:
        return any(key == name for key, _ in self.fields)

    def text(self, name: str) -> str:
        """The last field of this name; empty when there is none."""
        return next((value for key, value in reversed(self.fields) if key == name), "")

    def uploaded(self, name: str) -> str:
        """A file that was chosen, as text; empty when none was. Raises Refused where it is no text."""
        return preparing_yaml.decoded(self.files.get(name, b""))

    def typed(self, section: Section) -> Typed:
        """What was typed into the inputs of this section."""
        out: Typed = {}
        many = {part.name for part in section.parts if getattr(part, "kind", "") == "many"}
        for name, value in self.fields:
            chosen = out.setdefault(name, []) if name in many else None
            if isinstance(chosen, list):
                chosen.append(value)
            else:
                out[name] = value
        return out


async def posted(request: Request) -> Posted:
    """Raises Refused for a form that no page of ours sends."""
    fields: list[tuple[str, str]] = []
    files: dict[str, bytes] = {}
    try:
        form = await request.form(max_fields=FIELDS_MAX, max_files=FILES_MAX)
    except HTTPException:
        raise Refused("This form is not one of ours.", code="invalid", status=422) from None
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files[name] = await value.read(preparing_yaml.FILE_BYTES_MAX + 1)
        else:
            fields.append((name, clean(value)))
    await form.close()
    return Posted(tuple(fields), files)


def clean(text: str) -> str:
    """Lines end as in text; what cannot be seen, and half characters, are left out."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
