"""What the pages of a preparation show: the checks in two lists, a section as a form. Values in, values out. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from producers.desk.preparing_fields import SECTIONS, Field, Group, Rows, Section
from producers.desk.preparing_forms import Problem, Typed
from producers.desk.preparing_words import Words, heading
from schemas.preparation import Preparation
from streams import ready
from streams.ready import Act, Check

Values = dict[str, Any]

ORDER = (*SECTIONS, "protected", "people")
OTHER = {
    "protected": ("Protected terms", "Names, dates and numbers that must never go out."),
    "people": ("People and tablets", "Who writes, reads, decides and stands by."),
}
PATHS = {"people": "people", "sign": "sign"}


def readiness(live_event_id: str, found: Sequence[Check], say: Words, *, may: frozenset[str], rehearse: str) -> Values:
    """The page of one preparation. `may`: kinds of acts this person has; `rehearse`: where a rehearsal is begun."""
    lacking = ready.missing(found)
    return {
        "heading": heading(len(lacking), say),
        "missing": [_line(live_event_id, c, say, may, rehearse) for c in lacking],
        "done": [_line(live_event_id, c, say, may, rehearse) for c in found if c.ok],
        "count": len(found),
        "ok": len(found) - len(lacking),
        "of": say.t("{done} of {all} done", done=len(found) - len(lacking), all=len(found)),
        "still": "; ".join(say.say(c.title) for c in lacking),
    }


def _line(live_event_id: str, check: Check, say: Words, may: frozenset[str], rehearse: str) -> Values:
    act = check.act if check.act is not None and check.act.kind in may else None
    return {
        "id": check.id.replace(":", "-").replace("@", ""),
        "title": say.say(check.title),
        "words": say.lines(check.words),
        "act": None if act is None else _act(live_event_id, act, say, rehearse),
    }


def _act(live_event_id: str, act: Act, say: Words, rehearse: str) -> Values:
    base = f"/desk/prepare/{live_event_id}"
    label = say.t(act.label)
    if act.kind == "tick":
        return {"label": label, "post": f"{base}/tick/{act.target}", "href": ""}
    if act.kind == "ask":
        return {"label": label, "post": f"{base}/accounts", "href": ""}
    if act.kind == "rehearse":
        return {"label": label, "post": "", "href": rehearse.format(id=live_event_id)}
    path, _, anchor = act.target.partition("#")
    path = PATHS.get(act.kind, path)
    return {"label": label, "post": "", "href": f"{base}/{path}" + (f"#{anchor}" if anchor else "")}


def sections(live_event_id: str, say: Words, current: str = "") -> list[Values]:
    """The way through the forms."""
    named = [(s.id, s.label) for s in SECTIONS.values()] + [(i, label) for i, (label, _) in OTHER.items()]
    return [
        {"id": i, "label": say.t(label), "href": f"/desk/prepare/{live_event_id}/{i}", "current": i == current}
        for i, label in named
    ]


def next_of(section: str) -> str | None:
    at = ORDER.index(section)
    return ORDER[at + 1] if at + 1 < len(ORDER) else None


def form(
    section: Section,
    typed: Typed,
    problems: Sequence[Problem],
    say: Words,
    *,
    options: Mapping[str, Sequence[tuple[str, str]]] | None = None,
    more: int = 0,
) -> Values:
    """The section with what stands in each input and what is wrong with it. `more`: empty rows beyond the usual."""
    wrong: dict[str, list[str]] = {}
    for problem in problems:
        wrong.setdefault(problem.name, []).append(say.say(problem.words))
    shown = _Shown(typed, wrong, say, options or {}, more)
    groups = [shown.group(group) for group in section.groups]
    return {
        "id": section.id,
        "label": say.t(section.label),
        "lead": say.t(section.lead),
        "groups": groups,
        "wrong": [{"at": name, "place": say.place(name), "words": " ".join(words)} for name, words in wrong.items()],
    }


class _Shown:
    def __init__(
        self,
        typed: Typed,
        wrong: Mapping[str, list[str]],
        say: Words,
        options: Mapping[str, Sequence[tuple[str, str]]],
        more: int,
    ) -> None:
        self._typed, self._wrong, self._say, self._options, self._more = typed, wrong, say, options, more

    def group(self, group: Group) -> Values:
        parts = [self._rows(p) if isinstance(p, Rows) else self._field(p, "") for p in group.parts]
        return {"label": self._t(group.label), "help": self._t(group.help), "parts": parts}

    def _t(self, english: str) -> str:
        return self._say.t(english) if english else ""

    def _field(self, field: Field, prefix: str) -> Values:
        name = prefix + field.name
        value = self._typed.get(name, [] if field.kind == "many" else "")
        options = self._options.get(field.name) or tuple((v, self._t(label)) for v, label in field.options)
        return {
            "name": name,
            "kind": field.kind,
            "label": self._t(field.label),
            "help": self._t(field.help),
            "law": field.law,
            "size": field.size,
            "needed": field.needed,
            "value": value,
            "none": self._typed.get(f"{name}.none") == "yes",
            "options": options,
            "wrong": " ".join(self._wrong.get(name, ())),
        }

    def _rows(self, rows: Rows) -> Values:
        used = [
            n for n in range(rows.most + 10) if any(f"{rows.name}.{n}.{c.name}" in self._typed for c in rows.columns)
        ]
        filled = max(used, default=-1) + 1
        number = min(max(filled + rows.spare, 1) + self._more, max(rows.most, filled))
        return {
            "name": rows.name,
            "kind": "rows",
            "label": self._t(rows.label),
            "help": self._t(rows.help),
            "law": rows.law,
            "wrong": " ".join(self._wrong.get(rows.name, ())),
            "rows": [[self._field(c, f"{rows.name}.{n}.") for c in rows.columns] for n in range(number)],
            "filled": filled,
            "full": number >= rows.most,
        }


def listed(one: Preparation, title: str, found: Sequence[Check], say: Words) -> Values:
    """One line of the list."""
    return {
        "id": one.live_event_id,
        "title": title,
        "heading": heading(len(ready.missing(found)), say),
        "ready": not ready.missing(found),
        "changed": say.moment(one.at),
    }
