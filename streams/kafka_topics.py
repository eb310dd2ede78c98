"""Creates the topics that are missing and reports those whose settings differ; it never changes a topic."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, for_code

from schemas.envelope import Envelope
from schemas.errors import Broken
from schemas.topics import Topic
from streams.kafka import Connection, vendor_errors


@dataclass(frozen=True)
class TopicState:
    """One topic as it should be and as it is. `differs` names each setting as `name: found (expected wanted)`."""

    name: str
    exists: bool
    partitions: int
    differs: tuple[str, ...] = ()


async def check(connection: Connection, topics: Sequence[Topic[Envelope]]) -> list[TopicState]:
    async with _admin(connection) as admin:
        return await _states(admin, topics)


async def ensure(
    connection: Connection, topics: Sequence[Topic[Envelope]], *, partitions: int, replication: int
) -> list[TopicState]:
    """Creates what is missing, then checks all. Two that do this at once are no problem."""
    async with _admin(connection) as admin:
        found = {s.name for s in await _states(admin, topics) if s.exists}
        missing = [
            NewTopic(t.name, partitions, replication, topic_configs=t.settings()) for t in topics if t.name not in found
        ]
        if missing:
            await _create(admin, missing)
        return await _states(admin, topics)


async def _create(admin: Any, missing: list[NewTopic]) -> None:
    with vendor_errors("creating topics"):
        answer = await admin.create_topics(missing)
    for name, code, *_ in answer.topic_errors:
        error = for_code(code)
        if code and error is not TopicAlreadyExistsError:
            raise Broken(f"Kafka did not create the topic {name}: {error.__name__}.")


async def _states(admin: Any, topics: Sequence[Topic[Envelope]]) -> list[TopicState]:
    with vendor_errors("reading topics"):
        described = {d["topic"]: d for d in await admin.describe_topics([t.name for t in topics])}
        there = [t for t in topics if not described[t.name]["error_code"]]
        resources = [ConfigResource(ConfigResourceType.TOPIC, t.name) for t in there]
        answers = await admin.describe_configs(resources) if resources else []
    settings = {r[3]: {e[0]: e[1] for e in r[4]} for answer in answers for r in answer.resources}
    return [_state(t, described[t.name], settings.get(t.name, {})) for t in topics]


def _state(topic: Topic[Envelope], described: dict[str, Any], found: dict[str, str]) -> TopicState:
    if described["error_code"]:
        return TopicState(topic.name, exists=False, partitions=0)
    wanted = topic.settings()
    differs = tuple(
        f"{name}: {found.get(name)} (expected {value})" for name, value in wanted.items() if found.get(name) != value
    )
    return TopicState(topic.name, exists=True, partitions=len(described["partitions"]), differs=differs)


class _admin:  # noqa: N801  # used as a function
    def __init__(self, connection: Connection) -> None:
        options = connection.options()
        options.pop("metadata_max_age_ms")
        self._client = AIOKafkaAdminClient(**options)

    async def __aenter__(self) -> Any:
        with vendor_errors("connecting"):
            await self._client.start()
        return self._client

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()
