"""Decides what of a live event a tablet may see: what it needs to write and to seal, nothing of consent or policy."""

from typing import Literal

from schemas.envelope import Frozen, UtcTime
from schemas.live_event import Destination, LiveEvent, Phrase, RunSheetItem, Window
from streams.standing import RUNNING, Standing


class ShownLiveEvent(Frozen):
    id: str
    title: str
    hashtag: str
    languages: tuple[str, ...]
    timezone: str
    window: Window
    state: Literal["open", "closed"]
    closed_at: UtcTime | None = None
    phases: tuple[str, ...]
    phrases: tuple[Phrase, ...]
    run_sheet: tuple[RunSheetItem, ...]
    destinations: tuple[Destination, ...]
    sealing_key: dict[str, str]
    thread_url: str | None = None
    stamp: Literal["clock", "elapsed", "counter", "none"] = "clock"  # it takes room in each post, as the warning does
    content_warning: str | None = None
    training: bool = False  # a rehearsal: said beside the title, and nothing else differs
    standing: str = "running"  # or held, stopped, withdrawn
    text_only: bool = False  # after a complication: a physician reads every word first


class LiveEvents(Frozen):
    items: tuple[ShownLiveEvent, ...]


class Me(Frozen):
    """Whom the token belongs to."""

    role: str
    name: str


def shown(live_event: LiveEvent, page_url: str, standing: Standing = RUNNING) -> ShownLiveEvent:
    plan = live_event.plan
    # Only the public members, by name: should a private key ever stand there, it does not leave.
    key = {
        name: value for name, value in live_event.sealing_key.items() if name in {"kty", "crv", "x", "y", "kid", "use"}
    }
    return ShownLiveEvent(
        id=plan.id,
        title=plan.title,
        hashtag=plan.hashtag,
        languages=plan.languages,
        timezone=plan.timezone,
        window=plan.window,
        state=live_event.state,
        closed_at=live_event.closed_at,
        phases=plan.phases,
        phrases=plan.phrases,
        run_sheet=plan.run_sheet,
        destinations=plan.destinations,
        sealing_key=key,
        thread_url=f"{page_url.rstrip('/')}/t/{plan.id}" if page_url else None,
        stamp=plan.release.stamp,
        content_warning=plan.content_warning,
        training=plan.training,
        standing=standing.state,
        text_only=standing.is_text_only,
    )
