"""What the page shows of a timeline in one language: labels, times as the file allows them, pieces of text.

The template and the stream are both made from these values, so that what arrives live reads like what was there.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from consumers.page.links import HashtagPage, Piece, account_page, hashtag_page_of, pieces
from consumers.page.timeline import Entry, State, Timeline
from consumers.page.words import MONTHS, Lang, say
from schemas.live_event import LiveEvent, Plan, Platform
from schemas.page import PagePost

ICON = {"planned": "clock", "live": "globe", "held": "pause", "closed": "done", "ended": "undo"}
PLATFORM_NAMES = {Platform.X: "X", Platform.BLUESKY: "Bluesky", Platform.MASTODON: "Mastodon"}
NAME_MAX = 60  # characters of the house's name on top of the page; a longer first clause is no name


@dataclass(frozen=True, slots=True)
class Line:
    """One post as it is shown. `taken_back` set means that there is no text."""

    id: str
    n: int
    clock: str  # what stands beside the post: a time, an elapsed time, a number or nothing, as the file's `stamp` says
    at: str | None  # the same for programs; only when the clock time is public
    phase: str | None
    lang: str
    pieces: tuple[Piece, ...]
    taken_back: str | None
    removed: str | None
    correction: str | None
    corrected: str | None
    corrected_read: str | None
    corrected_by: str | None


@dataclass(frozen=True, slots=True)
class Badge:
    state: State
    icon: str
    label: str


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    href: str | None


class Presenter:
    """One live event in one language."""

    def __init__(self, timeline: Timeline, lang: Lang) -> None:
        assert timeline.live_event is not None
        self.lang: Lang = lang
        self.timeline = timeline
        self.live_event: LiveEvent = timeline.live_event
        self.plan: Plan = self.live_event.plan
        self._zone = ZoneInfo(self.plan.timezone)
        self._hashtag_page: HashtagPage = hashtag_page_of(self.plan.destinations)

    def lines(self) -> tuple[Line, ...]:
        entries = self.timeline.entries()
        return tuple(self.line(entry, entries[-1].post.posted_at) for entry in entries)

    def line(self, entry: Entry, first_at: datetime) -> Line:
        post, gone = entry.post, entry.taken_back_at
        corrected = entry.corrected_by if gone is None else None
        return Line(
            id=f"p-{post.id}",
            n=post.n,
            clock=self._stamp(post, first_at),
            at=post.posted_at.isoformat() if self._shows_clock else None,
            phase=capitalised(post.phase),
            lang=post.lang or self.plan.languages[0],
            pieces=pieces(post.text, self._hashtag_page) if gone is None else (),
            taken_back=self._at("taken-back", gone) if gone else None,
            removed=say(self.lang, "removed") if gone else None,
            correction=self._at("correction", entry.corrects.posted_at) if entry.corrects and gone is None else None,
            corrected=self._at("corrected", corrected.posted_at) if corrected else None,
            corrected_read=say(self.lang, "corrected.read") if corrected else None,
            corrected_by=f"p-{corrected.id}" if corrected else None,
        )

    def badge(self, now: datetime) -> Badge:
        state = self.timeline.state(now)
        return Badge(state, ICON[state], self._badge_label(state))

    def stands(self, now: datetime) -> dict[str, str | None]:
        """What changes on an open page beside its posts: the badge, and the sentence above; None where none stands."""
        badge = self.badge(now)
        return {**asdict(badge), "lead": None if badge.state == "ended" else self.lead(now)}

    def _badge_label(self, state: State) -> str:
        if state == "ended":
            return say(self.lang, "state.ended")
        if state == "planned":
            if not self._shows_clock:
                return say(self.lang, "state.planned.bare")
            return say(self.lang, "state.planned", start=self._clock(self.plan.window.opens))
        if state == "live" and self.plan.release.mode == "as-live":
            return say(self.lang, "state.as-live")
        entries = self.timeline.entries()
        if state == "live" and not entries:
            return say(self.lang, "state.live.empty")
        if not entries or not self._shows_clock:
            return say(self.lang, f"state.{state}.bare")
        return say(self.lang, f"state.{state}", clock=self._clock(entries[0].post.posted_at))

    def lead(self, now: datetime) -> str:
        if self.timeline.state(now) == "closed":
            return say(self.lang, "lead.closed")
        return say(self.lang, f"lead.{self.plan.release.mode}")

    def consent_note(self) -> str:
        """The promise in a few sentences, with the delay and the zone that are true for this live event."""
        release = self.plan.release
        who = "patient" if self.plan.consent.subject.strip().casefold() == "patient" else "other"
        parts = [say(self.lang, f"consent.{who}"), say(self.lang, "consent.left-out")]
        if release.mode == "as-live":
            parts.append(say(self.lang, "consent.as-live"))
        elif release.delay_s:
            parts.append(say(self.lang, "consent.delay", delay=duration(self.lang, release.delay_s)))
        else:
            parts.append(say(self.lang, "consent.no-delay"))
        if self._shows_clock:
            place = self.plan.timezone.split("/")[-1].replace("_", " ")
            parts.append(say(self.lang, "consent.zone", place=place, day=self.day()))
        return " ".join((*parts, say(self.lang, "consent.advice")))

    def consent_scope(self) -> str:
        consent = self.plan.consent
        media = enumerated(self.lang, [say(self.lang, f"media.{m}") for m, covered in consent.media if covered])
        if not self._shows_clock:
            return say(self.lang, "about.scope.undated", media=media)
        return say(self.lang, "about.scope", media=media, expires=day(self.lang, consent.expires))

    def house(self) -> str:
        """Who speaks here: the discloser that the consent names, up to the first comma."""
        name = self.plan.consent.disclosed_by.split(",")[0].strip()
        return name if len(name) <= NAME_MAX else self.plan.hashtag

    def day(self) -> str | None:
        """The day of the live event, where times are shown at all."""
        return day(self.lang, self.plan.window.opens.astimezone(self._zone).date()) if self._shows_clock else None

    def elsewhere(self) -> tuple[Place, ...]:
        return tuple(
            Place(PLATFORM_NAMES[d.platform], account_page(d))
            for d in self.plan.destinations
            if d.platform in PLATFORM_NAMES
        )

    @property
    def _shows_clock(self) -> bool:
        return self.plan.release.stamp == "clock"

    def _clock(self, at: datetime) -> str:
        return at.astimezone(self._zone).strftime("%H:%M")

    def _at(self, key: str, at: datetime) -> str:
        return say(self.lang, key, clock=self._clock(at)) if self._shows_clock else say(self.lang, f"{key}.bare")

    def _stamp(self, post: PagePost, first_at: datetime) -> str:
        match self.plan.release.stamp:
            case "clock":
                return self._clock(post.posted_at)
            case "elapsed":
                minutes = max(0, int((post.posted_at - first_at).total_seconds())) // 60
                return f"{minutes // 60}:{minutes % 60:02d}"
            case "counter":
                return str(post.n)
        return ""


def frames(presenter: Presenter, entries: tuple[Entry, ...], now: datetime) -> bytes:
    """Server-sent events for these entries, each with the place to resume after, then how things stand."""
    out: list[str] = []
    all_entries = presenter.timeline.entries()
    reached = -1
    for entry in entries:
        reached = max(reached, entry.offset)
        line = presenter.line(entry, all_entries[-1].post.posted_at)
        out.append(f"id: {reached}\nevent: post\ndata: {compact(asdict(line))}\n\n")
    out.append(f"event: state\ndata: {compact(presenter.stands(now))}\n\n")
    return "".join(out).encode()


def compact(value: object) -> str:
    """JSON on one line: a line break in it would end the event's data."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def public_thread(timeline: Timeline, now: datetime) -> dict[str, object]:
    """The thread for programs: as much as the page shows, no more."""
    assert timeline.live_event is not None
    plan = timeline.live_event.plan
    clock = plan.release.stamp == "clock"
    return {
        "live_event_id": plan.id,
        "title": plan.title,
        "hashtag": plan.hashtag,
        "timezone": plan.timezone,
        "state": timeline.state(now),
        "version": timeline.head,
        "items": [_item(entry, clock) for entry in reversed(timeline.entries())],
    }


