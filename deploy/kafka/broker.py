"""Decides the life of the embedded broker: one child process on one data folder, until it is stopped."""

import asyncio
import base64
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Sequence
from pathlib import Path

from deploy.kafka import config, jars
from deploy.kafka.child import LastWords, child_environment, end, tail
from deploy.kafka.class_cache import ClassCache, class_cache
from deploy.kafka.folder import BrokerFolder
from deploy.kafka.jars import Progress, no_progress
from deploy.kafka.java import Java, find_java
from deploy.kafka.why import UNKNOWN, why_down
from schemas.errors import Broken, Unavailable

# A clean stop takes under a second; a loaded machine gets ten times that before the broker is killed, which
# loses nothing but makes the next start read its logs again.
STOP_TIMEOUT_S = 10.0
# After a crash the broker reads its last segments again. On a slow disk that may take a while, and a person
# sees the progress line meanwhile.
START_TIMEOUT_S = 120.0
# The class archive is built when the first use has settled, so that it is in nobody's way.
CLASS_CACHE_DELAY_S = 20
# SIGTERM is the ordinary way out, and a JVM ends by it with this code after a clean stop.
_ENDED_BY_SIGTERM = 143
_DISK_FULL_BYTES = 1024 * 1024
_FORMAT_TIMEOUT_S = 120


