"""The data folder keeps secrets for the owner alone, and the ports a tablet was told stay the same."""

import json
import socket
from pathlib import Path

import pytest

from deploy.home import Home
from deploy.ports import choose
from schemas.errors import Refused


def test_secrets_are_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    home = Home(tmp_path / "data")
    home.make()
    first = (home.tokens(), home.kek(), home.session_key(), home.archive_key())
    assert (home.tokens(), home.kek(), home.session_key(), home.archive_key()) == first
    assert set(home.tokens()) == {"reporter", "reviewer", "physician", "director", "advocate", "liaison", "auditor"}
    for path in (home.root / "secrets").iterdir():
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_folder_without_a_running_system_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="scrubcast up"):
        Home(tmp_path).addresses()


def test_ports_are_kept_for_the_next_start(tmp_path: Path) -> None:
    first = choose(0, tmp_path / "ports.json")
    assert choose(None, tmp_path / "ports.json") == first
    assert (first.desk, first.page) == (first.intake + 1, first.intake + 2)


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Refused, match=f"Port {port} is taken"):
            choose(port, tmp_path / "ports.json")


def test_unreadable_kept_ports_are_chosen_anew(tmp_path: Path) -> None:
    (tmp_path / "ports.json").write_text(json.dumps({"intake": 1}), encoding="utf-8")
    assert choose(0, tmp_path / "ports.json").intake > 1024
