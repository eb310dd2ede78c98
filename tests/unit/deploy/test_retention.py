"""What an installation's settings change in the schedule, and that the topics, the desk and `show` follow them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from consumers.archive.disk import RealDisk
from consumers.archive.retention import RetentionState
from consumers.archive.store import Store
from deploy.cli import main
from deploy.commands.retention import fields, lines
from deploy.home import Home
from deploy.retention import days_of, schedule_of, times_of, topics_of
from deploy.settings import Settings, load
from schemas.errors import Refused
from schemas.ids import derive
from schemas.retention import Erasure, Left
from schemas.topics import DAY_MS, LIVE_EVENTS, TOPICS
from tests.examples import ADVOCATE
from tests.unit.archive import records

CLOSED = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


def settings(**retention: object) -> Settings:
    return load(retention=retention)


def test_by_default_the_topics_are_as_their_table_says() -> None:
    assert topics_of(settings()) == TOPICS
    assert days_of(settings()) == (30, 2192)


def test_a_shorter_time_for_sealed_updates_reaches_both_their_topics_and_the_desk() -> None:
    given = settings(sealed_days=1, draft_days=7)
    kept = {t.noun: t.settings()["retention.ms"] for t in topics_of(given)}
    assert (kept["submissions"], kept["messages"]) == (str(DAY_MS), str(DAY_MS))
    assert (kept["drafts"], kept["releases"], kept["dead-letters"]) == (
        str(7 * DAY_MS),
        str(7 * DAY_MS),
        str(90 * DAY_MS),
    )
    assert (times_of(given).sealed_days, times_of(given).draft_days) == (1, 7)


def test_years_of_the_log_are_whole_days_and_change_the_topics_beside_it() -> None:
    given = settings(log_years=10)
    rules = {rule.name: rule.keep_days for rule in schedule_of(given)}
    assert (rules["log"], rules["words"], rules["state"]) == (3653, 3653, 3653)


def test_no_backup_outlives_an_erasure() -> None:
    with pytest.raises(Refused, match="retention"):
        settings(backup_days=31)


def test_an_event_is_told_with_what_was_erased_and_what_could_not_be() -> None:
    erasure = Erasure(
        id=derive("e"), live_event_id="knee-2026", at=CLOSED, actor=ADVOCATE, reason="request", whose=derive("p"),
        erased=("sealing-key", "protected-terms"),
        left=(Left(what="public-post", count=2, place="x:@StAnna"), Left(what="backup", until=CLOSED)),
    )  # fmt: skip
    told = RetentionState("knee-2026", CLOSED, CLOSED, CLOSED, (), (), (erasure,))
    assert lines(told, settings(), CLOSED + timedelta(days=1)) == [
        "knee-2026: closed 2026-12-01; log until 2032-12-01",
        "  keys destroyed 2026-12-01: what was typed can never be read again",
        "  erased 2026-12-01T12:00:00+00:00 by E. Martens (request): sealing-key, protected-terms",
        "    not erased: public post × 2 on x:@StAnna",
        "    not erased: backup until 2026-12-01",
    ]
    assert fields(told, settings())["keys_erased"] == "2026-12-01T12:00:00+00:00"


def test_an_open_event_is_told_so() -> None:
    told = RetentionState("knee-2026", CLOSED, None, None, (), (), ())
    assert lines(told, settings(), CLOSED) == ["knee-2026: open; nothing of it expires", "  keys kept"]


def test_without_a_system_the_schedule_is_shown_and_nothing_is_due(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["retention", "show", "--data", str(tmp_path)]) == 0
    assert "45 CFR 164.316(b)(2)(i)" in capsys.readouterr().out
    assert main(["retention", "run", "--dry-run", "--data", str(tmp_path)]) == 0
    assert main(["retention", "show", "nobody-knows", "--data", str(tmp_path)]) == 1
    assert main(["erase", "knee-2026", "--yes", "--data", str(tmp_path)]) == 1
    assert "No system runs" in capsys.readouterr().err


def test_without_a_system_a_log_whose_time_is_over_is_removed_by_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCRUBCAST_RETENTION__LOG_YEARS", "0.01")
    home = Home(tmp_path)
    store = Store(RealDisk(home.archive), home.archive_key(), origin="scrubcast", policy_document=lambda *_: None)
    long_ago = datetime.now(UTC) - timedelta(days=5)
    event = records.live_event("closed").model_copy(update={"closed_at": long_ago})
    store.append([records.message(LIVE_EVENTS, event, 0)], long_ago)
    store.close(long_ago)

    assert main(["retention", "run", "--dry-run", "--data", str(tmp_path)]) == 0
    assert "knee-2026: log due; would go" in capsys.readouterr().out
    assert (home.archive / "knee-2026").is_dir()
    assert main(["retention", "run", "--data", str(tmp_path)]) == 0
    assert "knee-2026: log removed, 1 entries, root " in capsys.readouterr().out
    assert [path.name for path in home.archive.iterdir()] == ["_installation"]
    assert main(["audit", "verify", "_installation", "--data", str(tmp_path)]) == 0


def test_an_erasure_that_nobody_is_asked_about_has_to_say_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run/addresses.json").write_text('{"url": "http://127.0.0.1:9", "desk_url": "http://127.0.0.1:9"}')
    assert main(["erase", "knee-2026", "--data", str(tmp_path)]) == 1
    assert "Say --yes" in capsys.readouterr().err