class EmbeddedBroker:
    """One KRaft broker on `data_dir`, its jars and class archive under `cache_dir`.

    `start` and `stop` block and may be called again: `start` after a crash brings the broker back on the same
    ports with all it had acknowledged. `stop` from another thread calls off a `start` that is under way.
    """

    def __init__(
        self,
        data_dir: Path,
        cache_dir: Path,
        *,
        session_timeout_ms: int = config.SESSION_TIMEOUT_MS,
        mirror_url: str | None = None,
        builds_class_cache: bool = True,
        record_classes_into: Path | None = None,
    ) -> None:
        self._folder = BrokerFolder(data_dir)
        self._cache_dir = cache_dir.absolute()
        self._session_timeout_ms = session_timeout_ms
        self._mirror_url = mirror_url
        self._builds_class_cache = builds_class_cache
        self._record_classes_into = record_classes_into
        self._ports: config.Ports | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._said = LastWords()
        self._log_start_bytes = 0
        self._builder: subprocess.Popen[bytes] | None = None
        self._called_off = threading.Event()
        self._launching = threading.Lock()

    @property
    def bootstrap(self) -> str:
        """Known once `start` has chosen the ports, and the same at every later start on this folder."""
        if self._ports is None:
            raise Broken("the broker has no address before its first start")
        return f"127.0.0.1:{self._ports.broker}"

    @property
    def pid(self) -> int:
        if self._process is None:
            raise Broken("the broker has no process before its first start")
        return self._process.pid

    @property
    def log_path(self) -> Path:
        return self._folder.log

    def poll(self) -> int | None:
        """None while the broker runs; its exit code once it has ended."""
        return None if self._process is None else self._process.poll()

    def start(self, progress: Progress = no_progress) -> None:
        """Returns when the broker answers. `progress` may raise to call the start off.

        Raises Refused (no Java, a port taken, another broker on the folder), Unavailable (no network for the
        first download, a broker that does not come up) or Broken (wrong bytes); each says what to do.
        """
        if self._process is not None and self._process.poll() is None:
            return
        self._called_off.clear()

        def step(what: str, done: int, total: int) -> None:
            self._refuse_if_called_off()
            progress(what, done, total)

        java = find_java(os.environ)
        lock = jars.locked()
        paths = jars.fetch(self._cache_dir, step, lock=lock, mirror_url=self._mirror_url)
        try:
            cache = self._launch(java, lock.kafka, paths, step)
        except OSError as error:
            self.stop(timeout_s=0)
            raise Unavailable(
                f"the broker's data folder {self._folder.path}: {error.strerror}", retry_after_s=5
            ) from error
        except BaseException:
            self.stop(timeout_s=0)
            raise
        if self._builds_class_cache and not (cache.file.exists() or cache.failed.exists()):
            self._build_class_cache()

    async def start_async(self, progress: Progress = no_progress) -> None:
        await asyncio.to_thread(self.start, progress)

    async def stop_async(self, timeout_s: float = STOP_TIMEOUT_S) -> int | None:
        return await asyncio.to_thread(self.stop, timeout_s)

    def stop(self, timeout_s: float = STOP_TIMEOUT_S) -> int | None:
        """Ends the broker, at first by SIGTERM. Returns 0 for a clean stop, else its exit code (None: never ran)."""
        with self._launching:  # either the broker is not launched any more, or we see its process
            self._called_off.set()
        self._end_builder()
        code = None
        if self._process is not None:
            code = end(self._process, timeout_s)
            self._said.wait()
        self._folder.release()
        return 0 if code == _ENDED_BY_SIGTERM else code

    def kill(self) -> None:
        """As a crash would: nothing is flushed, the folder stays claimed. For tests and as a last resort."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def why_down(self) -> str:
        """One line for a person about a broker that ended by itself."""
        with contextlib.suppress(OSError):
            if shutil.disk_usage(self._folder.path).free < _DISK_FULL_BYTES:
                return why_down("No space left on device")
        if self.poll() is not None:
            self._said.wait()
        # What the JVM printed in this run comes first: the file may be silent on a full disk.
        said = why_down(self._said.text())
        return said if said != UNKNOWN else why_down(tail(self._folder.log, self._log_start_bytes))

    def _launch(self, java: Java, kafka: str, paths: Sequence[Path], progress: Progress) -> ClassCache:
        folder = self._folder
        folder.claim()
        self._ports = folder.ports()
        folder.refuse_taken_ports(self._ports)
        self._write_settings()
        flags = config.jvm_flags(folder.logs, folder.logging_properties)
        cache = class_cache(java, kafka, paths)
        if self._record_classes_into is None:
            flags += cache.use_flags()
        command = [str(java.path), *flags, "-cp", os.pathsep.join(map(str, paths))]
        if not folder.kafka.joinpath("meta.properties").exists():
            progress("Preparing Kafka's data folder", 0, 2)
            self._format(command)
        if self._record_classes_into is not None:
            command[1:1] = cache.record_flags(self._record_classes_into)
        progress("Starting Kafka", 1, 2)
        with self._launching:
            self._refuse_if_called_off()
            self._run([*command, "kafka.Kafka", str(folder.server_properties)])
        self._wait_ready()
        progress("Starting Kafka", 2, 2)
        return cache

    def _refuse_if_called_off(self) -> None:
        if self._called_off.is_set():
            raise Unavailable("the broker was stopped before it was up")

    def _write_settings(self) -> None:
        folder, ports = self._folder, self._ports
        assert ports is not None
        settings = config.server_properties(ports, folder.kafka, self._session_timeout_ms)
        folder.server_properties.write_text(settings, encoding="ascii")
        folder.logging_properties.write_text(config.logging_properties(folder.logs), encoding="ascii")

    def _format(self, command: Sequence[str]) -> None:
        """By Kafka's own tool, once: it costs a second, and is the one way that Kafka promises to keep.

        Into a folder beside, renamed when whole: a half-formatted one would never start.
        """
        assert self._ports is not None
        unfinished = self._folder.path / "kafka.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        settings = self._folder.path / "format.properties"
        settings.write_text(config.server_properties(self._ports, unfinished), encoding="ascii")
        tool = ["kafka.tools.StorageTool", "format", "--standalone", "-t", _cluster_id(), "-c", str(settings)]
        done = subprocess.run(  # noqa: S603 - our own words
            [*command, *tool],
            env=child_environment(os.environ),
            cwd=self._folder.path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_FORMAT_TIMEOUT_S,
            process_group=0,
            check=False,
        )
        if done.returncode != 0:
            raise Unavailable(f"Kafka's data folder cannot be prepared: {why_down(done.stdout + done.stderr)}")
        shutil.rmtree(self._folder.kafka, ignore_errors=True)
        unfinished.rename(self._folder.kafka)
        settings.unlink()

    def _run(self, command: Sequence[str]) -> None:
        self._log_start_bytes = self._folder.log.stat().st_size if self._folder.log.exists() else 0
        self._process = subprocess.Popen(  # noqa: S603 - our own words
            command,
            env=child_environment(os.environ),
            cwd=self._folder.path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # Ctrl-C goes to the supervisor's group alone: the stages stop first, then the broker. A recording
            # stays in the group of its builder, which is ended as a whole.
            process_group=0 if self._record_classes_into is None else None,
        )
        assert self._process.stdout is not None
        self._said = LastWords(self._process.stdout)
        self._folder.record_pid(self._process.pid)

    def _wait_ready(self) -> None:
        # Imported late: aiokafka loads while the JVM starts.
        from deploy.kafka.ready import wait_ready  # noqa: PLC0415 - see above

        try:
            wait_ready(self.bootstrap, alive=lambda: self.poll() is None, timeout_s=START_TIMEOUT_S)
        except Unavailable as error:
            raise Unavailable(f"{error}: {self.why_down()}", retry_after_s=5) from error

    def _build_class_cache(self) -> None:
        command = [sys.executable, "-m", "deploy.kafka.warm", "--background"]
        command += ["--cache-dir", str(self._cache_dir), "--delay-s", str(CLASS_CACHE_DELAY_S)]
        with contextlib.suppress(OSError):  # only the next start would have been quicker
            self._builder = subprocess.Popen(  # noqa: S603 - our own words
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                process_group=0,
            )

    def _end_builder(self) -> None:
        if self._builder is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._builder.pid, signal.SIGKILL)
            self._builder.wait()
            self._builder = None


def _cluster_id() -> str:
    text = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    return "A" + text[1:]  # a leading hyphen would be read as an option
