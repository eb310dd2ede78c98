"""The only door to Faust: one agent that screens submissions, one that keeps live counts of drafts in a table.

At least once, never Faust's exactly_once (it is silently not transactional, see docs/adr). An offset is acknowledged
only when everything the record led to is durable, so that a kill at any point repeats work and loses none of it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import faust
import structlog
from faust.types.auth import AuthProtocol

from schemas.topics import DRAFTS, SUBMISSIONS
from streams.bus import Message, Position
from streams.counts import COUNTS_APP_ID, COUNTS_TABLE, Counts, counted
from streams.kafka import Connection

APP_ID = "scrubcast-scrub"
COMMIT_INTERVAL_S = 0.2  # what a kill repeats is rate × this; 6 kills at 400/s repeated 156 records instead of 7,565
UNDER_WAY_MAX = 64  # records whose output is not durable yet: hides the acknowledgement's time, bounds the memory

# Soon enough for who looks at a count, and one table write for all drafts of that time.
COUNTED_WITHIN_S = 0.1

STOP_S = 3.0  # then the process ends as it is, which loses nothing: what was not acknowledged comes again

Handle = Callable[[Message], Awaitable[list[Awaitable[Position]]]]

log = structlog.get_logger("scrub")


class _App(faust.App):
    """Remembers why it has to stop. Faust's own crash() would tear down the thread that still has to commit."""

    failure: BaseException | None = None

    def failed(self, error: BaseException) -> None:
        self.failure = self.failure or error

    def why_ended(self) -> BaseException | None:
        crash = (self.crash_reason or RuntimeError("the stream engine crashed")) if self.crashed else None
        return self.failure or crash


def build(connection: Connection, handle: Handle, *, instance: str, partitions: int, datadir: str) -> tuple[_App, _App]:
    """Screening and counting, not started. `instance` names this worker, so that a restart rejoins at once.

    Two apps, because a table is recovered from its changelog before its app does anything else: counts that come back
    slowly, or not at all, must not keep an update waiting.
    """
    logging.getLogger("faust").setLevel(logging.WARNING)
    screening, counting = (_app(name, connection, instance, partitions, datadir) for name in (APP_ID, COUNTS_APP_ID))
    _screening(screening, handle)
    _counting(counting, partitions)
    return screening, counting


def _app(name: str, connection: Connection, instance: str, partitions: int, datadir: str) -> _App:
    return _App(
        name,
        broker=[f"kafka://{host}" for host in connection.bootstrap.split(",")],
        broker_credentials=_credentials(connection),
        store="memory://",
        datadir=str(Path(datadir) / name),
        processing_guarantee="at_least_once",
        producer_acks=-1,
        producer_linger=0.0,
        broker_commit_interval=COMMIT_INTERVAL_S,
        broker_session_timeout=connection.session_timeout_ms / 1000,
        broker_heartbeat_interval=connection.heartbeat_interval_ms / 1000,
        broker_request_timeout=30,
        consumer_group_instance_id=f"{name}-{instance}",
        # Otherwise whoever stops it, or a rebalance, waits for as long as a record under way waits for the broker.
        stream_wait_empty=False,
        web_enabled=False,
        topic_disable_leader=True,
        topic_partitions=partitions,
        topic_replication_factor=1,
        autodiscover=False,
    )


def _screening(app: _App, handle: Handle) -> None:
    submissions = app.topic(SUBMISSIONS.name, value_serializer="raw", key_serializer="raw", value_type=bytes)
    under_way = _UnderWay(app)

    async def screening(stream: Any) -> None:
        async for event in stream.noack().events():
            await under_way.add(stream, event, await _handled(app, handle, event))

    app.agent(submissions, name="screening")(screening)


async def _handled(app: _App, handle: Handle, event: Any) -> list[Awaitable[Position]]:
    """What `handle` raises stops the worker. An agent that raised would be started again, at the record after it."""
    try:
        return await handle(_message(event))
    except Exception as error:  # not acknowledged, so the record comes again
        app.failed(error)
        await asyncio.Event().wait()  # until it is cancelled
        raise


