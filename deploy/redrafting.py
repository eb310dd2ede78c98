"""The desk's screening of edited texts, loaded with the first of them: most desks at rest have nothing to screen.

Its words and patterns take 45 MB and half a second. Second opinions are the exception: one that cannot be had stops the
desk at its start, so where any are named all is loaded then.
"""

from collections.abc import Callable

from deploy.settings import Scrub
from schemas.draft import Draft
from schemas.envelope import Actor
from schemas.live_event import LiveEvent
from streams.clock import Clock
from streams.policies import Policies
from streams.vault import Vault

Redraft = Callable[[LiveEvent, Draft, str, Actor], Draft]


class Redrafting:
    """Called as `streams.scrub.bound.redraft_with` says. Raises Refused where a second opinion does not start."""

    def __init__(self, vault: Vault, clock: Clock, scrub: Scrub, policies: Policies) -> None:
        self._vault, self._clock, self._scrub, self._policies = vault, clock, scrub, policies
        self._redraft: Redraft | None = self._loaded() if scrub.second_opinions else None

    def __call__(self, live_event: LiveEvent, before: Draft, text: str, editor: Actor) -> Draft:
        if self._redraft is None:
            self._redraft = self._loaded()
        return self._redraft(live_event, before, text, editor)

    def forget(self) -> None:
        """Drops what was compiled from protected terms, where anything was."""
        if self._redraft is not None:
            from streams.scrub.bound import forget  # noqa: PLC0415  # loaded when it is needed, as said above

            forget()

    def _loaded(self) -> Redraft:
        from deploy.second_opinions import detectors  # noqa: PLC0415  # as above
        from streams.scrub.bound import redraft_with  # noqa: PLC0415  # as above

        return redraft_with(self._vault, self._clock, detectors(self._scrub), self._policies)
