"""How a stage runs as a process: logs, signals, waiting for Kafka, saying that it is ready, ending with its parent."""

import asyncio
import os
import signal
import traceback
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import structlog

from deploy import logs
from deploy.home import Home
from deploy.settings import Settings
from schemas.errors import Broken, ScrubcastError, Unavailable
from schemas.topics import TOPICS
from streams.kafka import KafkaBus
from streams.kafka_topics import check

PARENT_CHECK_S = 1.0
KAFKA_RETRY_S = 0.2
GRACE_S = 3.6  # with a quarter more, below what the supervisor waits before it kills
FRAMES_SAID = 6
KAFKA_PATIENCE_S = 600.0  # then the process ends, so that whoever supervises it sees that it cannot start

log = structlog.get_logger("stage")

Main = Callable[["Running"], Coroutine[None, None, None]]


class Running:
    """What a stage's main gets: its settings and folder, the stop signal, and a way to say it is ready."""

    def __init__(self, name: str, settings: Settings, ready_file: Path | None) -> None:
        self.name = name
        self.settings = settings
        self.home = Home(settings.data)
        self.stop = asyncio.Event()
        self._ready_file = ready_file

    async def until_stopped(self, work: Coroutine[None, None, None]) -> None:
        """For work that ends only when it is cancelled: runs it until the stop signal, or until it fails."""
        task = asyncio.ensure_future(work)
        stopping = asyncio.ensure_future(self.stop.wait())
        try:
            await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            if not task.done():
                task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    def ready(self) -> None:
        log.info("ready", pid=os.getpid())
        if self._ready_file:
            self._ready_file.write_text(str(os.getpid()))

    @asynccontextmanager
    async def bus(self, *, for_people: bool = False) -> AsyncIterator[KafkaBus]:
        """Waits until the cluster answers and the topics are there. `for_people` as KafkaBus.open() has it."""
        connection = self.settings.connection(self.name)
        deadline = asyncio.get_running_loop().time() + KAFKA_PATIENCE_S
        while not await self._topics_there(connection):
            if asyncio.get_running_loop().time() > deadline:
                raise Broken("Kafka did not come up with all topics. Check the cluster; `scrubcast topics create`.")
            if self.stop.is_set():
                raise asyncio.CancelledError
            await asyncio.sleep(KAFKA_RETRY_S)
        async with KafkaBus.open(connection, for_people=for_people) as bus:
            yield bus

    @staticmethod
    async def _topics_there(connection: object) -> bool:
        try:
            return all(state.exists for state in await check(connection, TOPICS))  # type: ignore[arg-type]  # a Connection
        except Unavailable:
            return False


def run(name: str, settings: Settings, main: Main, *, ready_file: Path | None = None) -> int:
    """Runs a stage until a signal or an error; the exit code says which. One line on stderr says why."""
    logs.configure(name, settings.log_level)
    try:
        import uvloop  # noqa: PLC0415  # half of a second faster to import only where it is used

        return uvloop.run(_supervised(Running(name, settings, ready_file), main))
    except ScrubcastError as error:
        log.error("stopped", error=type(error).__name__, reason=str(error), exit_code=error.exit_code)  # noqa: TRY400
        return error.exit_code
    except KeyboardInterrupt:
        return 0
    except Exception as error:  # noqa: BLE001  # a traceback's message may quote a record: say where, not what
        log.error("crashed", error=type(error).__name__, step=_where(error), exit_code=1)  # noqa: TRY400  # as above
        return 1


def _where(error: BaseException) -> str:
    """The last places of the way to the error, innermost first."""
    if isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES_SAID:]
    return " < ".join(f"{Path(f.filename).stem}:{f.lineno}" for f in reversed(frames))


async def _supervised(running: Running, main: Main) -> int:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, running.stop.set)
    work = asyncio.ensure_future(main(running))
    stopping = asyncio.create_task(_until_stopped(running.stop))
    await asyncio.wait({work, stopping}, return_when=asyncio.FIRST_COMPLETED)
    running.stop.set()
    stopping.cancel()
    await asyncio.wait({work}, timeout=GRACE_S)
    if not work.done():
        work.cancel()
        await asyncio.wait({work}, timeout=GRACE_S / 4)
    if not work.done():
        # A library that does not let go. Everything durable is acknowledged, everything else comes again: just end.
        log.warning("ended by force")
        os._exit(0)
    with suppress(asyncio.CancelledError):
        await work
    log.info("ended")
    return 0


async def _until_stopped(stop: asyncio.Event) -> None:
    """Until a signal, or until the supervisor is gone: no stage outlives `scrubcast up`."""
    parent = os.getppid()
    supervised = os.environ.get("SCRUBCAST_SUPERVISED") == "1"
    while not stop.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), PARENT_CHECK_S)
        if supervised and os.getppid() != parent:
            return