def _item(entry: Entry, clock: bool) -> dict[str, object]:
    post, gone = entry.post, entry.taken_back_at
    return {
        "n": post.n,
        "id": str(post.id),
        "update_id": str(post.update_id),
        "text": post.text if gone is None else "",
        "lang": post.lang,
        "phase": post.phase,
        "state": "posted" if gone is None else "retracted",
        "posted_at": _iso(post.posted_at) if clock else None,
        "retracted_at": _iso(gone) if clock and gone else None,
        "corrects": _id(entry.corrects),
        "corrected_by": _id(entry.corrected_by),
    }


def _iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _id(post: PagePost | None) -> str | None:
    return str(post.id) if post else None


def capitalised(phase: str | None) -> str | None:
    return phase[:1].upper() + phase[1:] if phase else None


def duration(lang: Lang, seconds: int) -> str:
    """The largest unit that says it exactly: 90 s stays seconds, 120 s is 2 minutes."""
    for unit, size in (("hour", 3600), ("minute", 60)):
        if seconds % size == 0:
            n = seconds // size
            return say(lang, unit if n == 1 else f"{unit}s", n=n)
    return say(lang, "second" if seconds == 1 else "seconds", n=seconds)


def day(lang: Lang, value: date) -> str:
    dot = "." if lang == "de" else ""
    # No break between day and month: half a date at the end of a line reads like a number.
    return f"{value.day}{dot}\u00a0{MONTHS[lang][value.month - 1]} {value.year}"


def enumerated(lang: Lang, words: list[str]) -> str:
    """“a, b and c”."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {say(lang, 'and')} {words[-1]}"
