"""The embedded broker's settings as text: what clients, crashes and odd folder names rely on."""

from pathlib import PurePosixPath

import pytest

from deploy.kafka import config
from schemas.errors import Refused

PORTS = config.Ports(broker=19001, controller=19002)


def properties(folder: str = "/data/kafka", session_timeout_ms: int = 3000) -> dict[str, str]:
    text = config.server_properties(PORTS, PurePosixPath(folder), session_timeout_ms)
    return dict(line.split("=", 1) for line in text.splitlines())


def test_the_broker_listens_on_loopback_alone() -> None:
    assert properties()["listeners"] == "PLAINTEXT://127.0.0.1:19001,CONTROLLER://127.0.0.1:19002"
    assert properties()["controller.quorum.bootstrap.servers"] == "127.0.0.1:19002"


def test_topics_are_never_made_by_a_mistyped_name() -> None:
    assert properties()["auto.create.topics.enable"] == "false"


@pytest.mark.parametrize(("session", "heartbeat"), [(3000, "500"), (1000, "250"), (9000, "1500")])
def test_a_dead_broker_is_noticed_within_the_session(session: int, heartbeat: str) -> None:
    found = properties(session_timeout_ms=session)
    assert found["broker.session.timeout.ms"] == str(session)
    assert found["broker.heartbeat.interval.ms"] == heartbeat


def test_one_request_cannot_fill_the_heap() -> None:
    assert properties()["socket.request.max.bytes"] == "16777216"
    assert "-Xmx96m" in config.jvm_flags(PurePosixPath("/l"), PurePosixPath("/c"))


def test_a_folder_may_have_any_name() -> None:
    assert properties("/data/Käse \\ OP 🫀")["log.dirs"] == r"/data/K\u00e4se \u005c OP \ud83e\udec0"


def test_a_comma_in_the_folder_is_refused_because_kafka_would_read_two_folders() -> None:
    with pytest.raises(Refused, match="choose a data folder without one"):
        properties("/data/a,b")


def test_the_log_is_bounded_and_errors_go_to_stderr_too() -> None:
    text = config.logging_properties(PurePosixPath("/data/logs"))
    assert "appender.file.fileName=/data/logs/broker.log\n" in text
    assert "appender.file.policies.size.size=4MB\n" in text
    assert "appender.file.strategy.max=2\n" in text
    assert "rootLogger.appenderRef.err.level=error\n" in text
