"""A broker's data folder has one owner, keeps its ports, and outlives a supervisor that was killed."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.kafka.config import Ports
from deploy.kafka.folder import PORT_FIRST, PORT_LAST, BrokerFolder, command_line
from schemas.errors import Broken, Refused


def sleeper(argument: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", argument])
    while argument not in command_line(process.pid):  # a new process has none of its own for a moment
        pass
    return process


def test_the_ports_are_kept(tmp_path: Path) -> None:
    ports = BrokerFolder(tmp_path).ports()
    assert PORT_FIRST <= ports.broker <= PORT_LAST
    assert ports.broker != ports.controller
    assert BrokerFolder(tmp_path).ports() == ports


def test_a_damaged_ports_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "broker.json").write_text('{"broker": 1}')
    with pytest.raises(Broken, match=r"broker\.json does not name a broker port and a controller port$"):
        BrokerFolder(tmp_path).ports()


def test_a_taken_port_is_named_with_its_file(tmp_path: Path) -> None:
    folder = BrokerFolder(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Refused) as refused:
            folder.refuse_taken_ports(Ports(port, folder.ports().controller))
    assert str(refused.value) == (
        f"port {port}, kept in {tmp_path / 'broker.json'} for this broker, is taken by another program:"
        " stop that program and start again"
    )


def test_a_second_owner_is_refused_until_the_first_lets_go(tmp_path: Path) -> None:
    first, second = BrokerFolder(tmp_path), BrokerFolder(tmp_path)
    first.claim()
    with pytest.raises(Refused, match="another broker is running on"):
        second.claim()
    first.release()
    second.claim()
    second.release()


def test_the_folder_is_the_owners_alone(tmp_path: Path) -> None:
    folder = BrokerFolder(tmp_path / "data")
    folder.claim()
    folder.release()
    assert folder.path.stat().st_mode & 0o777 == 0o700


def test_an_orphan_of_a_killed_supervisor_is_ended(tmp_path: Path) -> None:
    folder = BrokerFolder(tmp_path)
    with sleeper(str(folder.server_properties)) as orphan:
        (tmp_path / "broker.pid").write_text(f"{orphan.pid}\n")
        folder.claim()
        assert orphan.wait() == -15
    folder.release()


def test_a_stranger_that_got_the_number_is_left_alone(tmp_path: Path) -> None:
    folder = BrokerFolder(tmp_path)
    with sleeper("something else") as stranger:
        (tmp_path / "broker.pid").write_text(f"{stranger.pid}\n")
        folder.claim()
        assert stranger.poll() is None
        stranger.kill()
    folder.release()


def test_no_process_has_no_command_line() -> None:
    with sleeper("x") as gone:
        gone.kill()
    assert command_line(gone.pid) == ""
