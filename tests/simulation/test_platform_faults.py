"""T2: whatever a platform does to requests, answers and look-ups, each post is public once and in order."""

import random
from collections.abc import Iterator

from tests.simulation.batteries import FEW, Battery, seeds
from tests.simulation.outcomes import Outcome, again, check_numbered, check_safe, check_whole, expected
from tests.simulation.plans import MIXES, Kind, Mix, Plan

KINDS: tuple[Kind, ...] = ("plain", "x", "keys", "keys for a time")
# Where keys are promised and not kept, a late request doubles whatever is done: nothing tells that it is to come.
PROMPT: tuple[Mix, ...] = ("prompt", "lost requests", "lost answers", "errors", "busy", "limits", "duplicates")


WHOLE: tuple[Mix, ...] = tuple(mix for mix in MIXES if mix != "refusals")


def _every_mix(seed: int) -> Iterator[Plan]:
    """Each seed plays two of the mixes, the next one the following two."""
    for at in range(seed * 2, seed * 2 + 2):
        yield Plan(seed, kinds=(KINDS[at // len(WHOLE) % len(KINDS)],), mix=WHOLE[at % len(WHOLE)])


FAULTS = Battery(
    _every_mix,
    check_whole,
    reaches=(
        "an answer lost",
        "a lost answer found by look-up",
        "found only after looking in vain",
        "sent anew after its absence was proved",
        "late request applied",
        "refused as a duplicate",
        "a platform busy",
        "the account's limit reached",
        "young parent",
        "a look-up without an answer",
        "key known",
        "shown as unknown",
    ),
)


@seeds()
def test_under_every_mix_of_faults_each_post_is_public_once(seeds: range) -> None:
    FAULTS.hold(seeds)


def _refused(seed: int) -> Iterator[Plan]:
    yield Plan(seed, kinds=(KINDS[seed % len(KINDS)],), mix="refusals")


def check_without_the_refused(plan: Plan, outcome: Outcome) -> None:
    """What was refused is missing, and with it the later parts of its release; nothing else is."""
    check_safe(plan, outcome)
    thread = outcome.thread
    assert thread.outcomes[2] == "not-posted" or thread.outcomes[1] == "posted", again(plan)
    assert thread.texts == [t for t, o in zip(expected(), thread.outcomes, strict=True) if o == "posted"], again(plan)
    assert thread.chained, again(plan)
    assert set(thread.reasons) <= {"platform-refused"}, again(plan)


REFUSED = Battery(_refused, check_without_the_refused, reaches=("refused for good", "an answer lost"))


@seeds(FEW)
def test_what_a_platform_refuses_is_missing_and_nothing_else(seeds: range) -> None:
    REFUSED.hold(seeds)


def _promised(seed: int) -> Iterator[Plan]:
    yield Plan(seed, kinds=("ignores keys",), mix=PROMPT[seed % len(PROMPT)])


PROMISED = Battery(_promised, check_whole, reaches=("an answer lost", "a lost answer found by look-up"))


@seeds(FEW)
def test_a_server_that_promises_to_know_keys_and_does_not_gets_no_post_twice(seeds: range) -> None:
    PROMISED.hold(seeds)


def _forbidden(seed: int) -> Iterator[Plan]:
    chance = random.Random(seed)
    kills = tuple(chance.randint(1, 200) for _ in range(chance.choice((0, 0, 1, 2))))
    forbid_after_s = chance.choice((0.0, chance.uniform(0.0, 20.0)))
    yield Plan(seed, kinds=("no replies",), mix="everything", kills=kills, forbid_after_s=forbid_after_s)


FORBIDDEN = Battery(
    _forbidden, check_numbered, reaches=("replies forbidden", "stand-alone from here on", "posted stand-alone")
)


@seeds(FEW)
def test_an_account_that_may_not_reply_goes_on_with_numbered_posts(seeds: range) -> None:
    FORBIDDEN.hold(seeds)
