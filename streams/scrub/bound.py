"""screen() bound to one live event: its policy and its terms, compiled once and kept while neither changes."""

import functools
from collections.abc import Callable

from schemas.draft import Draft
from schemas.envelope import Actor
from schemas.live_event import LiveEvent
from schemas.submission import Written
from streams import sealing
from streams.clock import Clock
from streams.scrub import normalise
from streams.scrub.draft import Screened, redrafted
from streams.scrub.policy import load
from streams.scrub.screen import screen
from streams.scrub.stage import Screening
from streams.scrub.terms import compile_terms
from streams.vault import Vault

EVENTS_KEPT = 64  # compiled terms of so many live events stay in memory


@functools.lru_cache(maxsize=EVENTS_KEPT)
def _bound(policy_name: str, allow: tuple[str, ...], protect: tuple[str, ...], hashtag: str) -> Screening:
    policy = load(policy_name)
    terms = compile_terms(allow, protect, hashtag)

    def bound(text: str, *, lang: str | None, recent: tuple[str, ...]) -> Screened:
        return screen(text, lang=lang, policy=policy, terms=terms, recent=recent)

    return Screening(policy, bound)


def screening_of(live_event: LiveEvent, protect: tuple[str, ...]) -> Screening:
    plan = live_event.plan
    return _bound(plan.policy, plan.allow, protect, plan.hashtag)


def forget() -> None:
    """Drops what was compiled from protected terms, and the words that were read, after keys were destroyed."""
    _bound.cache_clear()
    normalise.forget()


def redraft_with(vault: Vault, clock: Clock) -> Callable[[LiveEvent, Draft, str, Actor], Draft]:
    """The desk's way to screen an edited text again; the text itself leaves only sealed to the event's key."""

    def redraft(live_event: LiveEvent, before: Draft, text: str, editor: Actor) -> Draft:
        bound = screening_of(live_event, vault.terms(live_event.live_event_id))
        written = Written(text=text, update_id=before.update_id, live_event_id=live_event.live_event_id)
        sealed = sealing.seal(live_event.sealing_key, written.model_dump_json().encode())
        screened = bound.screen(text, lang=before.lang, recent=())
        return redrafted(before, screened, bound.policy, editor, clock.now(), sealed_edit=sealed)

    return redraft
