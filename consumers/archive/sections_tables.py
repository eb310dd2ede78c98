"""The report's tables in words, in the order in which an auditor asks (docs/audit.md). Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from consumers.archive.charts import span
from consumers.archive.facts import Facts
from consumers.archive.facts_course import Away, ConsentVersion, Keeping, Letter
from consumers.archive.facts_posts import Gap, Place, Post, when
from consumers.archive.sections import (
    Cell,
    Clock,
    Run,
    Section,
    code,
    findings_of,
    hidden_in,
    lines,
    link_of,
    name_of,
    names_of,
    ours,
    plural,
    said,
    short,
)

_OF_POSTS = (
    "Proof: the entry that says it was posted, the first characters of its leaf’s hash, and those of its proof file’s "
    "name in proofs/. Passkey: the approval bears a signature over this text, policy and these places, and it holds."
)

_OF_HALTS = (
    "Archived after: from the press to the archive’s own entry of it; the stages read the same record. Public: "
    "posts that became public while it lasted, as a request can that had left before the press; the entry of its "
    "intent says when it left. A stop ends by the word of two people, a hold by that of one."
)

_OF_DISCLOSURES = (
    "45 CFR 164.528(b): when, to whom, what, and for which purpose; of many disclosures to one recipient the first, "
    "the last and how many. What went out under an authorization need not be accounted for (164.528(a)(1)(iv)); it is "
    "listed all the same. What, to whom and why are the words of the consent; the texts themselves are under Posts."
)

_OF_PEOPLE = (
    "Role and name as each record bears them; by passkey: decisions and signatures that bear a signature which "
    "holds. Who was invited, enrolled and revoked stands in the desk’s own records, beyond this event’s log."
)

NUMBERS_MAX = 12  # ranges of post numbers in one cell


def posts_section(facts: Facts) -> Section:
    clock = Clock.of(facts.zone, facts.opened_at)
    heads = ("No.", "Time", "Text as published, and where", "Found", "By whose word", "Policy", "Proof")
    rows = tuple(_post(post, facts, clock) for post in facts.posts)
    notes = (_OF_POSTS,)
    return Section("Posts", notes if rows else (), heads, rows, "Nothing was published.", (9, 17, 0, 20, 25, 17, 27))


def _post(post: Post, facts: Facts, clock: Clock) -> tuple[Cell, ...]:
    return (
        ours(str(post.number)),
        ours(clock.time(post.at)),
        lines([*_wordings(post), *(_place(place) for place in post.places), *_remarks(post, facts)]),
        findings_of(post.findings),
        _word(post),
        lines([said(post.policy[0]), code(short(post.policy[1]))]) if post.policy else (),
        lines(_proofs(post)),
    )


def _wordings(post: Post) -> list[Cell]:
    """The text; where platforms' limits made other texts of it, each with its places."""
    wordings = post.wordings
    out: list[Cell] = []
    for text, places in wordings:
        where = (Run(f"{', '.join(places)}: ", "muted"),) if len(wordings) > 1 else ()
        hidden = hidden_in(text)
        note = (Run(f" (holds characters that cannot be seen: {', '.join(hidden)})", "muted"),) if hidden else ()
        out.append((*where, Run(text, "said"), *note))
    return out


def _place(place: Place) -> Cell:
    state = "" if place.state == "public" else f", {place.state}"
    link = link_of(place.url)
    return (Run(f"{place.destination}{state}", "muted"), *((Run(" "), *link) if link else ()))


def _remarks(post: Post, facts: Facts) -> list[Cell]:
    if post.corrects is None:
        return []
    corrected = facts.numbers.get(post.corrects)
    return [ours(f"Corrects No. {corrected}" if corrected else "Corrects an update that was never public")]


def _word(post: Post) -> Cell:
    word = post.word
    if word.kind == "person":
        return lines([name_of(word.who), ours("passkey" if word.passkey else "no passkey")])
    if word.kind == "run sheet":
        signed = lines([name_of(word.who), ours("passkey")]) if word.passkey else name_of(word.who)
        return lines([(Run("Run sheet "), Run(word.item or "", "said")), *([signed] if signed else [])])
    return ours("Policy" if word.kind == "policy" else "no release in the archive")


