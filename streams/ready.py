"""Which checks a live event has to pass before its director may open it in the browser: what is missing, in words, and
the act that mends it. Pure: all that is known comes in, sentences come out in English with their values apart.
"""

# ruff: noqa: ARG001  # each check takes all that is known, whether it looks at all of it or not

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, Literal, Protocol
from uuid import UUID

from schemas.enrolment import Person
from schemas.envelope import Role, sha256_hex
from schemas.live_event import Destination, LiveEventFile
from schemas.policy import Policy
from schemas.preparation import Rehearsal, Tick
from streams import accounts, cost, readiness, review
from streams.accounts import AccountCheck

# A person who was in the room in the morning may have left by noon; one who looks at the desk is seen to be there.
IN_ROOM_S = 2 * 3600
# An account that was asked longer ago may have lost its token since; opening asks again in any case.
ASKED_S = 3600

RUN_SHEET = "run-sheet"
COST = "cost"
IN_ROOM = {Role.PHYSICIAN: "in-room-physician", Role.ADVOCATE: "in-room-advocate"}
TICKS = frozenset({COST, *IN_ROOM.values()})
"""What a director ticks; `run-sheet` is a physician's signature and comes in its own way."""


@dataclass(frozen=True)
class Said:
    """A sentence and what stands in its blanks; `str()` says it in English, for programs."""

    english: str
    values: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        return self.english.format(**{name: _plain(value) for name, value in self.values})


@dataclass(frozen=True)
class Gap:
    """A place in the file and what is wrong with it, as streams.readiness words it."""

    place: str
    english: str

    def __str__(self) -> str:
        return f"{self.place}: {self.english}"


@dataclass(frozen=True)
class Act:
    """What mends it: a `section` of the preparation to open, a `tick` or `ask` to press, or a page of its own."""

    kind: Literal["section", "tick", "ask", "sign", "people", "rehearse"]
    target: str
    label: str


@dataclass(frozen=True)
class Check:
    """One line of the page. `title` says what is missing, or what is done."""

    id: str
    ok: bool
    title: Said
    words: tuple[Said | Gap, ...]
    act: Act | None


class Present(Protocol):
    """Somebody who has the desk open."""

    @property
    def name(self) -> str: ...
    @property
    def role(self) -> Role: ...
    @property
    def since(self) -> datetime: ...


@dataclass(frozen=True)
class Asked:
    """What the accounts answered, and when."""

    at: datetime
    answers: tuple[AccountCheck, ...]


@dataclass(frozen=True)
class Inputs:
    """All that is known of one preparation. `people`: those who are enrolled and whose right names this event.

    `asks`: whether accounts can be asked here at all; `run_sheet_sha256`: of its items as they stand, None for none.
    """

    file: Mapping[str, Any]
    now: datetime
    known_platforms: frozenset[str]
    protect: tuple[str, ...] = field(default=(), repr=False)
    policies: Mapping[str, Policy] | None = None
    has_credentials: readiness.HasCredentials | None = None
    asks: bool = True
    asked: Asked | None = None
    people: tuple[Person, ...] = ()
    with_passkey: frozenset[UUID] = frozenset()
    tablets: int = 0
    present: tuple[Present, ...] = ()
    ticks: tuple[Tick, ...] = ()
    rehearsal: Rehearsal | None = None
    run_sheet_sha256: str | None = None


def said(english: str, **values: Any) -> Said:
    return Said(english, tuple(values.items()))


def checks(given: Inputs) -> tuple[Check, ...]:
    """Every check, in the order in which an event is prepared."""
    known = _known(given)
    parts: tuple[Callable[[Inputs, _Known], Iterable[Check]], ...] = (
        _event, _consent, _hashtag, _accounts, _policy, _run_sheet, _rest, _people, _liaison,
        partial(_present, Role.PHYSICIAN), partial(_present, Role.ADVOCATE), _cost, _rehearsal,
    )  # fmt: skip
    return tuple(check for part in parts for check in part(given, known))


