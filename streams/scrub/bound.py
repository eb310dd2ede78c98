"""screen() bound to one live event: its policy and its terms, compiled once and kept while neither changes."""

from collections.abc import Callable, Sequence
from functools import partial

from schemas.draft import Draft
from schemas.envelope import Actor
from schemas.live_event import LiveEvent, Plan
from schemas.submission import Written
from streams import sealing
from streams.clock import Clock
from streams.policies import SHIPPED_ONLY, Policies
from streams.scrub import lexicon_words, normalise
from streams.scrub.detectors import DETECTORS, Detector
from streams.scrub.draft import Screened, redrafted
from streams.scrub.event_terms import event_terms
from streams.scrub.screen import screen
from streams.scrub.stage import Screening
from streams.vault import Vault

EVENTS_KEPT = 64  # compiled terms of so many live events stay in memory


Detectors = Sequence[tuple[str, Detector]]

# By live event, the oldest first.
_kept: dict[str, tuple[Plan, tuple[str, ...], Detectors, Policies, Screening]] = {}


def screening_of(
    live_event: LiveEvent,
    protect: tuple[str, ...],
    detectors: Detectors = DETECTORS,
    *,
    policies: Policies = SHIPPED_ONLY,
) -> Screening:
    plan = live_event.plan
    kept = _kept.get(plan.id)
    # The same object until the live event's record changes; a plan has parts that cannot be hashed.
    if kept is not None and (kept[0] is plan or kept[0] == plan) and kept[1:4] == (protect, detectors, policies):
        return kept[4]
    _kept.pop(plan.id, None)
    if len(_kept) >= EVENTS_KEPT:
        del _kept[next(iter(_kept))]
    made = _bound(plan, protect, detectors, policies)
    _kept[plan.id] = (plan, protect, detectors, policies, made)
    return made


def _bound(plan: Plan, protect: tuple[str, ...], detectors: Detectors, policies: Policies) -> Screening:
    policy = policies.get(plan.policy)
    terms = event_terms(plan, protect)

    def bound(text: str, *, lang: str | None, recent: tuple[str, ...]) -> Screened:
        return screen(text, lang=lang, policy=policy, terms=terms, recent=recent, detectors=detectors)

    return Screening(policy, bound)


def forget() -> None:
    """Drops what was compiled from protected terms, and the words that were read, after keys were destroyed."""
    _kept.clear()
    normalise.forget()
    lexicon_words.forget()


def redraft_with(
    vault: Vault, clock: Clock, detectors: Detectors = DETECTORS, policies: Policies = SHIPPED_ONLY
) -> Callable[[LiveEvent, Draft, str, Actor], Draft]:
    """The desk's way to screen an edited text again; the text itself leaves only sealed to the event's key."""

    def redraft(live_event: LiveEvent, before: Draft, text: str, editor: Actor) -> Draft:
        bound = screening_of(live_event, vault.terms(live_event.live_event_id), detectors, policies=policies)
        written = Written(text=text, update_id=before.update_id, live_event_id=live_event.live_event_id)
        sealed = sealing.seal(live_event.sealing_key, written.model_dump_json().encode())
        screened = bound.screen(text, lang=before.lang, recent=())
        commit = partial(vault.commit, live_event.live_event_id)
        return redrafted(
            before, screened, bound.policy, editor, clock.now(), sealed_edit=sealed,
            raw_commit=commit("raw", before.update_id, text),
            text_commit=commit("text", before.update_id, screened.text),
        )  # fmt: skip

    return redraft
