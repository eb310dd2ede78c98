"""Accounts are asked side by side and never waited for too long; their answers become gaps and warnings."""

import asyncio
from datetime import UTC, datetime

from schemas.live_event import Destination, Platform
from streams.accounts import AccountCheck, ask, gaps, said, warnings

LOCAL = Destination(platform=Platform.LOCAL)
OURS = Destination(platform=Platform.X, account="@OurHospital")
CLINIC = Destination(platform=Platform.X, account="@OurClinic")
NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


async def test_all_are_asked_at_once_and_the_page_is_not() -> None:
    together = asyncio.Barrier(2)

    async def check(destination: Destination) -> AccountCheck:
        await together.wait()  # never passed if one were asked after the other
        return AccountCheck(destination.key, name=destination.account)

    found = await ask(check, [OURS, LOCAL, CLINIC])
    assert [one.destination for one in found] == ["x:@OurHospital", "x:@OurClinic"]


async def test_one_that_does_not_answer_is_a_gap_and_keeps_no_other_from_answering() -> None:
    async def check(destination: Destination) -> AccountCheck:
        if destination == OURS:
            await asyncio.Event().wait()
        return AccountCheck(destination.key, name=destination.account)

    found = await ask(check, [OURS, CLINIC], timeout_s=0.05)
    assert [one.ok for one in found] == [False, True]
    assert gaps([LOCAL, OURS, CLINIC], found) == (
        "destinations.1: x:@OurHospital gave no answer within 0.05 seconds; try again",
    )


def test_a_low_limit_is_a_warning_and_no_gap() -> None:
    low = AccountCheck("x:@OurHospital", name="OurHospital", left=12, resets_at=NOON)
    assert gaps([OURS], [low]) == ()
    assert warnings([low], 50) == (
        "x:@OurHospital: 12 more posts until 2026-12-01 12:00 UTC, 50 are expected; the rest will wait",
    )
    assert warnings([low], 12) == ()
    assert said(low) == "x:@OurHospital: OurHospital may post, 12 posts left until 2026-12-01 12:00 UTC"
