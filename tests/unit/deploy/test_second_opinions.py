"""Second opinions are chosen by name; what is named and cannot be had stops the stage before it reads anything."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from deploy import wiring
from deploy.second_opinions import detectors
from deploy.settings import Scrub, Settings, load
from deploy.stage import Main, Running
from schemas.errors import Refused
from streams.scrub.bound import forget, screening_of
from streams.scrub.detectors import DETECTORS, Detector
from tests.examples import live_event


def test_without_a_setting_there_are_our_detectors_alone() -> None:
    assert tuple(detectors(Scrub())) == DETECTORS


def test_names_and_options_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    own.write_text("Quillfeather\n")
    monkeypatch.setenv("SCRUBCAST_SCRUB__SECOND_OPINIONS", " listed ,")
    monkeypatch.setenv("SCRUBCAST_SCRUB__OPINION__LISTED__FILE", str(own))
    scrub = load().scrub
    assert (scrub.second_opinions, scrub.opinion) == (("listed",), {"listed": {"file": str(own)}})
    assert [name for name, _ in detectors(scrub)][len(DETECTORS) :] == ["second-opinion-listed"]


def test_one_that_nobody_installed_is_refused_with_those_that_are_there() -> None:
    with pytest.raises(Refused, match=r"No second opinion is called oracle; installed are .*listed"):
        detectors(Scrub(second_opinions=("oracle",)))


def test_one_without_its_options_is_refused() -> None:
    with pytest.raises(Refused, match="its option `file`"):
        detectors(Scrub(second_opinions=("listed",)))


def test_a_label_that_means_nothing_here_is_refused(tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    own.write_text("[SHOE_SIZE]\nforty\n")
    with pytest.raises(Refused, match="labels that have no meaning here: SHOE_SIZE"):
        detectors(Scrub(second_opinions=("listed",), opinion={"listed": {"file": str(own)}}))


def test_the_same_one_twice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRUBCAST_SCRUB__SECOND_OPINIONS", "listed,listed")
    with pytest.raises(Refused, match="second_opinions"):
        load()


@pytest.mark.parametrize("stage", [wiring.scrub, wiring.desk], ids=["scrub", "desk"])
async def test_a_stage_does_not_start_without_one_that_is_named(stage: Main, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, scrub=Scrub(second_opinions=("oracle",)))
    running = Running("test", settings, None)
    running.home.make()
    with pytest.raises(Refused, match="oracle"):
        await stage(running)


def test_a_live_event_is_screened_with_those_that_are_given_and_again_without(tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    own.write_text("[EMPLOYER]\nteapot\n")
    both = detectors(Scrub(second_opinions=("listed",), opinion={"listed": {"file": str(own)}}))
    event = live_event()

    def reasons(*given: Sequence[tuple[str, Detector]]) -> tuple[str, ...]:
        return screening_of(event, (), *given).screen("The teapot is warm.", lang="en", recent=()).reasons

    assert [reasons(both), reasons(), reasons(both)] == [("employer",), (), ("employer",)]
    forget()