def _proofs(post: Post) -> list[Cell]:
    return [
        (Run(f"{proof.entry:,} "), *code(proof.leaf[:8]), Run(" "), *code(f"{proof.post_id[:8]}…"))
        for place in post.places
        for proof in place.proofs
    ]


# --- gaps ---

_GAPS: Mapping[str, str] = {
    "held": "Held, never decided", "returned": "Returned to the reporter", "refused": "Refused by policy",
    "not posted": "Not posted", "unknown": "Unknown", "never screened": "Received, never screened",
    "released, not posted": "Released, never posted",
}  # fmt: skip


def gaps_section(facts: Facts) -> Section:
    """All that was written and is not public, or was not for a while, in order of time."""
    clock = Clock.of(facts.zone, facts.opened_at)
    timed = [(gap.since, _gap(gap, clock)) for gap in facts.gaps]
    timed += [(away.since, _away(away, clock)) for away in facts.aways]
    timed += [(letter.at, _letter(letter, clock)) for letter in facts.letters]
    rows = tuple(row for _, row in sorted(timed, key=lambda pair: pair[0]))
    heads = ("Time", "What", "Update, place", "Found", "By whom, why")
    notes = ("Of what was never public the archive has no text. An update is named by the first characters of its id.",)
    empty = "Everything written was published everywhere; no record was lost, unreadable or in doubt."
    return Section("Gaps", notes if rows else (), heads, rows, empty, (33, 34, 32, 32, 0))


def _away(away: Away, clock: Clock) -> tuple[Cell, ...]:
    return (
        ours(clock.span(away.since, away.to, "to the end")),
        ours("Away"),
        said(away.destination),
        (),
        said(away.reason),
    )


def _letter(letter: Letter, clock: Clock) -> tuple[Cell, ...]:
    update = code((letter.update_id or "")[:8])
    why: Cell = (*ours(f"entry {letter.entry:,} "), *code(letter.place), Run(" "), *code(letter.code))
    return ours(clock.time(letter.at)), ours(letter.what.capitalize()), update, (), why


def _gap(gap: Gap, clock: Clock) -> tuple[Cell, ...]:
    subject = ours(f"No. {gap.number}") if gap.number else code(gap.update_id[:8])
    lasting = {"unknown": "still unknown", "held": "to the end"}.get(gap.kind, "")
    time = clock.span(gap.since, gap.to, lasting) if gap.to or lasting else clock.time(gap.since)
    why: Cell = (*name_of(gap.who), *((Run(": "),) if gap.who and gap.reason else ()), *said(gap.reason))
    return (
        ours(time),
        ours(_GAPS[gap.kind]),
        lines(filter(None, [subject, said(gap.place or "")])),
        findings_of(gap.findings),
        why,
    )


def halts_section(facts: Facts) -> Section:
    clock = Clock.of(facts.zone, facts.opened_at)
    rows = tuple(
        (
            ours(clock.span(halt.since, halt.to, "to the end")),
            ours(
                f"Complication: {halt.kind}"
                if halt.complication and "complication" not in halt.kind
                else halt.kind.capitalize()
            ),
            name_of(halt.by),
            names_of(halt.ended_by) or ours("nobody" if halt.to is None else ""),
            ours(span(halt.durable_s)),
            ours(f"{halt.during:,}" if halt.kind != "complication, text only" else ""),
        )
        for halt in facts.halts
    )
    heads = ("From, to", "What", "By", "Ended by", "Archived after", "Public")
    notes = (_OF_HALTS,)
    return Section(
        "Stops, holds and complications", notes if rows else (), heads, rows, "None.", (38, 30, 0, 44, 20, 15)
    )


# --- consent and disclosures ---


