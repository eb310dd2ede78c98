"""The supervisor of `scrubcast up`: broker and stages as child processes, started in order, restarted when they die."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from deploy.home import Home, write_private
from deploy.kafka.broker import EmbeddedBroker
from deploy.ports import Ports
from deploy.reached import Reached
from deploy.retention import topics_of
from deploy.settings import Settings
from schemas.errors import Broken, Unavailable
from streams.kafka_topics import ensure

STAGES = ("scrub", "archive", "poster", "desk", "page", "intake")
BACKOFF_S = (0.0, 0.5, 1.0, 2.0, 5.0)  # the first restart is at once: most deaths are single
STABLE_S = 20.0  # a child that lived this long has shaken off its past
CHILD_STOP_S = 5.0
READY_TIMEOUT_S = 90.0
NEEDS_A_PERSON = 3  # the exit code of a stage that must not be started again by itself
RENEWAL_LOOK_S = 3600.0  # a certificate is renewed thirty days before it ends
LOG_BYTES_MAX = 20_000_000
# The public page may be busy with thousands of readers; what takes updates goes first.
NICENESS = {"page": 5}

Say = Callable[[str], None]


@dataclass
class Child:
    """A stage's process over its many lives."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    ready_file: Path
    process: asyncio.subprocess.Process | None = None
    deaths: int = 0
    started_at: float = 0.0
    gave_up: bool = False

    async def start(self) -> None:
        self.ready_file.unlink(missing_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES_MAX:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(self.environment),
                start_new_session=True,  # Ctrl-C in the terminal reaches the supervisor alone
            )
        self.started_at = time.monotonic()
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.process.pid, NICENESS.get(self.name, 0))

    def is_ready(self) -> bool:
        if self.process is None or self.process.returncode is not None:
            return False
        with suppress(OSError):
            return self.ready_file.read_text() == str(self.process.pid)
        return False

    async def stop(self) -> None:
        if self.process is None or self.process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.process.wait(), CHILD_STOP_S)
        except TimeoutError:
            with suppress(ProcessLookupError):
                self.process.kill()
            await self.process.wait()

    def last_words(self) -> str:
        """The last line of its log, for the one who started the system."""
        with suppress(OSError):
            lines = self.log.read_bytes()[-2000:].decode(errors="replace").strip().splitlines()
            if lines:
                with suppress(ValueError):
                    return str(json.loads(lines[-1]).get("reason") or lines[-1])[:300]
                return lines[-1][:300]
        return ""