def is_hiding(given: Inputs) -> bool:
    """Whether a protected term stands in what names the event: then no page may repeat these fields."""
    named = (given.file.get(name) for name in ("title", "hashtag"))
    return any(readiness.hides(str(value), given.protect) for value in named if value is not None)


def missing(found: Iterable[Check]) -> tuple[Check, ...]:
    return tuple(check for check in found if not check.ok)


def file_of(given: Inputs) -> LiveEventFile:
    """The file as far as it can be read; what stands in for the rest is no part of the event."""
    return _known(given).file


def cost_sha256(file: LiveEventFile) -> str:
    """Of what the director saw when the cost was ticked: other destinations or links ask for another look."""
    return sha256_hex("\n".join(cost.said(line) for line in cost.estimate(file)))


# -- what the file says, gaps and all

_SECTION_OF = {
    **dict.fromkeys(("id", "title", "hashtag", "languages", "timezone", "window", "description"), "event"),
    "consent": "consent",
    "destinations": "accounts",
    **dict.fromkeys(("policy", "release", "content_warning", "complication", "holding"), "policy"),
    "run_sheet": RUN_SHEET,
}


@dataclass(frozen=True)
class _Known:
    """`file` is whole, with what stands in for a part that has gaps; those parts are not to be read."""

    file: LiveEventFile
    gaps: tuple[Gap, ...]

    def of(self, section: str) -> tuple[Gap, ...]:
        return tuple(g for g in self.gaps if _section(g.place) == section)

    def at(self, place: str) -> tuple[Gap, ...]:
        return tuple(g for g in self.gaps if g.place == place)


def _section(place: str) -> str:
    return _SECTION_OF.get(place.partition(".")[0], "rest")


def _known(given: Inputs) -> _Known:
    """A part that cannot be read is replaced by one without fault, so that every other part is still judged."""
    file = {**given.file, "protect": given.protect}
    parsed, words = _read(file, given)
    if parsed is not None:
        return _Known(parsed, tuple(_gap(w) for w in words))
    broken = {gap.place.partition(".")[0] for gap in map(_gap, words)}
    whole = _stand_in(given.now) | {name: value for name, value in file.items() if name not in broken}
    mended, more = _read({k: v for k, v in whole.items() if k in LiveEventFile.model_fields}, given)
    assert mended is not None, "what stands in for a broken part is whole"
    others = tuple(_gap(w) for w in more)
    return _Known(mended, (*map(_gap, words), *(g for g in others if g.place.partition(".")[0] not in broken)))


def _read(file: Mapping[str, Any], given: Inputs) -> tuple[LiveEventFile | None, tuple[str, ...]]:
    return readiness.check(file, given.now, given.known_platforms, given.policies, given.has_credentials, cautious=True)


def _gap(words: str) -> Gap:
    place, _, what = words.partition(": ")
    return Gap(place, what)


def _stand_in(now: datetime) -> dict[str, Any]:
    long_ago, far = datetime(2000, 1, 1, tzinfo=UTC), date(9999, 1, 1)
    consent = dict.fromkeys(
        ("subject", "information", "disclosed_by", "recipients", "purpose", "right_to_revoke", "no_conditioning",
         "redisclosure", "signed_by", "taken_by", "advocate"), "-",
    ) | {
        "expires": far, "signature": "sha256:" + "0" * 64, "signed_at": long_ago, "copy_given": True,
        "plain_language": True, "language": "en", "legal_basis": ["-"], "remuneration": None,
        "media": {"text": True, "photo": True, "video": True},
    }  # fmt: skip
    return {
        "id": "x", "title": "-", "hashtag": "#_", "languages": ["en"], "timezone": "UTC",
        "window": {"opens": now, "closes": now + timedelta(hours=1)}, "destinations": [{"platform": "local"}],
        "consent": consent,
    }  # fmt: skip


