"""The lock of jars: made from Maven's list, whole, and naming no place to download from."""

import re
from pathlib import Path

from deploy.kafka import jars
from deploy.kafka.lock import listed, locked_text, logging_binding, pom

MAVENS_LIST = """\

The following files have been resolved:
   org.apache.kafka:kafka_2.13:jar:4.3.1:compile
   com.github.luben:zstd-jni:jar:1.5.6-10:runtime -- module com.github.luben.zstd_jni
   org.apache.logging.log4j:log4j-core:jar:2.25.4:runtime -- module org.apache.logging.log4j.core
   junit:junit:jar:4.13.2:test
"""


def test_mavens_list_is_read_in_its_order_without_test_jars() -> None:
    assert listed(MAVENS_LIST) == [
        ("org.apache.kafka", "kafka_2.13", "4.3.1"),
        ("com.github.luben", "zstd-jni", "1.5.6-10"),
        ("org.apache.logging.log4j", "log4j-core", "2.25.4"),
    ]


def test_logging_is_bound_in_the_version_of_log4j() -> None:
    assert logging_binding(listed(MAVENS_LIST)) == ("org.apache.logging.log4j", "log4j-slf4j-impl", "2.25.4")


def test_the_pom_asks_for_the_exact_version() -> None:
    assert "<artifactId>kafka_2.13</artifactId><version>4.3.1</version>" in pom([("g", "kafka_2.13", "4.3.1")])


def test_a_lock_that_was_written_is_read_back(tmp_path: Path) -> None:
    (tmp_path / "a-1.jar").write_bytes(b"abc")
    lock = jars.parse_lock(locked_text("4.3.1", [("g", "a", "1")], tmp_path))
    sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert lock.jars == (jars.Jar("g", "a", "1", sha256, 3),)
    assert lock.kafka == "4.3.1"


def test_the_shipped_lock_is_whole() -> None:
    lock = jars.locked()
    assert lock.kafka == "4.3.1"
    assert len(lock.jars) == 46
    assert all(re.fullmatch(r"[0-9a-f]{64}", jar.sha256) and jar.size_bytes > 1000 for jar in lock.jars)
    assert {jar.version for jar in lock.jars if jar.group == "org.apache.kafka"} == {"4.3.1"}
    assert "log4j-slf4j-impl" in {jar.artifact for jar in lock.jars}


def test_the_shipped_lock_names_no_host() -> None:
    assert "://" not in Path(jars.__file__).with_name("jars.lock.json").read_text(encoding="utf-8")
