"""What the page of a rehearsal and its score sheet show, as plain values for their templates. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from producers.desk import words
from producers.desk.look import Look, Values, age
from producers.desk.recording import recording
from producers.desk.score_values import Detail, How, Outcome, Person, Score
from producers.desk.words import Lang
from schemas.control import ControlKind
from schemas.envelope import Actor

LANGUAGES: dict[Lang, str] = {"en": "English", "de": "Deutsch", "nl": "Nederlands"}
SPEEDS = (1, 2, 5, 10, 20)

OUTCOMES: dict[Outcome, tuple[str, str, str]] = {
    "system": ("Caught by the system", "state-good", "done"),
    "person": ("Caught by a person", "state-good", "users"),
    "slipped": ("Slipped out", "state-you", "warn"),
    "open": ("Still waiting", "", "clock"),
}
HOWS: dict[How, str] = {
    "covered": "covered",
    "refused": "refused",
    "held": "held for a person",
    "returned": "returned",
    "edited": "edited out",
    "taken-back": "taken back before it was public",
    "stopped": "stopped before it was public",
    "public": "was public",
    "cleared": "cleared, not public yet at the end",
    "waiting": "nobody has decided",
}
KINDS: dict[str, str] = {
    "name": "Name",
    "relative": "Relative",
    "typo": "Name with a slip of the pen",
    "hashtag": "Name in a hashtag",
    "record-number": "Record number",
    "date": "Date of birth",
    "age": "Age",
    "room": "Room",
    "phone": "Phone number",
    "hobby": "Hobby",
    "place": "Place",
    "occupation": "Occupation",
    "vehicle": "Vehicle",
    "claim": "Claim",
    "advice": "Medical advice",
    "complication": "Complication",
    "alarming": "Alarming wording",
}
PRESSED: dict[ControlKind, str] = {
    "stop": "Stop",
    "hold": "Hold",
    "resume": "Resume",
    "retract": "Take back",
    "withdraw": "Withdraw consent",
    "release": "Release",
    "settle": "Say what is there",
    "complication": "Complication",
    "complication-over": "Complication is over",
    "told": "Told the family",
    "sign-run-sheet": "Sign the run sheet",
}


@dataclass(frozen=True)
class Standing:
    """How a rehearsal stands, as its page needs it. `event`: the id of the training event, None before the first."""

    id: str
    title: str
    prepared: str | None  # the id of the preparation, while it has a readiness page
    event: str | None
    state: str  # none | playing | open | ended
    done: int
    of: int
    known: bool  # played by this desk since its start
    speed: float
    began_at: datetime | None
    counted: bool
    counts: bool
    may_start: bool
    languages: tuple[Lang, ...]


def rehearsal(one: Standing, look: Look, clock: Callable[[datetime], str]) -> Values:
    """The page on which one is begun, watched and ended."""
    chosen = look.lang if look.lang in one.languages else next(iter(one.languages), "en")
    minutes = round(recording(chosen).lasts_s / 60)
    return {
        "one": one,
        "heading": look.t(_HEADINGS[one.state]),
        "came": look.t("{n} of {of} lines have come.", n=one.done, of=one.of),
        "interrupted": one.state == "open" and one.done < one.of and not one.known,
        "began": clock(one.began_at)[:5] if one.began_at else "",
        "speed": f"{one.speed:g}",
        "languages_of": [(lang, LANGUAGES[lang], lang == chosen) for lang in one.languages],
        "speeds": [
            (speed, look.t("{n} times as fast, {minutes} min", n=speed, minutes=max(1, round(minutes / speed))))
            if speed > 1
            else (speed, look.t("As recorded, {minutes} min", minutes=minutes))
            for speed in SPEEDS
        ],
    }


def day(at: datetime, timezone: str) -> str:
    """The date where the event is, as a file keeps it."""
    return at.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%d")


_HEADINGS = {
    "none": "Rehearse this event",
    "playing": "The rehearsal goes on",
    "open": "No more lines come",
    "ended": "The rehearsal has ended",
}


def sheet(score: Score, look: Look, clock: Callable[[datetime], str], day: str) -> Values:
    """The score sheet. Times are those of the wall clock where the event is."""
    say = _Say(look, clock)
    found = score.complication
    return {
        "title": score.title,
        "lang_of": score.lang,
        "when": f"{day}, {clock(score.began_at)[:5]}" + (f"–{clock(score.ended_at)[:5]}" if score.ended_at else ""),
        "going": score.ended_at is None,
        "lines": look.t("{n} of {of} lines have come.", n=score.played, of=score.of),
        "counts": score.counts,
        "tally": [
            (look.t("Planted details"), len(score.details)),
            (look.t("Caught by the system"), score.count("system")),
            (look.t("Caught by a person"), score.count("person")),
            (look.t("Slipped out"), score.count("slipped")),
            (look.t("Still waiting"), score.count("open")),
            (look.t("Median answer"), say.time(score.median_s)),
        ],
        "slipped": [say.detail(one) for one in score.details if one.outcome == "slipped"],
        "rows_caught": [say.detail(one) for one in score.details if one.outcome != "slipped"],
        "harmless": look.t("{n} of {of} harmless lines were held.", n=len(score.harmless_held), of=score.harmless),
        "harmless_held": [
            {
                "n": one.number, "text": one.text, "how": look.t(HOWS[one.how]), "time": say.time(one.decided_s),
                "why": ", ".join(words.what(reason, look.lang) for reason in one.reasons),
            }
            for one in score.harmless_held
        ],
        "people": [say.person(one) for one in score.people],
        "complication": None if found is None else {
            "n": found.number,
            "at": clock(found.at),
            "kind": None if found.kind is None else look.t(PRESSED[found.kind]),
            "by": say.who(found.by),
            "after": say.time(found.after_s),
        },
    }  # fmt: skip


@dataclass(frozen=True)
class _Say:
    look: Look
    clock: Callable[[datetime], str]

    def time(self, seconds: float | None) -> str:
        return "–" if seconds is None else age(seconds)

    def who(self, actor: Actor | None) -> str:
        return "" if actor is None else words.role(actor.name, self.look.lang)

    def kind(self, kind: str) -> str:
        """A recording of tomorrow may plant what has no words yet: then its code stands for itself."""
        return self.look.t(KINDS[kind]) if kind in KINDS else kind

    def detail(self, one: Detail) -> Values:
        word, style, icon = OUTCOMES[one.outcome]
        return {
            "n": one.number,
            "kind": self.kind(one.kind),
            "text": one.text,
            "outcome": self.look.t(word),
            "style": style,
            "icon": icon,
            "how": self.look.t(HOWS[one.how]),
            "by": self.who(one.by),
            "where": self.places(one.where),
            "at": "" if one.public_at is None else self.clock(one.public_at),
            "public_for": "" if one.public_for_s is None else age(one.public_for_s),
        }

    def places(self, where: Sequence[str]) -> str:
        return ", ".join(self.look.t("the local page") if key == "local" else key for key in where)

    def person(self, one: Person) -> Values:
        role = words.role(one.actor.role, self.look.lang)
        name = self.who(one.actor)
        return {
            "name": name,
            "role": "" if name == role else role,
            "approved": one.approved,
            "edited": one.edited,
            "returned": one.returned,
            "median": self.time(one.median_s),
            "slowest": self.time(one.slowest_s),
            "pressed": ", ".join(
                f"{self.look.t(PRESSED[kind])}" + (f" ({count})" if count > 1 else "") for kind, count in one.pressed
            ),
        }