# -- one check each


def _event(given: Inputs, known: _Known) -> Iterable[Check]:
    gaps = tuple(g for g in known.of("event") if g not in _hiding(known))
    if gaps:
        title = said("The event is not described yet") if len(gaps) > 1 else said("Something of the event is missing")
        yield Check("event", False, title, gaps, Act("section", _anchor("event", gaps), "Fill in"))
        return
    window = known.file.window
    if is_hiding(given):
        return  # said in another line, without a word of it
    words = said(
        "{title}. {hashtag}, from {opens} to {closes}.", title=known.file.title, hashtag=known.file.hashtag,
        opens=window.opens, closes=window.closes,
    )  # fmt: skip
    yield Check("event", True, said("Event described"), (words,), Act("section", "event", "Change"))


_CONSENT_TITLES = {
    "consent.media.text": "The consent does not cover text",
    "consent.signed_at": "The consent is not signed yet",
    "consent.expires": "The consent ends too early",
    "consent.platforms": "The consent does not cover every destination",
    "consent": "There is no consent yet",
}


def _consent(given: Inputs, known: _Known) -> Iterable[Check]:
    gaps = known.of("consent")
    if gaps:
        alone = _CONSENT_TITLES.get(gaps[0].place) if len(gaps) == 1 else None
        title = said(alone) if alone else said("The consent is not whole")
        yield Check("consent", False, title, gaps, Act("section", _anchor("consent", gaps), "Fill in"))
        return
    consent = known.file.consent
    media = tuple(said(n) for n in ("text", "photo", "video") if getattr(consent.media, n))
    covers = (
        said("It covers {media}: {area}.", media=media, area=consent.body_area)
        if consent.body_area
        else said("It covers {media}.", media=media)
    )
    signed = said(
        "Signed {at}, taken by {who}. Ends {ends}.",
        at=consent.signed_at.date(), who=consent.taken_by, ends=consent.expires,
    )  # fmt: skip
    act = Act("section", "consent", "Change")
    yield Check("consent", True, said("Consent valid and in scope"), (covers, signed), act)


def _hiding(known: _Known) -> tuple[Gap, ...]:
    """Those gaps that say that a protected term stands where everybody reads."""
    return tuple(g for g in known.gaps if g.english.startswith("holds a protected term"))


def _hashtag(given: Inputs, known: _Known) -> Iterable[Check]:
    places = [gap.place for gap in _hiding(known)]
    if readiness.hides(known.file.id, given.protect):
        words = said("A protected term stands in it. Choose another one.")
        act = Act("section", "event#id", "Change address")
        yield Check("address", False, said("The address names somebody who is protected"), (words,), act)
    if "hashtag" in places:
        words = said("It holds a protected term. Choose another one.")
        act = Act("section", "event#hashtag", "Change hashtag")
        yield Check("hashtag", False, said("The hashtag names somebody who is protected"), (words,), act)
    if any(place != "hashtag" for place in places):
        words = said("A protected term stands there. Write it another way.")
        act = Act("section", "event", "Change")
        yield Check("names", False, said("The title or the run sheet names somebody who is protected"), (words,), act)
    if places:
        return
    number = len(given.protect)
    words = (
        said("{n} protected terms are looked for in every text.", n=number)
        if number
        else said("No protected terms are given yet: names, dates and numbers that must never go out.")
    )
    act = Act("section", "protected", "Add terms")
    yield Check("hashtag", True, said("Hashtag free of protected terms"), (words,), act)


def _accounts(given: Inputs, known: _Known) -> Iterable[Check]:
    gaps = known.of("accounts")
    if gaps:
        title = said("A destination cannot be posted to") if given.file.get("destinations") else said("No destination")
        yield Check("accounts", False, title, gaps, Act("section", "destinations", "Change"))
        return
    wanted = accounts.external(known.file.destinations)
    again = Act("ask", "accounts", "Try again")
    if not wanted:
        words = said("The public page alone. It needs no account.")
        yield Check("accounts", True, said("Destinations chosen"), (words,), Act("section", "destinations", "Change"))
    elif not given.asks:
        words = said("Accounts are not asked here; the operator has switched that off.")
        yield Check("accounts", True, said("Destinations chosen"), (words,), Act("section", "destinations", "Change"))
    else:
        yield from _answers(given, wanted, again)


