"""The first page in words: which event, whether the log is as it was written, the numbers, and what to know before the
long tables. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from consumers.archive.anchors.said import lines
from consumers.archive.charts import span
from consumers.archive.facts import Facts
from consumers.archive.facts_course import Halt
from consumers.archive.facts_posts import Deletion, Gap, when
from consumers.archive.sections import (
    Cell,
    Clock,
    Run,
    Section,
    code,
    name_of,
    names_of,
    ours,
    plural,
    said,
    short,
    stamp_of,
)

FIRST_MAX = 12  # rows; with more of them nothing is first any more, and the proof no longer stands on the same page

VERIFIED = "Verified: every entry is as it was written"
NOT_VERIFIED = "NOT as it was written. This report claims nothing"
CHECK = "Check it yourself: run verify.py from the bundle. It needs plain Python and nothing from us."
TRAINING = "A rehearsal. Nothing of it was about a patient, and it was published on the local page alone."
FOOT = "Times are those of {zone}, from the archive’s own entries. Text typed before checking is not in the archive."
WHAT_NOW = (
    "An entry, a file or a signature is not what it was when the log was signed, so nothing that stands in it is "
    "repeated here. Keep the folder or bundle as it is. A bundle or a checkpoint that somebody else kept from before "
    "shows what it was: scrubcast audit verify --bundle FILE, or --known CHECKPOINT."
)


@dataclass(frozen=True, slots=True)
class Front:
    """`seal` and `about` are terms with what they are; `tally` is figures."""

    title: str
    under: Cell
    mark: str  # of a rehearsal
    about: tuple[tuple[str, Cell], ...]
    sealed: str
    seal: tuple[tuple[str, Cell], ...]
    tally: tuple[tuple[str, int], ...]
    sums: str


def front_of(facts: Facts) -> Front:
    clock = Clock.of(facts.zone, facts.opened_at)
    hashtag = facts.plan.get("hashtag", "")
    under = (Run(facts.title, "said"), *((Run(" · "), Run(hashtag, "said")) if hashtag else ()))
    return Front(
        title="Audit report",
        under=under,
        mark=TRAINING if facts.training else "",
        about=tuple(_about(facts, clock)),
        sealed=VERIFIED if facts.verdict.ok else NOT_VERIFIED,
        seal=tuple(_seal(facts, clock)),
        tally=_tally(facts) if facts.verdict.ok else (),
        sums=_sums(facts) if facts.verdict.ok else "",
    )


def _about(facts: Facts, clock: Clock) -> Iterator[tuple[str, Cell]]:
    yield "Event", code(facts.live_event_id)
    plan = facts.plan
    if not plan:
        return
    window, rules = plan["window"], plan["release"]
    yield "Window", ours(f"{clock.window(when(window['opens']), when(window['closes']))}, {facts.zone}")
    if facts.opened_at:
        closed = clock.moment(facts.closed_at) if facts.closed_at else "not closed"
        yield "Open", ours(f"{clock.moment(facts.opened_at)} to {closed}")
    for role in ("director", "physician", "reviewer", "advocate", "liaison"):
        people = [p.who.name for p in facts.people if p.who.role == role]
        if people:
            yield role.capitalize(), said(", ".join(people))
    yield "Destinations", said(", ".join(_places(plan)))
    told = f", delay {rules['delay_s']} s, reviewed: {rules['review']}, on complication: {plan['complication']}"
    yield "Policy", (Run(plan["policy"], "said"), Run(" "), *code(short(facts.policy_sha256)), Run(told))
    yield "Consent", _consent(facts, clock)
    if facts.archived_at:
        yield (
            "Keys",
            ours(f"destroyed {clock.moment(facts.archived_at)}: held and returned texts can no longer be read"),
        )


def _places(plan: Mapping[str, Any]) -> list[str]:
    return [f"{d['platform']} {d.get('account') or ''}".strip() for d in plan["destinations"]]


def _consent(facts: Facts, clock: Clock) -> Cell:
    if not facts.consents:
        return ours("none in the archive")
    latest = facts.consents[-1]
    media = " and ".join(name for name, granted in latest.said["media"].items() if granted)
    area = latest.said.get("body_area")
    scope = f"{media}{f', {area}' if area else ''}, {latest.said.get('subject', '')}"
    ends = {"withdrawn": "withdrawn", "replaced": "replaced"}.get(latest.ended)
    told = (
        f"{ends} {clock.moment(latest.to)}"
        if ends and latest.to
        else f"not withdrawn, expires {latest.said['expires']}"
    )
    return (Run(scope, "said"), Run(f". In force from {clock.moment(latest.since)}, {told}."))


def _seal(facts: Facts, clock: Clock) -> Iterator[tuple[str, Cell]]:
    verdict = facts.verdict
    if verdict.bad is not None:
        yield "First bad", (Run(verdict.bad.place, "strong"), Run(": "), Run(verdict.bad.reason, "said"))
        yield "Key", code(verdict.key)
        return
    span = (
        f", {clock.time(stamp_of(verdict.first_ts))} to {clock.time(stamp_of(verdict.last_ts))}"
        if verdict.first_ts
        else ""
    )
    yield "Entries", ours(f"{verdict.size:,}{span}")
    if verdict.pending:
        yield "Not signed yet", ours(f"{verdict.pending:,} more entries, and not in this report")
    yield "Posts proved", ours(f"{verdict.proofs:,}, each with a proof file")
    yield "Signed by", code(verdict.key)
    yield "Root", code(verdict.root.hex())
    for line in lines(verdict.anchors):
        what = f" at {clock.moment(line.at)}, {facts.zone}, for the first {plural(line.size, 'entry', 'entries')}"
        words = (Run(": "), Run(line.said, "said")) if line.said else ()
        yield line.kind, (Run(line.by, "said"), Run(what), *words)


def _tally(facts: Facts) -> tuple[tuple[str, int], ...]:
    t = facts.tally
    return (
        ("Written", t.written), ("Published", t.published), ("Held for a person", t.held), ("Returned", t.returned),
        ("Never released", t.never_released + t.refused), ("Taken back", t.taken_back),
    )  # fmt: skip


def _sums(facts: Facts) -> str:
    t = facts.tally
    silent = t.never_released + t.refused
    parts = f"Written {t.written:,} = published {t.published:,} + returned {t.returned:,} + never released {silent:,}"
    refused = f" (refused {t.refused:,})" if t.refused else ""
    held = f" Of the {t.held:,} held, {t.held_published:,} became public." if t.held else ""
    unknown = (
        f" Of {plural(t.unknown, 'update')} nobody knows today whether it is public everywhere." if t.unknown else ""
    )
    return f"{parts}{refused}.{held}{unknown}"


# --- what a reader should know first ---

_Row = tuple[int, float, tuple[Cell, Cell, Cell]]  # rank, instant, cells


def first_of(facts: Facts) -> Section:
    clock = Clock.of(facts.zone, facts.opened_at)
    rows = sorted(_rows(facts, clock), key=lambda row: row[:2])
    notes = (f"And {len(rows) - FIRST_MAX} more, in the sections below.",) if len(rows) > FIRST_MAX else ()
    return Section(
        "What a reader should know first",
        notes,
        ("Time", "What", "State today"),
        tuple(cells for _, _, cells in rows[:FIRST_MAX]),
        "Nothing unusual: no stop, nothing taken back or corrected, no doubt about any post.",
        (18, 0, 78),
    )


def _rows(facts: Facts, clock: Clock) -> Iterator[_Row]:
    for halt in facts.halts:
        yield (0 if halt.kind == "withdrawal" else 4), halt.since.timestamp(), _halt(facts, halt, clock)
    yield from _doubts(facts)
    for gap in facts.gaps:
        if gap.kind in ("unknown", "not posted", "released, not posted") and gap.to is None:
            yield (1 if gap.kind == "unknown" else 5), gap.since.timestamp(), _gap(gap, clock)
    for number, own in _by_post(facts.deletions).items():
        if not any(halt.kind == "withdrawal" for halt in facts.halts):
            yield 3, own[0].at.timestamp(), _taken_back(number, own, clock)
    for post in facts.corrections:
        corrected = facts.numbers.get(post.corrects or "")
        subject = f"No. {post.number} corrects {f'No. {corrected}' if corrected else 'an update that was never public'}"
        both = "Both public" if _public(facts, corrected) and post.state == "published" else "Not both public any more"
        yield 6, post.at.timestamp(), (ours(clock.time(post.at)), ours(subject), ours(both if corrected else "Public"))
    yield from _seen(facts, clock)
    for keeping in facts.keepings:
        yield (
            7,
            keeping.at.timestamp(),
            (ours(clock.time(keeping.at)), ours(_KEPT.get(keeping.what, keeping.what)), name_of(keeping.by)),
        )


_KEPT = {
    "legal-hold-place": "A legal hold was placed",
    "legal-hold-lift": "A word to lift a legal hold",
    "keys-erased": "Keys were destroyed",
    "removed": "A log was removed",
}


def _seen(facts: Facts, clock: Clock) -> Iterator[_Row]:
    for seen in facts.seen:
        if seen.differs:
            subject = f"No. {seen.number}" if seen.number else "A post"
            place = (Run(f"{subject} was found otherwise on "), Run(seen.destination, "said"))
            found = (Run(seen.what.replace("-", " "), "strong"), Run(", see What is really public"))
            yield 2, seen.at.timestamp(), (ours(clock.time(seen.at)), place, found)


def _public(facts: Facts, number: int | None) -> bool:
    return number is not None and facts.posts[number - 1].state == "published"


def _doubts(facts: Facts) -> Iterator[_Row]:
    """What concerns the archive itself has no one time."""
    if facts.differences:
        many = plural(len(facts.differences), "decision of policy does", "decisions of policy do")
        yield 2, 0.0, ((), ours(f"{many} not follow from its findings"), ours("See Decisions of policy"))
    if facts.missing:
        yield (
            2,
            1.0,
            (
                (),
                ours(f"{plural(len(facts.missing), 'policy', 'policies')} not in the archive"),
                ours("Not derived again"),
            ),
        )
    unreadable = [letter for letter in facts.letters if letter.what == "unreadable"]
    if unreadable:
        yield (
            2,
            2.0,
            ((), ours(f"{plural(len(unreadable), 'record')} could not be read"), ours("Kept by hash and place")),
        )
    dead = [letter for letter in facts.letters if letter.what == "dead letter"]
    if dead:
        yield 5, 0.0, ((), ours(f"{plural(len(dead), 'record')} could not be handled"), ours("See Gaps"))


_HALTS = {
    "stop": "Stop",
    "hold": "Hold",
    "withdrawal": "Consent withdrawn",
    "complication, text only": "Complication: text alone",
}


def _halt(facts: Facts, halt: Halt, clock: Clock) -> tuple[Cell, Cell, Cell]:
    word = f"Complication: {halt.kind}" if halt.complication and halt.kind in ("stop", "hold") else _HALTS[halt.kind]
    flight = f". {plural(halt.during, 'post')} became public while it lasted" if halt.during else ""
    pressed = (Run(f"{word}, by "), *name_of(halt.by), Run(flight)) if halt.by else ours(word + flight)
    return ours(clock.time(halt.since)), pressed, _end(facts, halt, clock)


def _end(facts: Facts, halt: Halt, clock: Clock) -> Cell:
    if halt.kind == "withdrawal":
        return (Run(_deleted(facts), "strong"),)
    if halt.to is None:
        return (Run("Never resumed", "strong"),)
    over = "Over" if halt.kind == "complication, text only" else "Resumed"
    after = f"{over} {clock.time(halt.to)}, after {span((halt.to - halt.since).total_seconds())}"
    return (Run(f"{after}, by "), *names_of(halt.ended_by)) if halt.ended_by else ours(after)


def _deleted(facts: Facts) -> str:
    gone = sum(all(p.state == "taken back" for p in post.places if p.texts) for post in facts.posts)
    left = [d for d in facts.deletions if d.outcome != "taken back"]
    rest = f" {plural(len(left), 'place')} not confirmed, see Deletions" if left else ""
    return f"{gone} of {plural(len(facts.posts), 'post')} deleted everywhere.{rest}"


def _gap(gap: Gap, clock: Clock) -> tuple[Cell, Cell, Cell]:
    subject = f"No. {gap.number}" if gap.number else f"Update {gap.update_id[:8]}"
    where: Cell = (Run(" on "), Run(gap.place, "said")) if gap.place else ()
    if gap.kind == "unknown":
        state: Cell = (Run("Nobody knows whether it is public there", "strong"),)
    else:
        state = (Run("Not public there: " if gap.place else "Not public"), *said(gap.reason))
    words = {"unknown": "no clear answer", "not posted": "not posted"}.get(gap.kind, "released, not posted")
    return ours(clock.time(gap.since)), (Run(f"{subject}: {words}"), *where), state


def _by_post(deletions: Sequence[Deletion]) -> dict[str, list[Deletion]]:
    found: dict[str, list[Deletion]] = {}
    for one in deletions:
        found.setdefault(one.update_id, []).append(one)
    return found


def _taken_back(update_id: str, own: Sequence[Deletion], clock: Clock) -> tuple[Cell, Cell, Cell]:
    first = own[0]
    subject = f"No. {first.number}" if first.number else f"Update {update_id[:8]}"
    gone = [d.destination for d in own if d.outcome == "taken back"]
    left = [d.destination for d in own if d.outcome != "taken back"]
    parts = [Run("Gone from "), Run(", ".join(gone), "said")] if gone else []
    parts += [Run(". Not confirmed: " if gone else "Not confirmed: "), Run(", ".join(left), "said")] if left else []
    bold = tuple(Run(run.text, "strong") for run in parts) if left else tuple(parts)
    by = (Run(", by "), *name_of(first.by)) if first.by else ()
    return ours(clock.time(first.ordered or first.at)), (Run(f"{subject} taken back"), *by), bold
