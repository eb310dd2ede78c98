"""Decides who owns a broker's data folder: one broker at a time, with its ports kept beside its data."""

import contextlib
import fcntl
import json
import os
import random
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import IO

from deploy.kafka.config import Ports
from schemas.errors import Broken, Refused

# Below the ranges from which Linux (32768), macOS and Windows (49152) hand out ports for outgoing
# connections: a kept port must still be free at the next start.
PORT_FIRST, PORT_LAST = 19000, 29999
_PORT_TRIES_MAX = 200
_STALE_STOP_S = 10
_POLL_S = 0.05


class BrokerFolder:
    """The files of one broker. `claim` before touching any of them, `release` when its broker is gone."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.kafka = self.path / "kafka"
        self.logs = self.path / "logs"
        self.log = self.logs / "broker.log"
        self.server_properties = self.path / "server.properties"
        self.logging_properties = self.path / "log4j2.properties"
        self._ports = self.path / "broker.json"
        self._pid = self.path / "broker.pid"
        self._claim: IO[str] | None = None

    def claim(self) -> None:
        """Ends an orphan that a killed supervisor left; refuses while another supervisor is alive."""
        if self._claim is not None:
            return
        # What staff wrote passes through here: the folder is the owner's alone.
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.logs.mkdir(exist_ok=True)
        claim = (self.path / "broker.lock").open("w")
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            claim.close()
            raise Refused(
                f"another broker is running on {self.path}: stop it, or choose another data folder",
                code="broker-running",
            ) from None
        self._claim = claim
        self._end_orphan()

    def release(self) -> None:
        if self._claim is not None:
            self._pid.unlink(missing_ok=True)
            self._claim.close()
            self._claim = None

    def record_pid(self, pid: int) -> None:
        self._pid.write_text(f"{pid}\n", encoding="ascii")

    def ports(self) -> Ports:
        """The ports kept here, or two free ones that are kept from now on."""
        if not self._ports.exists():
            _write_whole(self._ports, json.dumps(vars(_free_ports())) + "\n")
        try:
            return Ports(**json.loads(self._ports.read_text(encoding="utf-8")))
        except (ValueError, TypeError) as error:
            raise Broken(f"{self._ports} does not name a broker port and a controller port") from error

    def refuse_taken_ports(self, ports: Ports) -> None:
        for port in (ports.broker, ports.controller):
            if not _is_free(port):
                raise Refused(
                    f"port {port}, kept in {self._ports} for this broker, is taken by another program:"
                    " stop that program and start again",
                    code="port-taken",
                )

    def _end_orphan(self) -> None:
        try:
            pid = int(self._pid.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return
        # The number may have gone to another program by now: only a command line with our own file is ours.
        if str(self.server_properties) not in command_line(pid):
            return
        for signal_number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal_number)
            if _gone(pid, _STALE_STOP_S):
                return
        raise Broken(f"process {pid}, a broker left behind on {self.path}, cannot be ended")


def command_line(pid: int) -> str:
    """Of a running process; empty when there is none."""
    proc = Path("/proc")
    if proc.joinpath("self").exists():
        try:
            return proc.joinpath(str(pid), "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return ""
    command = ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603 - our own words


def _gone(pid: int, timeout_s: float) -> bool:
    until = time.monotonic() + timeout_s
    while command_line(pid):
        if time.monotonic() > until:
            return False
        time.sleep(_POLL_S)
    return True


def _free_ports() -> Ports:
    free: list[int] = []
    for port in random.sample(range(PORT_FIRST, PORT_LAST + 1), _PORT_TRIES_MAX):
        if _is_free(port):
            free.append(port)
        if len(free) == 2:
            return Ports(*free)
    raise Broken(f"no two free ports between {PORT_FIRST} and {PORT_LAST}")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As the broker does it: connections of a broker killed a moment ago must not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _write_whole(path: Path, text: str) -> None:
    beside = path.with_name(path.name + ".new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)
