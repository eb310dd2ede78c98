"""`scrubcast policy` and `scrubcast screen --explain`: read by people, exit codes for programs, texts on stdout."""

import io
import json
import re
from pathlib import Path

import pytest
import yaml

from deploy.cli import main
from streams.policies import SHIPPED
from tests.system_fixture import event_now

Captured = pytest.CaptureFixture[str]

OURS = """name = "ours"
version = 4
delay_s = 90
languages = ["en"]
bands = {clear = 0.2, hold = 0.6}
[review]
read = "all"
[kinds]
email = {action = "redact"}
name = {action = "hold", softer = "allow", needs = "director", bands = {clear = 0.1, hold = 0.9}}
"""


def said(capsys: Captured) -> list[str]:
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_policy_is_shown_kind_by_kind(name: str, capsys: Captured) -> None:
    assert main(["policy", "show", name]) == 0
    lines = said(capsys)
    assert lines[0].startswith(f"{name} 2  sha256 ")
    assert [line.split()[0] for line in lines if line.startswith("phone ")] == ["phone"]
    assert any("Phone number" in line and line.endswith("45 CFR 164.514(b)(2)(i)(D)") for line in lines)


def test_a_file_is_shown_with_all_that_it_says(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(OURS)
    assert main(["policy", "show", str(path)]) == 0
    named = "hold, director; clear below 0.1, whole from 0.9; between: allow"
    assert said(capsys)[1:] == [
        "languages: en",
        "thread: 5 earlier updates are read with each one",
        "delay: 90 s at least",
        "review: a person reads everything",
        "four eyes: nobody approves own words",
        "bands: clear below 0.2, whole from 0.6",
        "",
        f"name       Name            {named}  45 CFR 164.514(b)(2)(i)(A)",
        f"email      E-mail address  {'redact'.ljust(len(named))}  45 CFR 164.514(b)(2)(i)(F)",
        "any other                  hold, reviewer",
    ]


def test_show_gives_programs_the_bytes_that_the_hash_is_of(capsys: Captured) -> None:
    assert main(["policy", "show", "gdpr", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "gdpr"


def test_a_diff_says_what_changes_and_by_its_exit_code_whether_anything_does(tmp_path: Path, capsys: Captured) -> None:
    one, other = tmp_path / "one.toml", tmp_path / "other.toml"
    one.write_text(OURS)
    other.write_text(OURS.replace("delay_s = 90", "delay_s = 30").replace('"redact"', '"hold"').replace("0.9", "0.8"))

    assert main(["policy", "diff", str(one), str(other)]) == 1
    head, *changes = said(capsys)
    assert head.startswith("ours 4 ")
    name = "hold, director; clear below 0.1, whole from {}; between: allow"
    assert changes == [
        "delay: 90 s at least → 30 s at least",
        f"name (Name): {name.format(0.9)} → {name.format(0.8)}",
        "email (E-mail address): redact → hold, reviewer",
    ]

    assert main(["policy", "diff", str(one), str(one)]) == 0
    assert said(capsys)[1:] == ["They decide the same."]


def test_a_kind_that_only_one_names_is_compared_with_what_the_other_does_with_any(
    capsys: Captured, tmp_path: Path
) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(OURS)
    assert main(["policy", "diff", "strict", str(path)]) == 1
    assert "phone (Phone number): redact → hold, reviewer" in said(capsys)


@pytest.mark.parametrize("given", [["show", "lax"], ["diff", "strict", "none.toml"], ["test", "none.jsonl"]])
def test_what_is_not_there_is_refused_in_one_line(given: list[str], capsys: Captured) -> None:
    assert main(["policy", *given]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


LABELLED = [
    {"id": "1", "lang": "en", "event": "#T", "text": "Her son Torvin waits", "protected": [], "allow": [],
     "spans": [{"start": 8, "end": 14, "label": "NAME", "severity": "direct"}], "tags": []},
    {"id": "2", "lang": "en", "event": "#T", "text": "Knife to skin at ten", "protected": [], "allow": [],
     "spans": [], "tags": ["neg"]},
    {"id": "3", "lang": "de", "event": "#T", "text": "mail jo@mailbox.example", "protected": [], "allow": [],
     "spans": [{"start": 5, "end": 23, "label": "EMAIL", "severity": "direct"}], "tags": []},
]  # fmt: skip


def test_a_labelled_file_is_scored(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "labelled.jsonl"
    path.write_text("\n".join(map(json.dumps, LABELLED)) + "\n\n")

    assert main(["policy", "test", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["policy"].startswith("strict:")
    assert found["groups"]["all"]["leaked"]["direct"]["redaction_alone"]["of"] == 2
    assert found["groups"]["all"]["leaked"]["direct"]["redaction_alone"]["count"] == 0
    assert found["groups"]["en"]["false_holds"]["count"] == 0
    assert set(found["groups"]) == {"all", "de", "en"}

    assert main(["policy", "test", str(path), "--policy", "hipaa"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("3 updates under hipaa 2 ")
    assert "Torvin" not in told


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("not json", "line 2: not JSON"),
        ('{"text": 4}', "line 2: text: "),
        (
            '{"text": "ab", "spans": [{"start": 1, "end": 9, "label": "NAME"}]}',
            "line 2: .*a span does not lie in the text",
        ),
    ],
)
def test_a_wrong_line_is_named_and_its_text_is_not(tmp_path: Path, line: str, says: str, capsys: Captured) -> None:
    path = tmp_path / "labelled.jsonl"
    path.write_text(json.dumps(LABELLED[1]) + "\n" + line + "\n")
    assert main(["policy", "test", str(path)]) == 1
    err = capsys.readouterr().err
    assert re.search(says, err)
    assert "Knife" not in err


def test_a_text_is_explained_finding_by_finding(capsys: Captured) -> None:
    assert main(["screen", "--explain", "--lang", "en", "mail jo@mailbox.example, this is the world's first"]) == 0
    lines = said(capsys)
    assert lines[0] == "mail [e-mail], this is the world's first"
    assert lines[1].startswith("hold, physician decides  (policy strict 2 ")
    assert lines[2:] == [
        "",
        "E-mail address: 5–23 “jo@mailbox.example”",
        "  done  redact",
        "  kind  email",
        "  rule  email",
        "  law   45 CFR 164.514(b)(2)(i)(F)",
        "  score 1",
        "",
        "Medical claim: 33–50 “the world's first”",
        "  done  hold",
        "  kind  claim",
        "  rule  claim-first",
        "  law   15 U.S.C. 45; HWG § 3; AMA opinion 3.1.4",
        "  score 0.8",
    ]


def test_a_text_from_stdin_is_explained_with_the_lists_of_an_event(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "event.yaml"
    path.write_text(yaml.safe_dump(event_now()), encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO("Maria Lopez is awake.\n"))
    assert main(["screen", "--explain", "--event", str(path), "--policy", "gdpr"]) == 0
    lines = said(capsys)
    assert "Lopez" not in lines[0]
    assert "  kind  known-term" in lines

    monkeypatch.setattr("sys.stdin", io.StringIO("Half way.\n"))
    assert main(["screen", "--explain"]) == 0
    assert said(capsys)[-1] == "nothing was found"


def test_lines_without_an_event_are_refused(capsys: Captured) -> None:
    assert main(["screen"]) == 1
    assert "--live-event" in capsys.readouterr().err
