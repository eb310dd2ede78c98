"""Decides every setting of the embedded broker: its properties, its logging and its JVM's flags. Pure text."""

from dataclasses import dataclass
from pathlib import PurePath

from schemas.errors import Refused

# After kill -9 the controller holds the dead broker's registration until this time-out: 3000 gives 5 s to the
# first produce and stands a noisy box, 1000 gives under 3 s and is for tests. Kafka's default of 9000: 13 s.
SESSION_TIMEOUT_MS = 3000
SESSION_TIMEOUT_MS_IN_TESTS = 1000
_HEARTBEATS_PER_SESSION = 6
_HEARTBEAT_MS_MIN = 250

# Measured: the smallest heap on which the broker ran our load at full speed (140 MB resident).
HEAP_MB = 96
LOG_MB_MAX = 4
LOG_FILES_MAX = 3


@dataclass(frozen=True)
class Ports:
    """Both are part of the data: the quorum's record names the controller's port."""

    broker: int
    controller: int


def heartbeat_ms(session_timeout_ms: int) -> int:
    return max(_HEARTBEAT_MS_MIN, session_timeout_ms // _HEARTBEATS_PER_SESSION)


def server_properties(ports: Ports, log_dir: PurePath, session_timeout_ms: int = SESSION_TIMEOUT_MS) -> str:
    if "," in str(log_dir):
        raise Refused(f"Kafka reads a comma as a list of folders; choose a data folder without one: {log_dir}")
    broker, controller = f"127.0.0.1:{ports.broker}", f"127.0.0.1:{ports.controller}"
    listeners = f"PLAINTEXT://{broker},CONTROLLER://{controller}"
    settings: dict[str, str | int] = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.listener.names": "CONTROLLER",
        "listeners": listeners,
        "advertised.listeners": listeners,
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "controller.quorum.bootstrap.servers": controller,
        "log.dirs": str(log_dir),
        "auto.create.topics.enable": "false",
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 4,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "transaction.state.log.num.partitions": 4,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        "share.coordinator.state.topic.num.partitions": 1,
        # The default of 3 s delays every first join of a group; the default minimum of 6 s forbids short
        # client sessions, and with them the quick take-over of a dead stage.
        "group.initial.rebalance.delay.ms": 0,
        "group.min.session.timeout.ms": 1000,
        "transaction.abort.timed.out.transaction.cleanup.interval.ms": 1000,
        "broker.session.timeout.ms": session_timeout_ms,
        "broker.heartbeat.interval.ms": heartbeat_ms(session_timeout_ms),
        "num.network.threads": 2,
        "num.io.threads": 2,
        "background.threads": 2,
        "log.cleaner.dedupe.buffer.size": 8 * 1024 * 1024,
        # The default admits one request of 100 MB, more than the heap.
        "socket.request.max.bytes": 16 * 1024 * 1024,
        # Preallocated twice per partition; the default of 10 MB makes an empty broker look 200 MB large.
        "log.index.size.max.bytes": 1024 * 1024,
    }
    return "".join(f"{name}={_escaped(str(value))}\n" for name, value in settings.items())


def _escaped(value: str) -> str:
    # Kafka reads properties as Latin-1, with backslash as the escape: a folder may have any name.
    return "".join(
        character if " " <= character <= "~" and character != "\\" else _utf16_escapes(character) for character in value
    )


def _utf16_escapes(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def logging_properties(log_dir: PurePath) -> str:
    """A bounded file for people, and errors on stderr too: on a full disk the file can't tell why."""
    file = _escaped(str(log_dir / "broker.log"))
    return f"""\
status=error
appender.file.type=RollingFile
appender.file.name=file
appender.file.fileName={file}
appender.file.filePattern={file}.%i
appender.file.layout.type=PatternLayout
appender.file.layout.pattern=%d{{ISO8601}} %p %m (%c)%n
appender.file.policies.type=Policies
appender.file.policies.size.type=SizeBasedTriggeringPolicy
appender.file.policies.size.size={LOG_MB_MAX}MB
appender.file.strategy.type=DefaultRolloverStrategy
appender.file.strategy.max={LOG_FILES_MAX - 1}
appender.err.type=Console
appender.err.name=err
appender.err.target=SYSTEM_ERR
appender.err.layout.type=PatternLayout
appender.err.layout.pattern=%p %m (%c) %throwable{{short.message}}%n
rootLogger.level=info
rootLogger.appenderRefs=file,err
rootLogger.appenderRef.file.ref=file
rootLogger.appenderRef.err.ref=err
rootLogger.appenderRef.err.level=error
"""


def jvm_flags(logs: PurePath, logging_file: PurePath, heap_mb: int = HEAP_MB) -> list[str]:
    return [
        "-Xms32m",
        f"-Xmx{heap_mb}m",
        "-Xss256k",
        "-XX:MaxDirectMemorySize=64m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        # A broker without memory limps and answers nobody; a dead one is started again.
        "-XX:+ExitOnOutOfMemoryError",
        "-XX:-UsePerfData",
        f"-XX:ErrorFile={logs / 'jvm-crash.log'}",
        "-Djava.awt.headless=true",
        f"-Dlog4j2.configurationFile={logging_file}",
    ]
