"""Every command explains itself; bad use ends with 2, a refusal with 1 and one line."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from deploy.cli import COMMANDS, main
from tests.system_fixture import event_now


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert command in capsys.readouterr().out


@pytest.mark.parametrize("given", [[], ["explode"], ["control", "knee"], ["retract", "knee", "not-an-id"]])
def test_bad_use_ends_with_2(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(given)
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_a_refusal_is_one_line_and_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--data", str(tmp_path)]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"a: [1", "not YAML in line"), (b"- 1", "a table of fields"), (b"\xff\xfe", "cannot be read")],
)
def test_a_file_that_is_no_event_is_refused_by_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, says: str
) -> None:
    path = tmp_path / "event.yaml"
    path.write_bytes(content)
    assert main(["live-event", "check", str(path)]) == 1
    assert says in capsys.readouterr().err


def test_a_command_loads_no_printer_of_tracebacks_that_another_tool_has_installed(tmp_path: Path) -> None:
    code = "import sys; from deploy.cli import main; main(['config']); import httpx, structlog; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"SCRUBCAST_DATA": str(tmp_path)}
    )
    loaded = done.stdout.splitlines()[-1].split()
    assert {"httpx", "structlog"} < set(loaded)
    assert [name for name in loaded if name.startswith(("rich.", "pygments."))] == []


def test_config_shows_what_is_in_force(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config"]) == 0
    assert json.loads(capsys.readouterr().out)["kafka"]["partitions"] == 4


def test_config_masks_what_may_be_a_key_of_a_second_opinion(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCRUBCAST_SCRUB__OPINION__OURS__API_KEY", "hush-hush")
    monkeypatch.setenv("SCRUBCAST_SCRUB__OPINION__OURS__MODEL", "small")
    monkeypatch.setenv("SCRUBCAST_X__ACCOUNTS__OURCLINIC__CLIENT_SECRET", "hush-hush")
    assert main(["config"]) == 0
    out = capsys.readouterr().out
    assert json.loads(out)["scrub"]["opinion"]["ours"] == {"api_key": "**********", "model": "small"}
    assert "hush-hush" not in out


def test_screening_works_offline_line_by_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "event.yaml"
    path.write_text(yaml.safe_dump(event_now()), encoding="utf-8")
    rows = [{"id": "a", "text": "Half way.", "lang": "en"}, {"id": "b", "text": "Maria Lopez is awake.", "lang": "en"}]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(map(json.dumps, rows)) + "\nnot json\n"))
    assert main(["screen", "--live-event", str(path)]) == 1
    said = capsys.readouterr()
    first, second = map(json.loads, said.out.splitlines())
    assert (first["id"], first["disposition"], first["text"], first["findings"]) == ("a", "clear", "Half way.", [])
    assert second["disposition"] == "hold"
    assert "Lopez" not in second["text"]
    assert {"start", "end", "kind", "action", "rule"} == set(second["findings"][0])
    assert isinstance(second["micros"], int)
    assert "line 3" in said.err
