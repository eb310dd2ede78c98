"""An installation knows the shipped policies and its own; none passes for another."""

import pytest

from schemas.draft import Disposition
from schemas.errors import Refused
from schemas.policy import Policy
from streams.policies import SHIPPED, SHIPPED_ONLY, Policies
from streams.scrub.bound import forget, screening_of
from tests.examples import live_event

OURS = Policy.model_validate({"name": "ours", "version": 3, "kinds": {"claim": {"action": "refuse"}}})


def test_the_shipped_ones_come_first_and_ones_own_behind_them() -> None:
    assert tuple(Policies([OURS]).by_name) == (*SHIPPED, "ours")
    assert Policies([OURS]).get("ours") is OURS
    assert SHIPPED_ONLY.get("gdpr").name == "gdpr"


@pytest.mark.parametrize("name", ["strict", "ours"])
def test_no_two_policies_have_one_name(name: str) -> None:
    with pytest.raises(Refused, match=f"Two policies are called {name}"):
        Policies([OURS, OURS.model_copy(update={"name": name})])


def test_an_unknown_one_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(Refused, match="No policy is called lax; there are strict, hipaa, gdpr, conference, ours"):
        Policies([OURS]).ref("lax")


def test_the_archive_gets_the_document_of_just_this_policy() -> None:
    known = Policies([OURS])
    assert known.document("ours", OURS.sha256) == OURS.canonical
    assert known.document("ours", "0" * 64) is None
    assert known.document("gone", OURS.sha256) is None
    assert known.document("strict", SHIPPED_ONLY.get("strict").sha256) == SHIPPED_ONLY.get("strict").canonical


def test_a_live_event_is_screened_under_a_policy_of_ones_own() -> None:
    bound = screening_of(live_event(policy="ours"), (), policies=Policies([OURS]))
    assert bound.policy is OURS
    result = bound.screen("this lasts longer than others", lang="en", recent=())
    assert result.disposition is Disposition.REFUSE
    forget()


def test_an_event_whose_policy_nobody_has_is_refused() -> None:
    with pytest.raises(Refused, match="No policy is called ours"):
        screening_of(live_event(policy="ours"), ())
