"""What stands behind the tabs: an intake in this process behind a proxy that spoils requests, and its records."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schemas.submission import Submission
from schemas.topics import LIVE_EVENTS, SUBMISSIONS
from streams.clock import SystemClock
from streams.memory import MemoryBus
from streams.sealing import private_key, unseal
from tests.browser_fixture import serving
from tests.e2e.outbox_battery.tabs import POINTS
from tests.intake_records import PRIVATE, Intake, intake, open_event
from tests.peers.proxy.client import Hold, proxied
from tests.tablet_hand import PIN_KEY, SESSION_KEY, Desk

KEY = private_key(PRIVATE)
UPDATES = "/api/v1/live-events/knee-2026/updates"
SCRIPT = "/app/battery-points.js"
BUNDLE = re.compile(r"/app/main-[A-Z0-9]+\.js")
Change = Callable[[bytes], bytes]
ASKS_LESS = frozenset({b"accept-encoding", b"if-none-match"})  # what is changed is wanted whole and plain
MANY = 100_000  # a minute: how fast one may send is tested elsewhere


@dataclass
class World:
    proxy: Hold
    bus: MemoryBus
    door: Intake
    signed: bool  # the tab belongs to an enrolled tablet, and its person types a PIN
    _stack: AsyncExitStack
    _broken: Change | None = None
    is_enrolled: bool = False
    _texts: list[str] = field(default_factory=list)
    _ending: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.proxy.url

    async def restart(self) -> None:
        """The intake dies, whatever it was doing; another one takes its place and reads what Kafka has."""
        self._ending.append(asyncio.create_task(self._stack.aclose()))
        self._stack = AsyncExitStack()
        self.door, target = await _begun(self.bus, self._stack, self._broken)
        await self.proxy.settings(target=target)

    async def heal(self) -> None:
        await self.proxy.clear()
        await self.proxy.settings(down=False)
        self.bus.away = False

    def texts(self) -> list[str]:
        new = self.bus.everything(SUBMISSIONS.name)[len(self._texts) :]
        for message in new:
            sealed = Submission.decode(message.value or b"").sealed
            self._texts.append(json.loads(unseal(KEY, sealed))["text"])
        return self._texts

    def ids(self) -> Counter[str]:
        return Counter(str(record.update_id) for record in self.door.submissions())

    async def end(self) -> None:
        await self._stack.aclose()
        await asyncio.gather(*self._ending)


async def _begun(bus: MemoryBus, stack: AsyncExitStack, broken: Change | None) -> tuple[Intake, str]:
    door = await intake(SystemClock(), bus=bus, updates_per_minute=MANY, session_key=SESSION_KEY, pin_key=PIN_KEY)
    door.app.add_middleware(Points, broken=broken)
    return door, await stack.enter_async_context(serving(door.app))


@asynccontextmanager
async def world(*, signed: bool = False, broken: Change | None = None) -> AsyncIterator[World]:
    """On an origin of its own: storage of one seed is not seen by another. `broken` spoils the page's own script."""
    bus, stack = MemoryBus(), AsyncExitStack()
    await bus.send(LIVE_EVENTS, open_event(SystemClock()))
    if signed:
        desk = Desk(bus, SystemClock())
        await desk.invite()
        await desk.add()
    door, target = await _begun(bus, stack, broken)
    found: World | None = None
    try:
        async with proxied(target) as proxy:
            found = World(proxy, bus, door, signed, stack, broken)
            yield found
    finally:  # after the proxy, so that no stream is left for the server to wait for
        await (stack.aclose() if found is None else found.end())


class Points:
    """Puts the battery's script before the page's own, for a browser that cannot be told to run one by itself."""

    def __init__(self, app: ASGIApp, broken: Change | None = None) -> None:
        self.app = app
        self._broken = broken

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["path"] == SCRIPT:
            await Response(POINTS, media_type="text/javascript")(scope, receive, send)
        elif scope["path"] == "/":
            await self._changed(_with_points, scope, receive, send)
        elif self._broken is not None and BUNDLE.fullmatch(scope["path"]):
            await self._changed(self._broken, scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _changed(self, change: Change, scope: Scope, receive: Receive, send: Send) -> None:
        first: Message = {}

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                first.update(message)
                return
            body = change(message["body"])
            headers = [(k, v) for k, v in first["headers"] if k not in {b"content-length", b"etag"}]
            await send({**first, "headers": [*headers, (b"content-length", str(len(body)).encode())]})
            await send({**message, "body": body})

        asked = [h for h in scope["headers"] if h[0] not in ASKS_LESS]
        await self.app({**scope, "headers": asked}, receive, sent)


def _with_points(shell: bytes) -> bytes:
    return shell.replace(b"<head>", f'<head><script src="{SCRIPT}"></script>'.encode(), 1)
