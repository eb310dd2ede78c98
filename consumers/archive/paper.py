"""The report as PDF, tagged for screen readers (PDF/UA-1): the same facts give the same bytes on every machine.

The one door to typst. Texts go to it as data, never as its markup; fonts come from a package and not from the machine;
there is no clock in it. ADR 23 says why typst.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from importlib.resources import files as resources
from typing import Any

from consumers.archive import letters
from consumers.archive.charts import charts, svg
from consumers.archive.facts import Facts
from consumers.archive.sections import Cell, Run, Section, word_of
from consumers.archive.sections_front import CHECK, FOOT, WHAT_NOW, first_of, front_of
from consumers.archive.sections_tables import sections_of

ROWS_MAX = 1_000  # of one table: with four platforms some 150 pages and half a GB of memory
WORD_MAX = 18  # characters that fit the narrowest column; a longer word may be cut anywhere
_LONG = re.compile(rf"(\S{{{WORD_MAX},}})")
_KINDS = {"": "", "said": "", "code": "c", "muted": "m", "strong": "b", "link": "l", "break": "n"}
_VERSION = re.compile(rb"Typst [0-9][0-9.]*")
_BRAND = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#0a5360" stroke-width="2" '
    'stroke-linecap="round"><path d="M4 7h10M4 12h5M4 17h8"/><path d="M13 12h7" stroke-width="4"/></svg>'
)


def pdf(facts: Facts) -> bytes:
    """The whole report; of a table longer than ROWS_MAX its beginning, with where the rest is."""
    import typst  # noqa: PLC0415  # 40 MB of compiler, for the one command that prints

    made = typst.compile(
        resources("consumers.archive.bundle").joinpath("report.typ").read_bytes(),
        format="pdf",
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[str(letters.folder())]),
        sys_inputs={"data": json.dumps(_data(facts), ensure_ascii=False)},
        pdf_standards=["ua-1"],
    )
    assert isinstance(made, bytes)
    # Which program made it is no part of the report, and a new version of it no reason for other bytes here.
    return _VERSION.sub(lambda found: b"scrubcast".ljust(len(found.group())), made)


def _data(facts: Facts) -> dict[str, Any]:
    front = front_of(facts)
    good = facts.verdict.ok
    return {
        "title": front.title,
        "name": plain(facts.title),
        "brand": _BRAND,
        "word-max": WORD_MAX,
        "mark": front.mark,
        "under": _cell(front.under),
        "about": [[name, _cell(cell)] for name, cell in front.about],
        "sealed": front.sealed,
        "seal": [[name, _cell(cell)] for name, cell in front.seal],
        "after": CHECK if good else WHAT_NOW,
        "tally": [[name, f"{n:,}"] for name, n in front.tally],
        "sums": front.sums,
        "first": [_section(first_of(facts))] if good else [],
        "charts": [
            {"title": chart.title, "sentence": plain(chart.sentence), "svg": plain(svg(chart, labelled=False))}
            for chart in (charts(facts, word_of) if good else ())
        ],
        "sections": [_section(section) for section in sections_of(facts)],
        "foot": FOOT.format(zone=facts.zone) if good else "",
    }


def _section(section: Section) -> dict[str, Any]:
    rows, more = section.rows[:ROWS_MAX], len(section.rows) - ROWS_MAX
    notes = [plain(note) for note in section.notes]
    if more > 0:
        notes.append(
            f"The first {ROWS_MAX:,}; {more:,} more rows are in report.html and entries.parquet of the bundle."
        )
    return {
        "title": section.title, "notes": notes, "heads": section.heads, "empty": section.empty,
        "widths": section.widths, "rows": [[_cell(cell) for cell in row] for row in rows],
    }  # fmt: skip


def _cell(cell: Cell) -> str | list[Any]:
    if len(cell) == 1 and not cell[0].kind and cell[0].text.isascii():
        return cell[0].text
    return [piece for run in cell for piece in _run(run)]


def _run(run: Run) -> Iterator[Any]:
    kind = _KINDS[run.kind]
    if kind == "n":
        yield ["n", ""]
    elif kind == "l":
        yield ["l", plain(run.text), run.href]
    elif kind:
        yield [kind, plain(run.text)]
    else:
        yield from _text(run.text)


def _text(text: str) -> Iterator[Any]:
    """Pieces: words as they are, long ones that may be cut, and the numbers of what cannot be drawn."""
    for n, part in enumerate(_pieces(text)):
        if n % 2:
            yield ["u", number(part)]
        else:
            for word in filter(None, _LONG.split(_isolated(part))):
                yield ["w", word] if _LONG.match(word) else word


def _pieces(text: str) -> list[str]:
    """What can be drawn and single characters that cannot, in turn, beginning with the former."""
    out = [""]
    for character in text:
        if letters.drawn(character):
            out[-1] += character
        else:
            out += [character, ""]
    return out


def _isolated(text: str) -> str:
    """Text with letters from right to left must not turn what stands beside it (Unicode UAX 9, 2.4)."""
    turns = any(unicodedata.bidirectional(c) in ("R", "AL", "AN") for c in text)
    return f"\u2068{text}\u2069" if turns else text


def number(character: str) -> str:
    return f"U+{ord(character):04X}"


def plain(text: str) -> str:
    """A text of one piece: what cannot be drawn stands as its number."""
    return (
        text if text.isascii() and text.isprintable() else "".join(c if letters.drawn(c) else number(c) for c in text)
    )
