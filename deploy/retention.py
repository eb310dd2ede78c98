"""The schedule as this installation has it, with what its settings change: for desk, topics and archive."""

from dataclasses import replace
from typing import Any

from deploy.settings import Settings
from producers.desk.beyond_reach import DAY_S, Times
from schemas.envelope import Envelope
from schemas.schedule import SCHEDULE, Rule, rule_of_topic
from schemas.topics import TOPICS, Topic


def schedule_of(settings: Settings) -> tuple[Rule, ...]:
    """Every rule with this installation's own number of days."""
    return tuple(replace(rule, keep_days=_days(rule, settings)) for rule in SCHEDULE)


def _days(rule: Rule, settings: Settings) -> int | None:
    if rule.setting == "desk.retention_days":
        return settings.desk.retention_days
    if rule.setting == "retention.log_years":
        return settings.retention.log_days
    if rule.setting is None:
        return rule.keep_days
    found: Any = getattr(settings.retention, rule.setting.removeprefix("retention."))
    return int(found)


def topics_of(settings: Settings) -> tuple[Topic[Envelope], ...]:
    """The topics, each kept as long as this installation's schedule says."""
    days = {rule.name: rule.keep_days for rule in schedule_of(settings)}
    return tuple(replace(topic, keep_days=days[rule_of_topic(topic.noun).name]) for topic in TOPICS)


def days_of(settings: Settings) -> tuple[int, int]:
    """How many days an event's keys are kept after its close, and its log."""
    return settings.desk.retention_days, settings.retention.log_days


def times_of(settings: Settings) -> Times:
    """What the desk has to know of it."""
    retention = settings.retention
    return Times(
        keys_s=settings.desk.retention_days * DAY_S,
        sealed_days=retention.sealed_days,
        draft_days=retention.draft_days,
        backup_days=retention.backup_days,
        hold_outlasts_withdrawal=retention.hold_outlasts_withdrawal,
    )
