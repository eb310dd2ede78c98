"""One page of guidance for each role in three languages, for paper and for docs/guidance from the same words. Pure."""

from dataclasses import dataclass

from producers.desk import words
from producers.desk.guidance_de import PAGES as GERMAN
from producers.desk.guidance_en import PAGES as ENGLISH
from producers.desk.guidance_nl import PAGES as DUTCH
from producers.desk.words import Lang
from schemas.envelope import Role

ROLES = (Role.REPORTER, Role.REVIEWER, Role.PHYSICIAN, Role.DIRECTOR, Role.ADVOCATE, Role.LIAISON)

_PAGES: dict[Lang, dict[str, dict[str, object]]] = {"en": ENGLISH, "de": GERMAN, "nl": DUTCH}
_TITLES: dict[Lang, str] = {
    "en": "Guidance for the team of a live event",
    "de": "Leitfaden für das Team einer Live-Veranstaltung",
    "nl": "Leidraad voor het team van een live-evenement",
}
_HEADINGS: dict[Lang, tuple[str, str, str, str]] = {
    "en": ("Before", "During", "Never", "When something goes wrong"),
    "de": ("Vorher", "Während", "Niemals", "Wenn etwas schiefgeht"),
    "nl": ("Vooraf", "Tijdens", "Nooit", "Als er iets misgaat"),
}


@dataclass(frozen=True)
class Part:
    heading: str
    lines: tuple[str, ...]
    never: bool = False


@dataclass(frozen=True)
class Page:
    """What one role does, on one sheet of A4."""

    role: Role
    name: str
    lead: str
    parts: tuple[Part, ...]


def title(lang: Lang) -> str:
    return _TITLES[lang]


def pages(lang: Lang) -> tuple[Page, ...]:
    return tuple(_page(role, lang) for role in ROLES)


def _page(role: Role, lang: Lang) -> Page:
    found = _PAGES[lang][role.value]
    keys = ("before", "during", "never", "wrong")
    parts = []
    for key, heading in zip(keys, _HEADINGS[lang], strict=True):
        lines = found[key]
        assert isinstance(lines, tuple), "each part is a list of sentences"
        parts.append(Part(heading, lines, never=key == "never"))
    return Page(role, words.role(role, lang), str(found["lead"]), tuple(parts))


def markdown(lang: Lang) -> str:
    """The file of docs/guidance."""
    out = [f"# {title(lang)}", ""]
    for page in pages(lang):
        out += [f"## {page.name}", "", page.lead, ""]
        for part in page.parts:
            out += [f"### {part.heading}", "", *(f"- {line}" for line in part.lines), ""]
    return "\n".join(out)
