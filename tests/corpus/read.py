r"""Turns the labelled corpus from its hand-written notation into spans with offsets, refusing whatever is ambiguous.

One `.txt` file per invented live event lies under `tests/corpus/<lang>/`. It starts with header lines `key: value`,
where lists are separated by ` | `, and an empty line ends the header:

    event: #HipLive
    lang: en
    set: dev                          dev, validation or blind, see below
    about: hip replacement at a town hospital
    allow: #HipLive | Dr Ada Moor | Northfield General
    protected: Maria | Lopez | 1961-03-04 | MRN 00412233      (leave empty when the stage is told nothing)
    prepared: Hip replacement, direct anterior approach, … (optional, one long line)

`set` says what the file may be used for: `dev` may be looked at while tuning, `validation` is scored while tuning and
looked at towards its end, `blind` is scored when tuning is over. `prepared` is text that was written before the
event, such as its description, run sheet and phrases; the stage learns the event's vocabulary from it.

Then one update per line; empty lines and lines that start with `//` are skipped:

    Knife to skin 08:12.
    [tone] Boss is grumpy today lol
    [split1] She's called ⟦NAME|Ma⟧
    [split2] ⟦NAME|ria⟧ sorry, fat fingers
    Moved from ⟦ROOM|bed 12⟧ for ⟦NAME|Maria L⟧, says ⟦INDIRECT|the only harp teacher in town⟧

- `⟦LABEL|text⟧` marks an identifier; marks do not nest. The severity follows the label (see `QUASI`; a GEO with a digit
  is direct, without one quasi). `⟦LABEL?|…⟧` makes it quasi and `⟦LABEL!|…⟧` direct, whatever the label says.
- A leading `[tag,tag]` gives tags of `TAGS`. `neg` need not be written: a line with neither mark nor content tag gets
  it. A name spread over two consecutive updates is marked in both, the first tagged `split1`, the second `split2`.
- `\uXXXX`, `\n` and `\\` stand for the character meant, so that zero-width marks, look-alikes and line breaks are seen.
- A text that itself starts with `[` or `//` is written after an empty tag list: `[] [sic] …`.

`python -m tests.corpus.read OUT.jsonl [--lang en] [--set validation] [--scored]` writes JSON Lines; `--scored` leaves
out lines whose only matter is a content rule, since a scorer that knows spans alone would call a hold on them false.
"""

import argparse
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
LANGUAGES: Final = ("en", "de", "nl")
SETS: Final = ("dev", "validation", "blind")
REQUIRED: Final = frozenset({"event", "lang", "set", "about", "allow", "protected"})
HEADER: Final = REQUIRED | {"prepared"}

NUMBERS: Final = frozenset({"NATIONAL_ID", "MRN", "HEALTH_PLAN", "ACCOUNT", "LICENSE", "VEHICLE", "DEVICE", "OTHER_ID"})
REACHES: Final = frozenset({"PHONE", "FAX", "EMAIL", "URL", "IP", "HANDLE"})
DIRECT: Final = NUMBERS | REACHES | {"NAME", "DATE"}
QUASI: Final = frozenset({"GEO", "AGE90", "BIOMETRIC", "PHOTO", "ROOM", "EMPLOYER", "INDIRECT"})
LABELS: Final = DIRECT | QUASI

# What a person must see although nobody is identified: such a line is no false hold when it is held.
CONTENT: Final = frozenset({"claim", "alarm", "second-patient", "quote", "advice", "tone", "unsourced"})
TAGS: Final = CONTENT | {"neg", "split1", "split2"}

MARK: Final = re.compile(r"⟦([A-Z0-9_]+)([?!]?)\|([^⟦⟧|]+)⟧")
LEADING_TAGS: Final = re.compile(r"\[([a-z0-9, -]*)\] ")
ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(n)|(\\))")


class Malformed(ValueError):
    """A corpus file that cannot be read in exactly one way; names file and line."""


@dataclass(frozen=True)
class Span:
    start: int
    end: int
    label: str
    severity: str


@dataclass(frozen=True)
class Event:
    """What the header says; `name` is the file's stem and starts each update's id."""

    name: str
    event: str
    lang: str
    set: str
    about: str
    allow: tuple[str, ...]
    protected: tuple[str, ...]
    prepared: str = ""


@dataclass(frozen=True)
class Update:
    id: str
    event: Event
    text: str
    spans: tuple[Span, ...]
    tags: tuple[str, ...]

    @property
    def scored(self) -> bool:
        """Whether spans alone judge this line: it has some, or nothing at all speaks against it."""
        return bool(self.spans) or not CONTENT & set(self.tags)

    def as_json(self) -> dict[str, object]:
        record: dict[str, object] = {
            "id": self.id,
            "lang": self.event.lang,
            "event": self.event.event,
            "text": self.text,
            "spans": [
                {"start": span.start, "end": span.end, "label": span.label, "severity": span.severity}
                for span in self.spans
            ],
            "allow": list(self.event.allow),
            "protected": list(self.event.protected),
            "tags": list(self.tags),
        }
        if self.event.prepared:
            record["prepared"] = self.event.prepared
        return record