def consent_section(facts: Facts) -> Section:
    clock = Clock.of(facts.zone, facts.opened_at)
    rows = tuple(_version(version, clock) for version in facts.consents)
    heads = ("In force", "Scope", "Signed, taken by", "Ends", "Posts under it")
    under = {number for version in facts.consents for number in version.posts}
    outside = [post.number for post in facts.posts if post.number not in under]
    notes = [f"Published while no consent was in force: {_ranges(outside)}."] if outside else []
    empty = "No consent stands in the archive."
    return Section("Consent in force", tuple(notes), heads, rows, empty, (38, 0, 42, 28, 26))


def _version(version: ConsentVersion, clock: Clock) -> tuple[Cell, ...]:
    said_ = version.said
    ended = {"withdrawn": "withdrawn", "replaced": "replaced by another wording"}.get(version.ended, "")
    ends = lines([said(f"expires {said_['expires']}"), *([ours(ended)] if ended else [])])
    signed = f"{clock.moment(when(said_['signed_at']))} by {said_['signed_by']}, taken by {said_['taken_by']}"
    since = clock.span(version.since, version.to if ended else None, "not withdrawn")
    form = f"form {said_['version']} " if said_.get("version") else ""
    numbers = _ranges(version.posts)
    return (
        lines([ours(since), (Run(form, "said"), *code(short(version.sha256)))]),
        said(_scope(said_)),
        said(f"{signed}, advocate {said_['advocate']}"),
        ends,
        ours(f"{len(version.posts):,}: {numbers}" if numbers else "none"),
    )


def _scope(consent: Mapping[str, Any]) -> str:
    media = ", ".join(name for name, granted in consent["media"].items() if granted)
    parts = [
        f"{consent['subject']}: {media}",
        consent.get("body_area") or "",
        f"on {', '.join(consent['platforms'])}" if consent.get("platforms") else "on every destination",
        f"name: {consent.get('name_level', 'none')}",
        f"basis: {', '.join(consent['legal_basis'])}",
    ]
    return "; ".join(part for part in parts if part)


def _ranges(numbers: Sequence[int]) -> str:
    """`1–7, 9, 12–20`."""
    runs: list[list[int]] = []
    for n in numbers:
        if runs and runs[-1][1] == n - 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    words = [f"{a}–{b}" if a != b else str(a) for a, b in runs[:NUMBERS_MAX]]
    return ", ".join(words) + (" and more" if len(runs) > NUMBERS_MAX else "")


def disclosures_section(facts: Facts) -> Section:
    clock = Clock.of(facts.zone, None)
    rows = tuple(
        (
            lines([ours(f"{clock.time(d.first)}"), *([ours(f"to {clock.time(d.last)}")] if d.posts > 1 else [])]),
            lines([said(d.destination), said(d.recipients)]),
            lines([said(d.what), ours(f"in {plural(d.posts, 'post')}")]),
            said(d.purpose),
        )
        for d in facts.disclosures
    )
    notes = (_OF_DISCLOSURES,)
    heads = ("Date", "Who received", "What", "Purpose")
    return Section(
        "Accounting of disclosures", notes if rows else (), heads, rows, "Nothing was disclosed.", (36, 48, 0, 46)
    )


def deletions_section(facts: Facts) -> Section:
    clock = Clock.of(facts.zone, facts.opened_at)
    words = {
        "taken back": "Deleted", "not taken back": "Could not be deleted", "taking back unknown": "No clear answer",
        "public": "Ordered, not confirmed",
    }  # fmt: skip
    rows = tuple(
        (
            ours(f"No. {d.number}" if d.number else d.update_id[:8]),
            lines([ours(clock.time(d.ordered)), name_of(d.by)]) if d.ordered else (),
            said(d.destination),
            (Run(words.get(d.outcome, d.outcome), "" if d.outcome == "taken back" else "strong"),),
            ours(clock.time(d.at) if d.outcome != "public" else ""),
            said(d.reason),
        )
        for d in facts.deletions
    )
    heads = ("Post", "Ordered", "Place", "Outcome", "At", "Why")
    return Section(
        "Deletions, and what could not be deleted", (), heads, rows, "Nothing was taken back.", (16, 42, 0, 36, 20, 30)
    )


