"""The report an auditor reads: one self-contained page, without script, made from the entries alone. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from consumers.archive.replay import Difference, Replay, Step, Story, in_order
from consumers.archive.verify import Verdict
from streams.scrub.kind_words import KINDS, what

_BRAND = (
    '<svg viewBox="0 0 24 24" aria-hidden="true">'
    '<path d="M4 7h10M4 12h5M4 17h8"/><path d="M13 12h7" stroke-width="4"/></svg>'
)
_EVENTS = {
    "stop": "Stop pressed",
    "hold": "Hold",
    "resume": "Resumed",
    "withdraw": "Consent withdrawn",
    "complication": "Complication: the plan was followed",
    "complication-over": "The complication was said to be over",
    "told": "The family was told",
    "sign-run-sheet": "The run sheet was signed",
    "retract": "Taking a post back was ordered",
    "retracted": "Post taken back",
    "retraction-not-deleted": "Post could not be taken back",
    "retraction-unknown": "Taking a post back: no clear answer",
    "unknown": "No clear answer: nobody knows if it is public",
    "not-posted": "Not posted",
    "undecodable": "A record that could not be read",
    "quarantined": "A record that could not be handled",
}


def report(told: Replay, verdict: Verdict, differences: Sequence[Difference], missing: Sequence[str], css: str) -> str:
    """The page. `differences` are drafts that come out otherwise under their own policy, `missing` are the hashes of
    policies that are not in the archive."""
    record = next((s.detail for s in told.live_event if s.what == "opened"), {})
    plan = record.get("plan", {})
    zone = _zone(plan)
    title = plan.get("title", verdict.origin)
    parts = [
        _header(title, plan),
        f'<div class="cols">{_facts(record, plan, zone, verdict)}{_seal(verdict, zone)}</div>',
        _numbers(told.stories),
        _first(told, zone),
        _posts(told.stories, zone, verdict),
        _held(told.stories, zone),
        _policy(told, differences, missing),
        _people(told),
        _foot(zone),
    ]
    return _page(title, css, "\n".join(parts))


def _foot(zone: ZoneInfo) -> str:
    return (
        f'<p class="muted">Times are those of {escape(str(zone))}, from the archive’s own entries. '
        "Text typed before checking is not in the archive.</p>"
    )


def _zone(plan: Mapping[str, Any]) -> ZoneInfo:
    try:
        return ZoneInfo(plan.get("timezone", "UTC"))
    except (ValueError, ZoneInfoNotFoundError, OSError):  # OSError: a folder of the zone files, as Europe is
        return ZoneInfo("UTC")


def _page(title: str, css: str, body: str) -> str:
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>Audit report · {escape(title)}</title>\n<style>\n{css}</style>\n</head>\n"
        f'<body>\n<main class="paper">\n{body}\n</main>\n</body>\n</html>\n'
    )


def _clock(at: str, zone: ZoneInfo) -> str:
    return datetime.fromisoformat(at).astimezone(zone).strftime("%H:%M:%S")


def _day(at: str, zone: ZoneInfo) -> str:
    when = datetime.fromisoformat(at).astimezone(zone)
    return f"{when.day} {when.strftime('%B %Y, %H:%M')}"


def _span(start: str, end: str, zone: ZoneInfo) -> str:
    first, last = _day(start, zone), _day(end, zone)
    return f"{first} to {last.partition(', ')[2] if first.partition(',')[0] == last.partition(',')[0] else last}"


def _kv(rows: Iterable[tuple[str, str]]) -> str:
    return '<dl class="kv">' + "".join(f"<dt>{escape(k)}</dt><dd>{v}</dd>" for k, v in rows) + "</dl>"


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], empty: str) -> str:
    """A section with a table; cells are HTML already."""
    if not rows:
        return f"<section><h2>{escape(title)}</h2><p>{escape(empty)}</p></section>"
    head = "".join(f"<th>{escape(h)}</th>" for h in heads)
    body = "\n".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"
    return f"<section><h2>{escape(title)}</h2>\n{table}</section>"


def _header(title: str, plan: Mapping[str, Any]) -> str:
    under = " · ".join(escape(part) for part in (title, plan.get("hashtag", "")) if part)
    return (
        f'<header class="row"><div><h1>Audit report</h1><p>{under}</p></div>'
        f'<p class="brand">{_BRAND}scrubcast</p></header>'
    )


def _facts(record: Mapping[str, Any], plan: Mapping[str, Any], zone: ZoneInfo, verdict: Verdict) -> str:
    rows = [("Live event", f"<code>{escape(verdict.origin.rpartition('/')[2])}</code>")]
    if plan:
        window, rules = plan["window"], plan["release"]
        rows += [
            ("Window", f"{_span(window['opens'], window['closes'], zone)}, {escape(str(zone))}"),
            ("Destinations", escape(", ".join(_places(plan)))),
            ("Policy", f"{escape(plan['policy'])} <code>{record['policy_sha256'][:12]}</code>"),
            ("Release", f"{escape(rules['mode'])}, delay {rules['delay_s']} s, reviewed: {escape(rules['review'])}"),
            ("On complication", escape(plan["complication"])),
            ("Consent", _consent(plan["consent"], zone)),
        ]
    return _kv(rows)


def _places(plan: Mapping[str, Any]) -> list[str]:
    return [f"{d['platform']} {d.get('account') or ''}".strip() for d in plan["destinations"]]


def _consent(consent: Mapping[str, Any], zone: ZoneInfo) -> str:
    media = ", ".join(name for name, granted in consent["media"].items() if granted)
    return escape(
        f"{consent['subject']}: {media}. Signed {_day(consent['signed_at'], zone)}, taken by {consent['taken_by']}, "
        f"in force until {consent['expires']}. Advocate: {consent['advocate']}."
    )


def _seal(verdict: Verdict, zone: ZoneInfo) -> str:
    word = "Verified: every entry is as it was written" if verdict.ok else "NOT as it was written"
    span = f"{_clock(verdict.first_ts, zone)} to {_clock(verdict.last_ts, zone)}" if verdict.first_ts else "none"
    rows = [
        ("Entries", f"{verdict.size:,}, {span}"),
        ("Posts proved", str(verdict.proofs)),
        ("Signed by", f"<code>{escape(verdict.key)}</code>"),
        ("Root", f"<code>{verdict.root.hex()}</code>"),
    ]
    if verdict.bad:
        rows.insert(0, ("First bad", escape(f"{verdict.bad.place}: {verdict.bad.reason}")))
    return (
        f'<section class="seal"><p class="strong">{word}</p>{_kv(rows)}'
        "<p>Check it yourself: run verify.py from the bundle. It needs plain Python and nothing from us.</p></section>"
    )


def _numbers(stories: Sequence[Story]) -> str:
    states = Counter(story.state for story in stories)
    held = sum(
        any(s.what == "screened" and s.detail["disposition"] == "hold" for s in story.steps) for story in stories
    )
    public = sum(story.text is not None for story in stories)
    figures = [
        ("Written", len(stories)),
        ("Published", public),
        ("Held for a person", held),
        ("Returned", states["returned"]),
        ("Never released", len(stories) - public - states["returned"]),
        ("Taken back", states["retracted"]),
    ]
    cells = "".join(f"<div><dt>{name}</dt><dd>{count:,}</dd></div>" for name, count in figures)
    return f'<section><h2>What happened, in numbers</h2><dl class="tally">{cells}</dl></section>'


def _first(told: Replay, zone: ZoneInfo) -> str:
    own = [s for story in told.stories for s in story.steps]
    steps = {s.seq: s for s in [*told.live_event, *own] if s.what in _EVENTS}
    rows = [
        [_clock(s.at, zone), escape(_EVENTS[s.what]), escape(_whose(s)), escape(_code(s))]
        for s in sorted(steps.values(), key=in_order)
    ]
    return _table("What a reader should know first", ["Time", "What", "Who, where", "Code"], rows, "Nothing unusual.")


def _code(s: Step) -> str:
    """What goes with it: why, what a complication did, or the phase of which the family was told."""
    return str(s.detail.get("reason") or s.detail.get("mode") or s.detail.get("phase") or "")


def _whose(s: Step) -> str:
    return str(s.detail.get("destination") or s.detail.get("actor", {}).get("name", ""))


def _posts(stories: Sequence[Story], zone: ZoneInfo, verdict: Verdict) -> str:
    public = [story for story in stories if story.text is not None]
    public.sort(key=lambda story: next(s.seq for s in story.steps if s.what == "posted"))
    numbers = {story.update_id: n for n, story in enumerate(public, 1)}
    rows = [[str(n), *_post(story, zone, verdict, numbers)] for n, story in enumerate(public, 1)]
    heads = ["No.", "Time", "Text as published", "Found", "By whose word", "Where", "Entry", "State"]
    return _table("Posts", heads, rows, "Nothing was published.")


def _post(story: Story, zone: ZoneInfo, verdict: Verdict, numbers: Mapping[str, int]) -> list[str]:
    first = next(s for s in story.steps if s.what == "posted")
    where = dict.fromkeys(s.detail["destination"] for s in story.steps if s.what == "posted")
    return [
        _clock(first.at, zone),
        escape(story.text or ""),
        escape(_found(story)),
        escape(_word(story)),
        "<br>".join(escape(place) for place in where),
        f"{first.seq}, {'proved' if verdict.ok else 'not proved'}",
        escape(("taken back" if story.state == "retracted" else story.state) + _corrects(story, numbers)),
    ]


def _corrects(story: Story, numbers: Mapping[str, int]) -> str:
    """Which post it corrects; an update that was never published has no number here."""
    corrected = next((s.detail.get("corrects") for s in story.steps if s.what == "released"), None)
    if corrected is None:
        return ""
    return f", corrects No. {numbers[corrected]}" if corrected in numbers else ", corrects an update never published"


def _found(story: Story) -> str:
    """What screening found, in words; a kind that an older version knew stands for itself."""
    kinds = [f["kind"] for s in story.steps if s.what == "screened" for f in s.detail.get("findings", ())]
    named = Counter(what(kind, "en") if kind.partition(".")[0] in KINDS else kind for kind in kinds)
    return ", ".join(f"{kind} ×{n}" if n > 1 else kind for kind, n in named.items()) or "nothing"


def _word(story: Story) -> str:
    """Who let it go: a person, or policy alone."""
    release = next((s for s in reversed(story.steps) if s.what == "released"), None)
    if release is None:
        return "no release in the archive"
    by = release.detail.get("approved_by")
    return f"{by['name']}, {by['role']}" if by else "Policy"


def _held(stories: Sequence[Story], zone: ZoneInfo) -> str:
    rows = [
        [_clock(story.steps[0].at, zone), f"<code>{escape(story.update_id)}</code>", escape(story.state),
         escape(_found(story)), escape(_decided(story))]
        for story in stories
        if story.text is None
    ]  # fmt: skip
    return _table(
        "Never public", ["Time", "Update", "State", "Found", "Decided"], rows, "Everything written was published."
    )


def _decided(story: Story) -> str:
    said = [f"{s.detail['verdict']}: {s.detail['actor']['name']}" for s in story.steps if s.what == "decided"]
    return ", ".join(said) or "nobody"


def _policy(told: Replay, differences: Sequence[Difference], missing: Sequence[str]) -> str:
    derived = f"{len(told.drafts):,} drafts were derived again from their findings under the policy of their time."
    lines = [derived if not missing else f"Not in the archive, so not derived again: {', '.join(missing)}."]
    rows = [
        [str(d.seq), f"<code>{escape(d.update_id)}</code>", escape(d.recorded), escape(d.derived), d.direction]
        for d in differences
    ]
    table = _table(
        "Decisions of policy", ["Entry", "Update", "Recorded", "Derived", "Direction"], rows, "All came out the same."
    )
    return table.replace("</h2>", f"</h2><p>{escape(' '.join(lines))}</p>", 1)


def _people(told: Replay) -> str:
    did: Counter[tuple[str, str]] = Counter()
    for s in [*told.live_event, *(s for story in told.stories for s in story.steps)]:
        actor = s.detail.get("actor")
        if actor and actor["role"] != "system":
            did[actor["role"], actor["name"]] += 1
    rows = [[escape(role), escape(name), f"{n:,}"] for (role, name), n in sorted(did.items())]
    return _table("People", ["Role", "Name", "Records"], rows, "No person acted.")
