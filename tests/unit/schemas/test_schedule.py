"""The schedule says of every topic how long it is kept, and the topics are set so that it comes true."""

import pytest

from schemas.schedule import SCHEDULE, rule, rule_of_topic
from schemas.topics import DAY_MS, SUBMISSIONS, TOPICS


@pytest.mark.parametrize("topic", TOPICS, ids=lambda t: t.noun)
def test_every_topic_is_kept_as_the_schedule_says(topic: object) -> None:
    noun, keep = topic.noun, topic.keep_days  # type: ignore[attr-defined]  # a Topic
    assert rule_of_topic(noun).keep_days == keep


def test_each_topic_stands_in_the_schedule_once() -> None:
    named = [noun for each in SCHEDULE for noun in each.topics]
    assert sorted(named) == sorted(t.noun for t in TOPICS)


def test_a_sealed_update_is_off_the_disk_within_six_hours_of_its_three_days() -> None:
    settings = SUBMISSIONS.settings()
    assert settings["retention.ms"] == str(3 * DAY_MS)
    assert settings["segment.ms"] == str(6 * 3_600_000)


@pytest.mark.parametrize("topic", [t for t in TOPICS if "compact" in t.cleanup], ids=lambda t: t.noun)
def test_an_older_version_of_a_compacted_record_is_gone_within_a_week(topic: object) -> None:
    assert topic.settings()["max.compaction.lag.ms"] == str(7 * DAY_MS)  # type: ignore[attr-defined]  # a Topic


def test_the_log_is_kept_six_years_and_a_backup_no_longer_than_an_erasure_may_take() -> None:
    assert rule("log").keep_days == 2192
    assert rule("backups").keep_days == 30