def _answers(given: Inputs, wanted: list[Destination], again: Act) -> Iterable[Check]:
    fresh = given.asked is not None and (given.now - given.asked.at).total_seconds() <= ASKED_S
    by_key = {a.destination: a for a in given.asked.answers} if given.asked and fresh else {}
    proven = []
    for one in wanted:
        answer, place = by_key.get(one.key), _place(one)
        if answer is None:
            words = said("It was not asked yet whether it may be posted to.")
            title = said("The account {place} is not proven", place=place)
            yield Check(f"account:{one.key}", False, title, (words,), Act("ask", "accounts", "Ask now"))
        elif answer.gap:
            title = said("The account {place} is not proven", place=place)
            yield Check(f"account:{one.key}", False, title, (Gap("", _without_key(answer)),), again)
        else:
            proven.append(_proven(place, answer))
    if proven:
        yield Check("accounts", True, said("Accounts proven"), tuple(proven), again)


def _place(one: Destination) -> str:
    return f"{_PLATFORMS.get(one.platform, one.platform)} {one.account}"


_PLATFORMS = {"x": "X", "bluesky": "Bluesky", "mastodon": "Mastodon"}


def _without_key(answer: AccountCheck) -> str:
    return (answer.gap or "").removeprefix(f"{answer.destination} ").removeprefix(f"{answer.destination}: ")


def _proven(place: str, answer: AccountCheck) -> Said:
    if answer.left is None:
        return said("{place}: posts as {name}.", place=place, name=answer.name or place)
    return said(
        "{place}: posts as {name}, {left} posts left.", place=place, name=answer.name or place, left=answer.left
    )


COMPLICATIONS = {"hold": "hold everything", "stop": "stop", "text-only": "text only, a physician reads all of it"}


def _policy(given: Inputs, known: _Known) -> Iterable[Check]:
    gaps = (*known.of("policy"), *known.at("policy"))
    gaps = tuple(dict.fromkeys(gaps))
    if gaps:
        act = Act("section", _anchor("release", gaps), "Change")
        yield Check("policy", False, said("The rules of release do not hold together"), gaps, act)
        return
    file = known.file
    words = said(
        "{policy}, {s} seconds of delay. On a complication: {what}.", policy=file.policy, s=file.release.delay_s,
        what=said(COMPLICATIONS[file.complication]),
    )  # fmt: skip
    yield Check("policy", True, said("Policy chosen"), (words,), Act("section", "release", "Change"))


def _run_sheet(given: Inputs, known: _Known) -> Iterable[Check]:
    gaps = known.of(RUN_SHEET)
    if gaps:
        act = Act("section", "run-sheet", "Change")
        yield Check(RUN_SHEET, False, said("The run sheet has faults"), gaps, act)
        return
    items, edit = len(known.file.run_sheet), Act("section", "run-sheet", "Change")
    if not items:
        words = said("Everything is written on the day, or by phrases.")
        yield Check(RUN_SHEET, True, said("No run sheet"), (words,), Act("section", "run-sheet", "Write one"))
        return
    signed = next((t for t in reversed(given.ticks) if t.check == RUN_SHEET), None)
    act = Act("sign", RUN_SHEET, "Read and sign")
    if signed is None:
        words = (
            said("1 item waits for a physician to read and sign it.")
            if items == 1
            else said("{n} items wait for a physician to read and sign them.", n=items)
        )
        yield Check(RUN_SHEET, False, said("The run sheet is not signed"), (words,), act)
    elif signed.of != given.run_sheet_sha256:
        words = said("{who} signed other words on {at}. They have to be read again.", who=signed.by.name, at=signed.at)
        yield Check(RUN_SHEET, False, said("The run sheet was changed after it was signed"), (words,), act)
    else:
        words = (
            said("1 item, signed by {who} on {at}.", who=signed.by.name, at=signed.at)
            if items == 1
            else said("{n} items, signed by {who} on {at}.", n=items, who=signed.by.name, at=signed.at)
        )
        yield Check(RUN_SHEET, True, said("Run sheet signed"), (words,), edit)


