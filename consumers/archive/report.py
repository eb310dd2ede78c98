"""The report as one self-contained HTML page: no script, nothing loaded from elsewhere, for screen and paper. Pure."""

from collections.abc import Iterable, Sequence
from html import escape
from zoneinfo import ZoneInfo

from consumers.archive.charts import Chart, charts, svg
from consumers.archive.facts import Facts
from consumers.archive.sections import Cell, Run, Section, word_of
from consumers.archive.sections_front import CHECK, FOOT, WHAT_NOW, Front, first_of, front_of
from consumers.archive.sections_tables import sections_of
from consumers.archive.verdict import Verdict

_BRAND = (
    '<svg viewBox="0 0 24 24" aria-hidden="true">'
    '<path d="M4 7h10M4 12h5M4 17h8"/><path d="M13 12h7" stroke-width="4"/></svg>'
)
_SHIELD = (
    '<svg viewBox="0 0 24 24" aria-hidden="true">'
    '<path d="M12 3l7.5 3v5.5c0 4.6-3 7.8-7.5 9.5-4.5-1.7-7.5-4.9-7.5-9.5V6z"/><path d="{sign}"/></svg>'
)
_TICK, _CROSS = "M8.7 12l2.4 2.4 4.3-4.6", "M9 9l6 6M15 9l-6 6"


def report(facts: Facts, css: str, *, sheet: str = "") -> str:
    """The page; over a log that is not as it was written, what was found and nothing else.

    `sheet` is the address of stylesheet(css), for an origin whose policy allows no style inside a page."""
    front = front_of(facts)
    parts = [
        _header(front),
        f'<p class="mark">{escape(front.mark)}</p>' if front.mark else "",
        f'<div class="cols">{_terms(front.about)}{_seal(front, facts)}</div>',
    ]
    if facts.verdict.ok:
        drawn = charts(facts, word_of)
        parts += [_numbers(front), _section(first_of(facts), 0), _charts(drawn)]
        parts += [_section(section, n) for n, section in enumerate(sections_of(facts), 1)]
        parts.append(_foot(facts))
    style = f'<link rel="stylesheet" href="{escape(sheet)}">' if sheet else _inside(css)
    return _page(facts.title, style, "\n".join(part for part in parts if part))


def stylesheet(css: str) -> str:
    """The style sheet with the widths of every table's columns, which are the same in every report."""
    empty = Facts("", Verdict(), ZoneInfo("UTC"))
    rules = [
        f".w{n} col:nth-child({i}) {{ inline-size: {width:g}mm; }}"
        for n, section in enumerate((first_of(empty), *sections_of(empty)))
        for i, width in enumerate(section.widths, 1)
        if width
    ]
    return css + "\n".join(rules) + "\n"


def _inside(css: str) -> str:
    return (
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f'<meta name="referrer" content="no-referrer">\n<style>\n{stylesheet(css)}</style>'
    )


def _page(title: str, style: str, body: str) -> str:
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Audit report · {escape(title)}</title>\n{style}\n</head>\n"
        f'<body>\n<main class="paper">\n{body}\n</main>\n</body>\n</html>\n'
    )


def _header(front: Front) -> str:
    return (
        f'<header class="row"><div><h1>{escape(front.title)}</h1><p>{_cell(front.under)}</p></div>'
        f'<p class="brand">{_BRAND}scrubcast</p></header>'
    )


def _terms(rows: Iterable[tuple[str, Cell]]) -> str:
    return '<dl class="kv">' + "".join(f"<dt>{escape(k)}</dt><dd>{_cell(v)}</dd>" for k, v in rows) + "</dl>"


def _seal(front: Front, facts: Facts) -> str:
    sign = _SHIELD.format(sign=_TICK if facts.verdict.ok else _CROSS)
    after = CHECK if facts.verdict.ok else WHAT_NOW
    return (
        f'<section class="seal" aria-label="Proof"><p class="strong state">{sign}{escape(front.sealed)}</p>'
        f"{_terms(front.seal)}<p>{escape(after)}</p></section>"
    )


def _numbers(front: Front) -> str:
    cells = "".join(f"<div><dt>{name}</dt><dd>{count:,}</dd></div>" for name, count in front.tally)
    return (
        f'<section><h2>What happened, in numbers</h2><dl class="tally">{cells}</dl>'
        f'<p class="muted">{escape(front.sums)}</p></section>'
    )


def _charts(drawn: Sequence[Chart]) -> str:
    if not drawn:
        return ""
    figures = "".join(
        f"<figure><h3>{escape(chart.title)}</h3>{svg(chart)}<figcaption>{escape(chart.sentence)}</figcaption></figure>"
        for chart in drawn
    )
    return f'<section><h2>In pictures</h2><div class="charts">{figures}</div></section>'


def _section(section: Section, n: int) -> str:
    """A heading, its sentences, and a table, or the sentence that says why there is none."""
    notes = "".join(f'<p class="muted">{escape(note)}</p>' for note in section.notes)
    title = f"<section><h2>{escape(section.title)}</h2>{notes}"
    if not section.rows:
        return f"{title}<p>{escape(section.empty)}</p></section>"
    columns = "<col>" * len(section.widths)
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in section.heads)
    body = "\n".join("<tr>" + "".join(f"<td>{_cell(cell)}</td>" for cell in row) + "</tr>" for row in section.rows)
    head = f"<colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead>"
    table = f'<table class="w{n}">{head}<tbody>\n{body}\n</tbody></table>'
    # A table wider than the screen is moved by itself; who has no mouse has to be able to reach it.
    wide = f'<div class="wide" tabindex="0" role="region" aria-label="{escape(section.title)}">{table}</div>'
    return f"{title}{wide}</section>"


def _foot(facts: Facts) -> str:
    return f'<p class="muted">{escape(FOOT.format(zone=facts.zone))}</p>'


def _cell(cell: Cell) -> str:
    return "".join(map(_run, cell))


def _run(run: Run) -> str:
    """Others' words stand in `bdi`: whatever turns their direction ends with them (HTML, section 4.5.24)."""
    text = escape(run.text)
    match run.kind:
        case "said":
            return f"<bdi>{text}</bdi>"
        case "link":
            return f'<a href="{escape(run.href)}" rel="noreferrer noopener"><bdi>{text}</bdi></a>'
        case "code":
            return f"<code>{text}</code>"
        case "muted":
            return f'<span class="muted">{text}</span>'
        case "strong":
            return f'<b class="strong">{text}</b>'
        case "break":
            return "<br>"
        case _:
            return text