class _UnderWay:
    """Acknowledges each event once all it led to is durable. A write that fails stops the worker: it repeats.

    In order within a partition: Faust commits past one record that is not acknowledged when the one after it is.
    """

    def __init__(self, app: _App) -> None:
        self._app = app
        self._free = asyncio.Semaphore(UNDER_WAY_MAX)
        self._last: dict[Any, asyncio.Task[bool]] = {}  # by partition; the loop itself keeps only weak references

    async def add(self, stream: Any, event: Any, durable: list[Awaitable[Position]]) -> None:
        await self._free.acquire()
        place = event.message.tp
        self._last[place] = asyncio.create_task(self._finish(stream, event, durable, self._last.get(place)))

    async def _finish(
        self, stream: Any, event: Any, durable: list[Awaitable[Position]], before: asyncio.Task[bool] | None
    ) -> bool:
        """Whether it was acknowledged."""
        try:
            await asyncio.gather(*durable)
            if before is not None and not await before:
                return False
            await stream.ack(event)
        except Exception as error:  # noqa: BLE001  # whatever it was: not acknowledged, so the record comes again
            self._app.failed(error)
            return False
        finally:
            self._free.release()
        return True


def _counting(app: _App, partitions: int) -> None:
    drafts = app.topic(DRAFTS.name, value_serializer="raw", key_serializer="raw", value_type=bytes)
    # No value type: Faust takes `dict` for a model of its own, and recovery then fails on every record.
    counts = app.Table(COUNTS_TABLE, partitions=partitions, default=dict)

    async def counting(stream: Any) -> None:
        gathered: dict[int, _Gathered] = {}
        async for event in stream.noack().events():
            partition = event.message.partition
            if partition not in gathered or not gathered[partition].add(event):
                gathered[partition] = _Gathered(app, counts, stream, event)

    app.agent(drafts, name="counting")(counting)


class _Gathered:
    """Drafts of one partition that are counted together.

    Its task starts while its first event is the current one: that is how a table knows which partition to write to.
    """

    def __init__(self, app: _App, table: Any, stream: Any, first: Any) -> None:
        self._app = app
        self._table = table
        self._stream = stream
        self._events = [first]
        self._open = True
        self._task = asyncio.create_task(self._count())

    def add(self, event: Any) -> bool:
        """False once these are being counted."""
        if self._open:
            self._events.append(event)
        return self._open

    async def _count(self) -> None:
        try:
            await asyncio.sleep(COUNTED_WITHIN_S)
            self._open = False
            by_event: dict[str, list[Message]] = {}
            for event in self._events:
                by_event.setdefault(_key(event), []).append(_message(event))
            for live_event_id, drafts in by_event.items():
                found = counted(Counts.of(self._table.get(live_event_id, {})), drafts)
                if found is not None:
                    self._table[live_event_id] = found.model_dump(mode="json")
            for event in self._events:
                await self._stream.ack(event)
        except Exception as error:  # noqa: BLE001  # not acknowledged, so the records come again
            self._app.failed(error)


def _key(event: Any) -> str:
    key = event.key
    return key.decode(errors="replace") if isinstance(key, bytes) else str(key)


def _message(event: Any) -> Message:
    message = event.message
    return Message(
        message.topic, message.partition, message.offset, _key(event), event.value, int((message.timestamp or 0) * 1000)
    )


def _credentials(connection: Connection) -> Any:
    if connection.sasl_mechanism:
        credentials = faust.SASLCredentials(
            username=connection.sasl_username,
            password=connection.sasl_password,
            ssl_context=connection.ssl_context,
            mechanism=connection.sasl_mechanism,
        )
        credentials.protocol = AuthProtocol(connection.security_protocol)
        return credentials
    return connection.ssl_context if connection.security_protocol == "SSL" else None


async def run(apps: Sequence[_App], stop: asyncio.Event, ready: Callable[[], None]) -> None:
    """Runs the apps in this loop until `stop`, or until one of them fails (then its error comes out)."""
    try:
        # At once: each waits a second for the tables of others before it asks for its partitions.
        await asyncio.gather(*(app.start() for app in apps))
        if not _failures(apps):
            ready()
        stopping = asyncio.create_task(stop.wait())
        while not stopping.done() and not _failures(apps):
            await asyncio.wait({stopping}, timeout=0.5)
        stopping.cancel()
    finally:
        await _stopped(apps)
    for error in _failures(apps):
        raise error


def _failures(apps: Sequence[_App]) -> list[BaseException]:
    return [error for app in apps if (error := app.why_ended()) is not None]


async def _stopped(apps: Sequence[_App]) -> None:
    """Stops them, which commits what was acknowledged. An app that crashed may hang in it, or raise for a thread that
    is gone; neither may hide why it ended."""
    done, late = await asyncio.wait({asyncio.ensure_future(app.stop()) for app in apps}, timeout=STOP_S)
    for error in filter(None, (task.exception() for task in done)):
        log.warning("stopping-failed", error=type(error).__name__)
    if late:
        log.warning("stopping-takes-too-long", apps=len(late))