def _rest(given: Inputs, known: _Known) -> Iterable[Check]:
    """Phases, phrases, lists: said only where something is wrong with them."""
    gaps = tuple(g for g in known.of("rest") if g not in _hiding(known))
    if gaps:
        place = gaps[0].place.partition(".")[0]
        section = {"phrases": "phrases", "allow": "allow", "protect": "protected"}.get(place, "phases")
        yield Check("rest", False, said("Something else is wrong"), gaps, Act("section", section, "Change"))


# -- people


def _with_role(given: Inputs, *roles: Role, passkey: bool = False) -> tuple[Person, ...]:
    return tuple(p for p in given.people if p.role in roles and (not passkey or p.id in given.with_passkey))


def _people(given: Inputs, known: _Known) -> Iterable[Check]:
    reporters = tuple(p for p in _with_role(given, Role.REPORTER) if p.pin is not None)
    wanted = (
        (bool(reporters), "No reporter with a PIN"),
        (given.tablets > 0, "No tablet is enrolled"),
        (
            bool(_with_role(given, *review.MAY_APPROVE[Role.REVIEWER], passkey=True)),
            "Nobody with a passkey may approve what is held",
        ),
        (bool(_with_role(given, Role.PHYSICIAN, passkey=True)), "No physician with a passkey"),
        (bool(_with_role(given, Role.ADVOCATE)), "No advocate is named"),
        (bool(_with_role(given, Role.DIRECTOR)), "No director is named"),
    )
    lacking = tuple(said(f"{words}.") for there, words in wanted if not there)
    act = Act("people", "people", "Add people")
    if lacking:
        title = said("People are missing") if len(lacking) > 1 else said("Somebody is missing")
        yield Check("people", False, title, lacking, act)
        return
    roles = (Role.REVIEWER, Role.PHYSICIAN, Role.DIRECTOR, Role.ADVOCATE)
    counts = (
        _count("1 reporter", "{n} reporters", len(reporters)),
        _count("1 tablet", "{n} tablets", given.tablets),
        *(_count(*_COUNTS[role], len(_with_role(given, role))) for role in roles if _with_role(given, role)),
    )
    yield Check("people", True, said("People and tablets enrolled"), (said("{list}.", list=counts),), act)


_COUNTS = {
    Role.REVIEWER: ("1 reviewer", "{n} reviewers"),
    Role.PHYSICIAN: ("1 physician", "{n} physicians"),
    Role.DIRECTOR: ("1 director", "{n} directors"),
    Role.ADVOCATE: ("1 advocate", "{n} advocates"),
}


def _count(one: str, many: str, number: int) -> Said:
    return said(one) if number == 1 else said(many, n=number)


def _liaison(given: Inputs, known: _Known) -> Iterable[Check]:
    if not known.file.family_first:
        return
    named = _with_role(given, Role.LIAISON)
    phases = tuple(said("“{phase}”", phase=phase) for phase in known.file.family_first)
    if not named:
        one = said("Phase {phases} waits until the family was told, and nobody is there to say so.", phases=phases)
        many = said("Phases {phases} wait until the family was told, and nobody is there to say so.", phases=phases)
        act = Act("people", "people", "Add people")
        yield Check("liaison", False, said("No liaison is named"), (one if len(phases) == 1 else many,), act)
        return
    who = tuple(p.name for p in named)
    one = said("{who}. Phase {phases} waits for “told”.", who=who, phases=phases)
    many = said("{who}. Phases {phases} wait for “told”.", who=who, phases=phases)
    words = one if len(phases) == 1 else many
    yield Check("liaison", True, said("Family liaison named"), (words,), Act("section", "phases", "Change"))


