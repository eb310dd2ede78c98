"""A live event: what staff write in a file before it, and the public part of it that the stages read."""

from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from schemas.consent import Consent
from schemas.envelope import Closed, Envelope, Frozen, UtcTime
from schemas.ids import LiveEventId, Sha256

# Limits keep an event file, and the record made of it, far below Kafka's 1 MB per record.
TERMS_MAX = 500
RUN_SHEET_MAX = 200
PHASES_MAX = 20
PHRASES_MAX = 120
DESCRIPTION_MAX = 4000

Term = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]
Language = Literal["en", "de", "nl"]


class Platform(StrEnum):
    LOCAL = "local"
    X = "x"
    BLUESKY = "bluesky"
    MASTODON = "mastodon"


class Destination(Closed):
    """A platform and the account on it. `local` is the public page and needs no account."""

    platform: Platform
    account: str | None = Field(default=None, max_length=200)

    @model_validator(mode="after")
    def _account_where_needed(self) -> Self:
        if (self.platform is Platform.LOCAL) != (self.account is None):
            raise ValueError("local takes no account, every other platform needs one")
        return self

    @property
    def key(self) -> str:
        """`local` or `x:@OurHospital`: names the destination in ids, topics and pages."""
        return self.platform if self.account is None else f"{self.platform}:{self.account}"


class Window(Closed):
    opens: UtcTime
    closes: UtcTime

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.closes <= self.opens:
            raise ValueError("the window closes before it opens")
        return self


class ReleaseRules(Closed):
    """How text gets out: at once or later, which text a person sees first, and after what delay."""

    mode: Literal["live", "as-live"] = "live"
    review: Literal["flagged", "all"] = "flagged"
    delay_s: int = Field(default=30, ge=0, le=86_400)
    approval_expires_s: int = Field(default=900, ge=30, le=86_400)
    stamp: Literal["clock", "elapsed", "counter", "none"] = "clock"
    # At the close, size and root of the archive go out as the last post: whoever reads the thread holds us to it.
    # Not written where it is off, so that records without it keep their bytes.
    closing_root: bool = Field(default=False, exclude_if=lambda asked: not asked)


class RunSheetItem(Closed):
    """A text a physician signed before the event; it is still screened when it is sent.

    It may hold blanks, each limited by its type: `{time}` (24 h clock), `{minutes}`, `{number}`, `{side}`.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")
    text: str = Field(min_length=1, max_length=2000)


class Holding(Closed):
    """What the desk proposes to say when nothing was public for a while: a family that waits reads silence as news."""

    after_min: int = Field(ge=2, le=240)
    item: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")  # of the run sheet


class Phrase(Closed):
    """A canned phrase of the tablet: `{minutes}` and the like are blanks the reporter fills in."""

    phase: str | None = None
    text: dict[Language, Annotated[str, StringConstraints(min_length=1, max_length=200)]]


class _Plan(Closed):
    """What the file and the record have in common."""

    id: LiveEventId
    title: str = Field(min_length=1, max_length=200)
    # What is going to happen, in the words that will be used: screening learns the event's vocabulary from it.
    description: str = Field(default="", max_length=DESCRIPTION_MAX)
    hashtag: str = Field(pattern=r"^#\w+$", max_length=61)  # as `{1,60}` the compiled pattern would take 6 MB
    languages: tuple[Language, ...] = Field(min_length=1)
    timezone: str = Field(max_length=64)
    window: Window
    allow: tuple[Term, ...] = Field(default=(), max_length=TERMS_MAX)
    destinations: tuple[Destination, ...] = Field(min_length=1, max_length=8)
    release: ReleaseRules = ReleaseRules()
    complication: Literal["hold", "stop", "text-only"] = "hold"
    # Stands at each post, in the platform's own field for it or before the text: "surgery, blood".
    content_warning: str | None = Field(default=None, min_length=1, max_length=60)
    policy: str = Field(default="strict", pattern=r"^[a-z][a-z0-9-]{0,40}$")
    consent: Consent
    run_sheet: tuple[RunSheetItem, ...] = Field(default=(), max_length=RUN_SHEET_MAX)
    phases: tuple[Annotated[str, StringConstraints(min_length=1, max_length=40)], ...] = Field(
        default=("arrival", "briefing", "incision", "key step", "closing", "done"),
        min_length=1,
        max_length=PHASES_MAX,
    )
    phrases: tuple[Phrase, ...] = Field(default=(), max_length=PHRASES_MAX)
    # Phases of which nothing goes out before the liaison has ticked that the family was told.
    family_first: tuple[str, ...] = Field(default=(), max_length=PHASES_MAX)
    holding: Holding | None = None
    training: bool = False  # a rehearsal: the local destination alone, and a score sheet at its end

    @field_validator("destinations")
    @classmethod
    def _each_once(cls, value: tuple[Destination, ...]) -> tuple[Destination, ...]:
        if len({d.key for d in value}) != len(value):
            raise ValueError("a destination stands there twice")
        return value


class LiveEventFile(_Plan):
    """The YAML that staff write. `protect` goes to the vault and stays nowhere else."""

    protect: tuple[Term, ...] = Field(default=(), max_length=TERMS_MAX)

    @field_validator("protect", "allow", mode="before")
    @classmethod
    def _dates_and_numbers_as_written(cls, value: Any) -> Any:
        # YAML reads an unquoted 1957-03-14 as a date; people will write it so.
        return [str(v) for v in value] if isinstance(value, list | tuple) else value


class CheckDone(Frozen):
    """One check of readiness as it stood when the event was opened; `ok` None: it was not asked for."""

    id: str
    ok: bool | None
    words: str = ""


class LiveEvent(Envelope):
    """The record on `live-events` (compacted): the plan without protected terms, the state, the sealing key."""

    plan: "Plan"
    state: Literal["open", "closed"]
    sealing_key: dict[str, str]  # public JWK (EC P-256), kid = key id
    policy_sha256: Sha256
    consent_sha256: Sha256
    opened_at: UtcTime
    closed_at: UtcTime | None = None
    archived_at: UtcTime | None = None  # closed, and its keys destroyed once the time to keep them had passed
    checks: tuple[CheckDone, ...] = ()  # how each check of readiness stood when it was opened


class Plan(Frozen):
    """The plan as stages read it: tolerant, so that an older stage can read a newer event."""

    id: LiveEventId
    title: str
    description: str = ""
    hashtag: str
    languages: tuple[str, ...]
    timezone: str
    window: Window
    allow: tuple[str, ...] = ()
    destinations: tuple[Destination, ...]
    release: ReleaseRules = ReleaseRules()
    complication: str = "hold"
    content_warning: str | None = None
    policy: str = "strict"
    consent: Consent
    run_sheet: tuple[RunSheetItem, ...] = ()
    phases: tuple[str, ...]
    phrases: tuple[Phrase, ...] = ()
    family_first: tuple[str, ...] = ()
    holding: Holding | None = None
    training: bool = False

    @classmethod
    def of(cls, file: LiveEventFile) -> "Plan":
        """The file without its protected terms."""
        return cls.model_validate(file.model_dump(exclude={"protect"}))


LiveEvent.model_rebuild()
