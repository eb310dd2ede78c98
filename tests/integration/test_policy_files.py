"""A folder of policies is read before anything else; a wrong file stops the stage with its line and the reason."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.policy_files import named, policies, read
from deploy.settings import Settings
from schemas.errors import Refused
from streams.policies import SHIPPED

GOOD = 'name = "ours"\nversion = 1\n[kinds]\nemail = {action = "redact"}\n'
WRONG = 'name = "ours"\nversion = 1\n[kinds]\nemail = {action = "burn"}\n'


def settings(folder: Path | None) -> Settings:
    return Settings(policies=folder)


def test_the_files_of_a_folder_stand_beside_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(GOOD)
    (tmp_path / "notes.txt").write_text("not a policy")
    assert tuple(policies(settings(tmp_path)).by_name) == (*SHIPPED, "ours")
    assert tuple(policies(settings(None)).by_name) == SHIPPED


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("ours.toml", WRONG.encode(), r"ours\.toml: line 4: kinds\.email\.action: Input should be"),
        ("ours.toml", b"\xff\xfe", r"ours\.toml: cannot be read \(it is not UTF-8\)"),
        ("ours.toml", b"#" * 200_001, r"ours\.toml: larger than"),
        ("ours.toml", GOOD.replace("ours", "strict").encode(), r"Two policies are called strict"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Refused, match=says):
        policies(settings(tmp_path))


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is not there"):
        policies(settings(tmp_path / "none"))
    with pytest.raises(Refused, match="No such file"):
        read(tmp_path / "none.toml")


def test_what_looks_like_a_path_is_one(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(GOOD)
    known = policies(settings(None))
    assert named(str(tmp_path / "ours.toml"), known).name == "ours"
    assert named("gdpr", known).name == "gdpr"
    with pytest.raises(Refused, match="No policy is called ours"):
        named("ours", known)


@pytest.mark.parametrize("stage", ["scrub", "desk", "archive"])
def test_a_wrong_policy_file_stops_a_stage_before_it_asks_kafka_for_anything(stage: str, tmp_path: Path) -> None:
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "ours.toml").write_text(WRONG)
    # Nobody listens on that port: a stage that asked for records first would try again for ten minutes.
    told = {"SCRUBCAST_POLICIES": str(folder), "SCRUBCAST_KAFKA__BOOTSTRAP": "127.0.0.1:9"}

    # A process of its own, because a stage sets up logging for the whole of it.
    ended = subprocess.run(
        [sys.executable, "-m", "deploy.cli", stage, "--data", str(tmp_path / "data")],
        env=os.environ | told,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert ended.returncode == 1
    last = json.loads((ended.stderr + ended.stdout).strip().splitlines()[-1])
    assert last["event"] == "stopped"
    assert "ours.toml: line 4: kinds.email.action" in last["reason"]
