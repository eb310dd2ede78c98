"""Decides the exact jars of a Kafka version: resolved once by Maven, because jgo's mediation is not Maven's.

Run by whoever raises the version: `python -m deploy.kafka.lock 4.3.1 > deploy/kafka/jars.lock.json`.
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
_LISTED = re.compile(r"^\s+([\w.\-]+):([\w.\-]+):jar:([\w.\-]+):(?:compile|runtime)\b", re.MULTILINE)
_MAVEN_TIMEOUT_S = 600

Coordinate = tuple[str, str, str]


def pom(coordinates: Iterable[Coordinate]) -> str:
    dependencies = "".join(
        f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>"
        f"<version>{version}</version></dependency>"
        for group, artifact, version in coordinates
    )
    return (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>scrubcast</groupId><artifactId>lock</artifactId><version>1</version>"
        f"<dependencies>{dependencies}</dependencies></project>"
    )


def listed(text: str) -> list[Coordinate]:
    """The coordinates in the output of `dependency:list`, in classpath order."""
    return [(group, artifact, version) for group, artifact, version in _LISTED.findall(text)]


def logging_binding(coordinates: Iterable[Coordinate]) -> Coordinate:
    """kafka_2.13 brings log4j and slf4j but nothing that joins them: without this the broker logs nothing."""
    version = next(version for _, artifact, version in coordinates if artifact == "log4j-core")
    return ("org.apache.logging.log4j", "log4j-slf4j-impl", version)


def locked_text(kafka: str, coordinates: Iterable[Coordinate], libs: Path) -> str:
    jars = []
    for group, artifact, version in coordinates:
        content = (libs / f"{artifact}-{version}.jar").read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        jars.append(
            {
                "group": group,
                "artifact": artifact,
                "version": version,
                "sha256": digest,
                "size_bytes": len(content),
            }
        )
    return json.dumps({"kafka": kafka, "jars": jars}, indent=1) + "\n"


def _maven(work: Path, wanted: Iterable[Coordinate], goal: str, *options: str) -> None:
    (work / "pom.xml").write_text(pom(wanted), encoding="utf-8")
    command = ["mvn", "-B", "-q", f"{_PLUGIN}:{goal}", "-DincludeScope=runtime", *options]
    subprocess.run(command, cwd=work, check=True, timeout=_MAVEN_TIMEOUT_S, stdout=sys.stderr)  # noqa: S603 - our own words


def _resolved(work: Path, wanted: Iterable[Coordinate]) -> list[Coordinate]:
    _maven(work, wanted, "list", "-DoutputFile=list.txt")
    return listed((work / "list.txt").read_text(encoding="utf-8"))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m deploy.kafka.lock", description=__doc__)
    parser.add_argument("kafka", help="Kafka version, such as 4.3.1")
    kafka = parser.parse_args().kafka
    broker = ("org.apache.kafka", "kafka_2.13", kafka)
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        wanted = [broker, logging_binding(_resolved(work, [broker]))]
        coordinates = _resolved(work, wanted)
        _maven(work, wanted, "copy-dependencies", "-DoutputDirectory=libs")
        sys.stdout.write(locked_text(kafka, coordinates, work / "libs"))


if __name__ == "__main__":
    main()
