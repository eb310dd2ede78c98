"""What a newcomer sees: `up --seed-demo` plays the demo event once, what identifies never gets out, the rest does."""

from pathlib import Path

import pytest

from tests.system_fixture import System, wait_until

pytestmark = [pytest.mark.kafka, pytest.mark.system]

SPEED = "300"  # slow enough for the order of the recording
UPDATES = 87  # lines of the recording
IDENTIFIERS = (
    "oldenk",
    "rika",
    "hendrika",
    "wim ",
    "femke",
    "00719346",
    "zuiderdorp",
    "8 april",
    "20931774",
    "4.17",
    "kwame",
)
HARMLESS = ("Langenbeck retractors", "Blood pressure 128/76", "1 Vicryl", "An Esmarch bandage", "Vitalwerte stabil")


def public(system: System) -> str:
    return "\n".join(post["text"] for post in system.thread("knee-live"))


def test_the_demo_is_played_once_and_only_what_is_harmless_is_public(
    tmp_path: Path, kafka_cache_dir: Path, needs_java: None
) -> None:
    system = System(tmp_path / "data", {"SCRUBCAST_CACHE_DIR": str(kafka_cache_dir)})
    system.start("--seed-demo", "--demo-speed", SPEED)
    try:
        wait_until(lambda: "the demo has been played: 87 updates" in system.said.read_text(), 60, system.said.read_text)
        wait_until(lambda: "That was our operation." in public(system), 60)
        said = public(system)
        assert [found for found in IDENTIFIERS if found in said.lower()] == []
        assert [line for line in HARMLESS if line not in said] == []
        assert {draft["headline"] for draft in system.drafts("knee-live")} >= {
            "Holds a protected name",
            "Holds a protected number",
            "Names a relative",
            "Looks like a name",
            "Makes a medical claim",
            "Says which room",
            "Gives a birthday",
        }
        system.cli("audit", "verify", "knee-live")
        assert system.stop() == 0
        system.start("--seed-demo", "--demo-speed", SPEED)
        assert "demo event knee-live is here from before" in system.said.read_text()
        counts = system.request("director", "GET", "/live-events/knee-live/status").json()["counts"]
        assert counts["received"] == UPDATES
    finally:
        system.stop()