def severity(label: str, force: str, text: str) -> str:
    if force:
        return "quasi" if force == "?" else "direct"
    if label == "GEO":
        return "direct" if any(character.isdigit() for character in text) else "quasi"
    return "quasi" if label in QUASI else "direct"


def unescape(source: str) -> str:
    def meant(match: re.Match[str]) -> str:
        code, newline, _ = match.groups()
        if code:
            return chr(int(code, 16))
        return "\n" if newline else "\\"

    return ESCAPE.sub(meant, source)


def unmark(source: str) -> tuple[str, tuple[Span, ...]]:
    """The text without its marks, and the spans in it as code-point offsets, end exclusive."""
    text, spans, at = "", [], 0
    for match in MARK.finditer(source):
        label, force, inner = match.group(1), match.group(2), unescape(match.group(3))
        if label not in LABELS:
            raise Malformed(f"unknown label {label}")
        text += unescape(source[at : match.start()])
        spans.append(Span(len(text), len(text) + len(inner), label, severity(label, force, inner)))
        text += inner
        at = match.end()
    text += unescape(source[at:])
    if "⟦" in text or "⟧" in text:
        raise Malformed("a mark is not closed, nested or empty")
    return text, tuple(spans)


def tagged(source: str) -> tuple[tuple[str, ...], str]:
    match = LEADING_TAGS.match(source)
    if match is None:
        return (), source
    tags = tuple(tag for tag in re.split(r"[, ]+", match.group(1)) if tag)
    if unknown := set(tags) - TAGS:
        raise Malformed(f"unknown tags {sorted(unknown)}")
    return tags, source[match.end() :]


def parse_update(event: Event, number: int, source: str) -> Update:
    tags, marked = tagged(source)
    text, spans = unmark(marked)
    harmless = not spans and not CONTENT & set(tags)
    if "neg" in tags and not harmless:
        raise Malformed("a neg line has a mark or a content tag")
    if harmless and "neg" not in tags:
        tags = (*tags, "neg")
    return Update(f"{event.name}-{number:03d}", event, text, spans, tags)


def parse_header(name: str, lines: Iterable[str]) -> Event:
    fields: dict[str, str] = {}
    for line in lines:
        key, colon, value = line.partition(":")
        if not colon or key not in HEADER or key in fields:
            raise Malformed(f"header line {key!r} is unknown, twice, or has no colon")
        fields[key] = value.strip()
    if missing := REQUIRED - fields.keys():
        raise Malformed(f"header lacks {sorted(missing)}")
    if fields["lang"] not in LANGUAGES or fields["set"] not in SETS:
        raise Malformed(f"lang must be one of {LANGUAGES}, set one of {SETS}")
    return Event(
        name,
        fields["event"],
        fields["lang"],
        fields["set"],
        fields["about"],
        listed(fields["allow"]),
        listed(fields["protected"]),
        fields.get("prepared", ""),
    )


def listed(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split("|") if part.strip())


def parse(name: str, content: str) -> tuple[Update, ...]:
    """All updates of one file's content, in thread order."""
    head, _, body = content.partition("\n\n")
    try:
        event = parse_header(name, head.splitlines())
    except Malformed as error:
        raise Malformed(f"{name}: {error}") from error
    updates: list[Update] = []
    first_line = len(head.splitlines()) + 2
    for line_number, line in enumerate(body.splitlines(), start=first_line):
        if not line.strip() or line.startswith("//"):
            continue
        try:
            updates.append(parse_update(event, len(updates) + 1, line))
        except Malformed as error:
            raise Malformed(f"{name} line {line_number}: {error}") from error
    return tuple(updates)


def files(root: Path = HERE) -> tuple[Path, ...]:
    return tuple(sorted(path for lang in LANGUAGES for path in (root / lang).glob("*.txt")))


def read(path: Path) -> tuple[Update, ...]:
    return parse(path.stem, path.read_text(encoding="utf-8"))


def read_all(*, langs: Iterable[str] = LANGUAGES, sets: Iterable[str] = SETS) -> tuple[Update, ...]:
    wanted_langs, wanted_sets = set(langs), set(sets)
    every = (update for path in files() for update in read(path))
    return tuple(update for update in every if update.event.lang in wanted_langs and update.event.set in wanted_sets)


def as_lines(updates: Iterable[Update]) -> Iterator[str]:
    for update in updates:
        record: Mapping[str, object] = update.as_json()
        yield json.dumps(record, ensure_ascii=False) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the corpus as JSON Lines.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--lang", action="append", choices=LANGUAGES, help="only this language (may be given again)")
    parser.add_argument("--set", action="append", choices=SETS, help="only this set")
    parser.add_argument("--scored", action="store_true", help="leave out lines that only a content rule concerns")
    asked = parser.parse_args()
    updates = read_all(langs=asked.lang or LANGUAGES, sets=asked.set or SETS)
    kept = [update for update in updates if update.scored or not asked.scored]
    asked.out.write_text("".join(as_lines(kept)), encoding="utf-8")
    print(f"{len(kept)} updates, {sum(len(update.spans) for update in kept)} spans")


if __name__ == "__main__":
    main()