_SEEN: Mapping[str, str] = {
    "edited": "Edited elsewhere", "deleted": "Deleted elsewhere", "added": "Not from here",
    "still-public": "Still public", "gone": "Gone", "unreadable": "Could not be read", "read": "All read",
}  # fmt: skip


def seen_section(facts: Facts) -> Section:
    clock = Clock.of(facts.zone, facts.opened_at)
    rows = tuple(
        (
            ours(clock.time(seen.at)),
            said(seen.destination),
            (Run(_SEEN.get(seen.what, seen.what), "strong" if seen.differs else ""),),
            lines(filter(None, [ours(f"No. {seen.number}") if seen.number else (), link_of(seen.url)])),
            said(seen.about),
            ours(f"{seen.entry:,}"),
        )
        for seen in facts.seen
    )
    heads = ("Time", "Place", "Found", "Of what", "How", "Entry")
    empty = "Nothing was found otherwise than it was sent, or the platforms were not read back."
    return Section("What is really public", (), heads, rows, empty, (20, 36, 32, 0, 40, 14))


def corrections_section(facts: Facts) -> Section:
    clock = Clock.of(facts.zone, facts.opened_at)
    rows = tuple(
        (
            ours(clock.time(post.at)),
            ours(f"No. {post.number}"),
            ours(f"No. {number}" if (number := facts.numbers.get(post.corrects or "")) else "an update never public"),
            _word(post),
        )
        for post in facts.corrections
    )
    return Section("Corrections", (), ("Time", "Post", "Corrects", "By whose word"), rows, "None.", (24, 24, 50, 0))


# --- people ---


def people_section(facts: Facts) -> Section:
    clock = Clock.of(facts.zone, facts.opened_at)
    rows = tuple(
        (
            ours(person.who.role.capitalize()),
            said(person.who.name),
            said(", ".join(person.devices)),
            ours(f"{clock.time(person.first)} to {clock.time(person.last)}"),
            ours(f"{person.records:,}"),
            ours(f"{person.signed:,} of {person.decisions:,}" if person.decisions else ""),
        )
        for person in facts.people
    )
    heads = ("Role", "Name", "Device", "First to last act", "Records", "By passkey")
    notes = (_OF_PEOPLE,)
    return Section("People and rights", notes if rows else (), heads, rows, "No person acted.", (22, 0, 36, 40, 18, 22))


def tablets_section(facts: Facts) -> Section:
    clock = Clock.of(facts.zone, facts.opened_at)
    rows = tuple(
        (
            said(tablet.name),
            ours("signs what it sends" if tablet.enrolled else "not enrolled: a role’s token"),
            said(", ".join(tablet.writers)),
            ours(f"{clock.time(tablet.first)} to {clock.time(tablet.last)}"),
            ours(f"{tablet.updates:,}"),
            ours(f"{tablet.held_back:,}" if tablet.held_back else ""),
        )
        for tablet in facts.tablets
    )
    heads = ("Tablet", "Key", "Who wrote", "First to last update", "Updates", "After it was switched off")
    return Section("Tablets", (), heads, rows, "No tablet is named.", (30, 36, 0, 40, 16, 24))


_LOOKS: Mapping[str, str] = {
    "original-opened": "Opened what was typed", "searched": "Searched", "exported": "Exported a bundle",
    "reported": "Made a report", "replayed": "Replayed", "imported": "Opened a bundle of elsewhere",
    "verified": "Verified",
}  # fmt: skip


def looks_section(facts: Facts) -> Section:
    clock = Clock.of(facts.zone, facts.opened_at)
    rows = tuple(
        (
            ours(clock.time(look.at)),
            name_of(look.who) or ours("the system"),
            ours(_LOOKS.get(look.what, look.what)),
            lines(filter(None, [code((look.update_id or "")[:8]), said(look.about)])),
            ours(f"{look.entry:,}"),
        )
        for look in facts.looks
    )
    heads = ("Time", "Who", "What", "Of what", "Entry")
    return Section(
        "Who looked", (), heads, rows, "Nobody opened an original, searched, exported or reported.", (34, 45, 42, 0, 16)
    )


# --- policies, keeping ---