_HERE = {
    Role.PHYSICIAN: ("The physician is not here yet", "A physician is here"),
    Role.ADVOCATE: ("The advocate is not here yet", "The advocate is here"),
}


def _present(role: Role, given: Inputs, known: _Known) -> Iterable[Check]:
    lacking, there = _HERE[role]
    seen = next((p for p in given.present if p.role == role), None)
    ticked = next((t for t in reversed(given.ticks) if t.check == IN_ROOM[role]), None)
    if seen is not None:
        words = said("{who} is at the desk since {at}.", who=seen.name, at=seen.since)
        yield Check(IN_ROOM[role], True, said(there), (words,), None)
    elif ticked is not None and 0 <= (given.now - ticked.at).total_seconds() <= IN_ROOM_S:
        words = said("{who} saw them in the room at {at}.", who=ticked.by.name, at=ticked.at)
        yield Check(IN_ROOM[role], True, said(there), (words,), None)
    else:
        named = tuple(p.name for p in _with_role(given, role))
        who = said("{who}: not at the desk.", who=named) if named else said("Nobody of this role is at the desk.")
        both = (who, said("When you see them in the room, say so."))
        yield Check(IN_ROOM[role], False, said(lacking), both, Act("tick", IN_ROOM[role], "Is in the room"))


# -- cost, rehearsal


def _cost(given: Inputs, known: _Known) -> Iterable[Check]:
    lines = cost.estimate(known.file)
    charged = tuple(line for line in lines if line.mills)
    if not charged:
        yield Check(COST, True, said("Cost seen"), (said("Nothing: no destination charges for posts."),), None)
        return
    words = tuple(
        said(
            "About {n} posts on {place}: {all}. With a link in each it would be {dear}.", n=line.posts,
            place=_PLATFORMS["x"], all=cost.dollars(line.mills), dear=cost.dollars(line.posts * cost.X_POST_WITH_LINK),
        )
        for line in charged
    )  # fmt: skip
    linked = (said("A text that is prepared holds a link; each post with one costs more."),) if any(
        line.warnings for line in charged
    ) else ()  # fmt: skip
    now = cost_sha256(known.file)
    seen = any(t.check == COST and t.of == now for t in given.ticks) and not known.of("accounts")
    act = Act("tick", COST, "I have seen it")
    if seen:
        yield Check(COST, True, said("Cost seen"), (*words, *linked), None)
    else:
        yield Check(COST, False, said("The cost was not looked at yet"), (*words, *linked), act)


def _rehearsal(given: Inputs, known: _Known) -> Iterable[Check]:
    act = Act("rehearse", "rehearsal", "Rehearse")
    done = given.rehearsal
    if done is None:
        words = said("A training event with a recorded stream, on the same screens; nothing of it is public.")
        yield Check("rehearsal", False, said("No rehearsal yet"), (words,), act)
        return
    minutes = max(1, round((done.ended_at - done.began_at).total_seconds() / 60))
    words = said(
        "{at}, {minutes} min. {caught} of {planted} planted details caught.", at=done.ended_at, minutes=minutes,
        caught=done.caught, planted=done.planted,
    )  # fmt: skip
    more = () if done.slowest_answer_s is None else (
        said("Slowest answer {time}.", time=_clock(done.slowest_answer_s)),
    )  # fmt: skip
    yield Check("rehearsal", True, said("Rehearsal done"), (words, *more), act)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def _anchor(section: str, gaps: tuple[Gap, ...]) -> str:
    """The section, at the field that has the gap."""
    return f"{section}#{gaps[0].place}"


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(_plain(one) for one in value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    return str(value)
