"""What every page of the archive shares: who looks, in which language, and the entry that says that they looked."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

from starlette.requests import Request
from starlette.responses import HTMLResponse

from consumers.archive.replay import Dispose
from consumers.archive.web.phrases import translate
from consumers.archive.web.shelf import Shelf
from schemas.access import What
from schemas.envelope import Actor, Role
from schemas.policy import Policy
from streams.auth import require
from streams.scrub.kind_words import Lang
from streams.web import Templates

MAY_AUDIT = (Role.AUDITOR, Role.DIRECTOR)
"""Who reads the archive here: whose task it is to check, and who answers for the event."""

ONE_LOOK = timedelta(minutes=15)
"""Somebody who goes back and forth on a page for a quarter of an hour has looked once: one entry, not a hundred."""

LOOKS_MAX = 10_000  # remembered at once; forgotten ones only cost a second entry

TEMPLATES = Templates(Path(__file__).parent / "templates")
T = TypeVar("T")


@dataclass(frozen=True)
class Visitor:
    """Who asks, in which language, and for which live events they are named."""

    actor: Actor
    lang: Lang
    sees: Callable[[str], bool]

    def t(self, english: str, **values: object) -> str:
        return translate(english, self.lang, **values)


Gate = Callable[[Request], Visitor]
"""Raises Refused: 401 for who is not signed in, 403 for a live event (`live_event_id` in the address) of others."""


class Enter(Protocol):
    """Writes the `Access` record; `more` are its other fields. Returns once it is durable; raises Unavailable."""

    async def __call__(self, actor: Actor, what: What, live_event_id: str, /, **more: Any) -> None: ...


@dataclass
class AuditPages:
    """`archive` is the folder of all logs; `policies` are those that are packaged or installed, by name."""

    archive: Path
    gate: Gate
    enter: Enter
    dispose: Dispose
    now: Callable[[], datetime]
    policies: Mapping[str, Policy] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)  # what deploy hands to one page alone, by that page's name
    _looks: dict[tuple[str, str, str, str, str], datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.shelf = Shelf(self.archive)

    def visitor(self, request: Request) -> Visitor:
        """Raises Refused for who may not read the archive."""
        found = self.gate(request)
        require(found.actor, *MAY_AUDIT)
        return found

    async def looked(self, visitor: Visitor, what: What, live_event_id: str, **more: Any) -> None:
        """Before a page goes out: that this person looked at this, once for each quarter of an hour.

        Raises Unavailable when it cannot be written; nothing is shown then."""
        about = "".join(f"{name}={more[name]}\n" for name in sorted(more))
        mark = (visitor.actor.role.value, visitor.actor.name, what, live_event_id, about)
        now = self.now()
        last = self._looks.get(mark)
        if last is not None and now - last < ONE_LOOK:
            return
        await self.enter(visitor.actor, what, live_event_id, **more)
        if len(self._looks) >= LOOKS_MAX:
            self._looks.clear()
        self._looks[mark] = now

    @staticmethod
    async def aside(work: Callable[..., T], *arguments: Any, **named: Any) -> T:
        """Reading and checking a log takes longer than the desk's other pages may wait."""
        return await asyncio.to_thread(partial(work, *arguments, **named))

    @staticmethod
    def render(request: Request, visitor: Visitor, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page in the visitor's language, with the frame of base.html."""
        common = {"lang": visitor.lang, "t": visitor.t, "actor": visitor.actor, "here": request.url.path}
        return TEMPLATES.render(name, status, **{**common, **values})