@dataclass
class Supervisor:
    """`start()`, then `watch()` until stopped, then `stop()`. `changed` is called whenever a pid changed."""

    home: Home
    settings: Settings
    ports: Ports
    say: Say
    progress: Callable[[str, int, int], None]
    reached: Reached = field(default_factory=Reached)
    changed: Callable[[], None] = lambda: None
    broker: EmbeddedBroker | None = None
    children: dict[str, Child] = field(default_factory=dict)
    _stopping: bool = False

    @property
    def bootstrap(self) -> str:
        return self.broker.bootstrap if self.broker else self.settings.kafka.bootstrap

    async def start(self) -> None:
        self.home.make()
        if not self.settings.kafka.bootstrap:
            kafka = self.settings.kafka
            self.broker = EmbeddedBroker(
                self.home.broker, self.settings.cache_dir, session_timeout_ms=kafka.broker_session_timeout_ms
            )
            await self.broker.start_async(self.progress)
        await self._make_topics()
        for name in (*STAGES, *(["trust"] if self.reached.is_private else [])):
            self.children[name] = self._child(name)
        for child in self.children.values():
            await child.start()
        await self.until_ready()

    async def _make_topics(self) -> None:
        settings = self.settings.model_copy(
            update={"kafka": self.settings.kafka.model_copy(update={"bootstrap": self.bootstrap})}
        )
        kafka = settings.kafka
        states = await ensure(
            settings.connection("up"), topics_of(settings), partitions=kafka.partitions, replication=kafka.replication
        )
        for state in states:
            for difference in state.differs:
                self.say(f"topic {state.name} differs: {difference}; it was not changed")

    def _child(self, name: str) -> Child:
        ready_file = self.home.run / f"{name}.ready"
        return Child(
            name,
            [*self_command(), name, "--ready-file", str(ready_file)],
            self._environment(),
            self.home.logs / f"{name}.log",
            ready_file,
        )

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PYTHONSAFEPATH": "1",
            "PYTHONUNBUFFERED": "1",
            "SCRUBCAST_SUPERVISED": "1",
            "SCRUBCAST_DATA": str(self.home.root),
            "SCRUBCAST_KAFKA__BOOTSTRAP": self.bootstrap,
            "SCRUBCAST_INTAKE__PORT": str(self.ports.intake),
            "SCRUBCAST_DESK__PORT": str(self.ports.desk),
            "SCRUBCAST_PAGE__PORT": str(self.ports.page),
            **self.reached.environment(self.settings, self.ports),
        }

    async def until_ready(self) -> None:
        """Until every stage has said that it is ready. Raises Broken naming the one that does not come up."""
        deadline = time.monotonic() + READY_TIMEOUT_S
        shown = -1
        while (done := sum(child.is_ready() for child in self.children.values())) < len(self.children):
            if done != shown:
                self.progress("Starting the stages", done, len(self.children))
                shown = done
            await self._tend()
            if time.monotonic() > deadline:
                late = [c for c in self.children.values() if not c.is_ready()]
                words = "; ".join(f"{c.name}: {c.last_words() or 'said nothing'}" for c in late)
                raise Broken(f"These stages did not come up: {words}. Their logs are in {self.home.logs}.")
            await asyncio.sleep(0.05)
        self.progress("Starting the stages", len(self.children), len(self.children))

    async def watch(self, stop: asyncio.Event) -> None:
        renew_at = time.monotonic() + RENEWAL_LOOK_S
        while not stop.is_set():
            if await self._tend():
                self.changed()
            if time.monotonic() >= renew_at:
                self.reached.renew(self.home.tls, self.settings, self.say)
                renew_at = time.monotonic() + RENEWAL_LOOK_S
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), 0.2)

    async def _tend(self) -> bool:
        """Starts again what has died and whose time has come. True when a process is new."""
        new = False
        if self.broker is not None and self.broker.poll() is not None:
            new = await self._revive_broker(self.broker)
        for child in self.children.values():
            new = await self._revive(child) or new
        return new

    async def _revive_broker(self, broker: EmbeddedBroker) -> bool:
        self.say(f"broker ended: {broker.why_down()}; starting it again")
        try:
            await broker.start_async(self.progress)
        except Unavailable as error:
            self.say(str(error))
            await asyncio.sleep(min(error.retry_after_s, 5.0))
            return False
        self.say("broker is back")
        return True

    async def _revive(self, child: Child) -> bool:
        process = child.process
        if self._stopping or child.gave_up or process is None or process.returncode is None:
            return False
        lived_s = time.monotonic() - child.started_at
        if process.returncode == NEEDS_A_PERSON:
            child.gave_up = True
            self.say(f"{child.name} stopped and needs a person: {child.last_words()}")
            return False
        child.deaths = 0 if lived_s > STABLE_S else child.deaths
        if lived_s < BACKOFF_S[min(child.deaths, len(BACKOFF_S) - 1)]:
            return False
        child.deaths += 1
        self.say(f"{child.name} ended ({_how(process.returncode)}); starting it again")
        await child.start()
        return True

    async def stop(self) -> None:
        self._stopping = True
        await asyncio.gather(*(child.stop() for child in self.children.values()))
        if self.broker is not None:
            await self.broker.stop_async()
        self.home.addresses_file.unlink(missing_ok=True)

    def facts(self) -> dict[str, object]:
        """What the ready file holds."""
        pids = {name: child.process.pid for name, child in self.children.items() if child.process}
        if self.broker is not None:
            pids["broker"] = self.broker.pid
        return {
            "url": self.reached.url(self.ports.intake),
            "desk_url": self.reached.url(self.ports.desk),
            "page_url": self.reached.url(self.ports.page),
            **self.reached.facts(self.ports),
            "bootstrap": self.bootstrap,
            "pids": pids,
            "tokens": self.home.tokens(),
        }

    def write_facts(self, ready_file: Path | None) -> None:
        facts = self.facts()
        public = {name: fact for name, fact in facts.items() if name != "tokens"}
        write_private(self.home.addresses_file, json.dumps(public).encode())
        if ready_file is not None:
            write_private(ready_file, json.dumps(facts).encode())


def self_command() -> list[str]:
    """This program again: its console script beside the interpreter, or the module where there is none."""
    script = Path(sys.executable).with_name("scrubcast")
    return [sys.executable, str(script)] if script.exists() else [sys.executable, "-m", "deploy.cli"]


def _how(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