def policies_section(facts: Facts) -> Section:
    clock = Clock.of(facts.zone, facts.opened_at)
    rows = tuple(
        (
            said(policy.name),
            code(policy.sha256[:16]),
            ours(f"{clock.time(policy.since)} to {clock.time(policy.to)}"),
            ours(f"{policy.drafts:,}"),
            ours("policies/, under its hash") if policy.kept else (Run("not in the archive", "strong"),),
        )
        for policy in facts.policies
    )
    heads = ("Policy", "Hash", "First to last draft", "Drafts", "Document")
    return Section("Policies in force", (), heads, rows, "Nothing was screened.", (30, 40, 0, 18, 48))


def derived_section(facts: Facts) -> Section:
    drafts = sum(policy.drafts for policy in facts.policies)
    again = sum(policy.drafts for policy in facts.policies if policy.kept)
    notes = [
        f"{plural(again, 'draft was', 'drafts were')} derived again from their findings under the policy of their time."
    ]
    if facts.missing:
        notes.append(f"Not in the archive, so {drafts - again:,} were not derived again: {', '.join(facts.missing)}.")
    rows = tuple(
        (
            ours(f"{d.seq:,}"),
            code(d.update_id[:8]),
            ours(d.recorded),
            ours(d.derived),
            ours(d.direction),
            ours("yes" if d.published else "no"),
        )
        for d in facts.differences
    )
    heads = ("Entry", "Update", "Recorded", "Derived", "Direction", "Public")
    return Section(
        "Decisions of policy, derived again",
        tuple(notes),
        heads,
        rows,
        "All came out the same.",
        (20, 26, 30, 30, 0, 20),
    )


def keeping_section(facts: Facts) -> Section:
    clock = Clock.of(facts.zone, facts.opened_at)
    rows = tuple(_kept(keeping, clock) for keeping in facts.keepings)
    empty = "No legal hold, and no key was destroyed by order; " + (
        f"the event’s keys were destroyed {clock.moment(facts.archived_at)}."
        if facts.archived_at
        else "the keys are destroyed when the time to keep them has passed."
    )
    heads = ("Time", "What", "By", "Of what, why", "What is left")
    return Section("Retention, legal hold and erasure", (), heads, rows, empty, (34, 32, 32, 0, 52))


def _kept(keeping: Keeping, clock: Clock) -> tuple[Cell, ...]:
    words = {
        "legal-hold-place": "Legal hold placed",
        "legal-hold-lift": "A word to lift it",
        "keys-erased": "Destroyed",
        "removed": "Log removed",
    }
    about, left = _about_kept(keeping.said), [_left(one) for one in keeping.said.get("left", ())]
    return (
        ours(clock.time(keeping.at)),
        ours(words.get(keeping.what, keeping.what)),
        name_of(keeping.by),
        about,
        lines(left),
    )


def _about_kept(said_: Mapping[str, Any]) -> Cell:
    if said_.get("matter"):
        return said(str(said_["matter"]))
    terms = f"{plural(said_['terms'], 'protected term')}" if said_.get("terms") else ""
    parts = [", ".join(said_.get("erased", ())), terms, str(said_.get("reason", ""))]
    despite = f"despite {plural(len(said_['despite']), 'hold')}" if said_.get("despite") else ""
    return said("; ".join(part for part in (*parts, despite) if part))


def _left(one: Mapping[str, Any]) -> Cell:
    count = f"{one['count']:,} " if one.get("count") is not None else ""
    until = f", until {str(one['until'])[:10]}" if one.get("until") else ""
    place = f" at {one['place']}" if one.get("place") else ""
    return said(f"{count}{str(one.get('what', '')).replace('-', ' ')}{place}{until}")


SECTIONS = (
    posts_section, gaps_section, halts_section, consent_section, disclosures_section, corrections_section,
    deletions_section, seen_section, people_section, tablets_section, looks_section, policies_section, derived_section,
    keeping_section,
)  # fmt: skip


def sections_of(facts: Facts) -> tuple[Section, ...]:
    """None over a log that is not as it was written."""
    return tuple(section(facts) for section in SECTIONS) if facts.verdict.ok else ()
