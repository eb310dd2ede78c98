"""What every platform must do for the poster. Subclasses give a `case`: the platform, and a look behind its back."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

import pytest

from consumers.poster.compose import compose
from consumers.poster.platforms.base import Outgoing, Platform
from schemas.errors import Refused, Uncertain
from schemas.thread import Post
from streams.clock import Clock
from tests.poster_cases import START, release

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Shown:
    """A post as the platform's readers see it."""

    text: str
    reply_to: str | None


@dataclass(frozen=True)
class Case:
    platform: Platform
    clock: Clock
    public: Callable[[], Awaitable[list[Shown]]]
    lose_answer: Callable[[], Awaitable[None]]  # the next post is made, its answer is lost
    lose_request: Callable[[], Awaitable[None]]  # the next post is not made, and nobody says so
    settle: Callable[[], Awaitable[None]]  # until a post can be read for sure
    keeps_parents: bool = True


def outgoing(number: int, text: str, clock: Clock, *, reply_to: str | None = None) -> Outgoing:
    it = release(number, text)
    post = Post(
        id=UUID(int=number), release_id=it.id, update_id=it.update_id, part=0, parts=1, text=text, lang="en"
    )  # fmt: skip
    return Outgoing(post, it.live_event_id, n=number, reply_to=reply_to, root=reply_to, at=clock.now())


class PlatformContract:
    async def test_asked_who_we_are_it_names_the_account_of_the_destination(self, case: Case) -> None:
        account = await case.platform.check()
        assert account.may_post
        assert account.name.lstrip("@")
        assert account.name.lstrip("@").lower() in case.platform.destination.key.lower()

    async def test_the_address_of_a_post_leads_back_to_its_id(self, case: Case) -> None:
        published = await case.platform.publish(outgoing(1, "Found by a person.", case.clock))
        assert published.url is not None
        assert case.platform.platform_id_of(published.url) == published.platform_id
        for elsewhere in ("https://elsewhere.example/1", "not an address", ""):
            assert case.platform.platform_id_of(elsewhere) is None

    async def test_a_post_is_public_with_an_id_an_address_and_a_time(self, case: Case) -> None:
        published = await case.platform.publish(outgoing(1, "Good morning from OR 4.", case.clock))
        assert published.platform_id
        assert published.url is not None
        assert published.url.startswith("http")
        assert abs((published.posted_at - case.clock.now()).total_seconds()) < 60
        assert [s.text for s in await case.public()] == ["Good morning from OR 4."]

    async def test_what_was_prepared_is_posted_once_and_preparing_alone_posts_nothing(self, case: Case) -> None:
        out = outgoing(1, "Prepared.", case.clock)
        await case.platform.prepare(out)
        await case.platform.prepare(out)
        assert await case.public() == []
        await case.platform.publish(out)
        assert [s.text for s in await case.public()] == ["Prepared."]

    async def test_a_reply_stands_under_its_parent(self, case: Case) -> None:
        first = await case.platform.publish(outgoing(1, "The first.", case.clock))
        await case.platform.publish(outgoing(2, "The second.", case.clock, reply_to=first.platform_id))
        if case.keeps_parents:
            shown = [Shown("The first.", None), Shown("The second.", first.platform_id)]
            assert await case.public() == shown

    async def test_a_lost_answer_is_uncertain_and_the_post_can_be_found(self, case: Case) -> None:
        first = await case.platform.publish(outgoing(1, "The first.", case.clock))
        second = outgoing(2, "A & B <c> see https://example.com/a/long/path", case.clock, reply_to=first.platform_id)
        since = case.clock.now()
        await case.lose_answer()
        with pytest.raises(Uncertain) as lost:
            await case.platform.publish(second)
        assert "example.com" not in str(lost.value)
        await case.settle()
        known = frozenset({first.platform_id})
        found = await case.platform.look_up(second, since=since, known=known)
        assert found is not None
        assert found.platform_id != first.platform_id
        third = outgoing(3, "The third.", case.clock, reply_to=found.platform_id)
        await case.platform.publish(third)
        assert len(await case.public()) == 3

    async def test_a_lost_first_post_can_be_found(self, case: Case) -> None:
        first = outgoing(1, "The first.", case.clock)
        since = case.clock.now()
        await case.lose_answer()
        with pytest.raises(Uncertain):
            await case.platform.publish(first)
        await case.settle()
        assert await case.platform.look_up(first, since=since, known=NOTHING) is not None

    async def test_a_lost_request_is_uncertain_and_nothing_is_found(self, case: Case) -> None:
        out = outgoing(1, "Never arrived.", case.clock)
        since = case.clock.now()
        await case.lose_request()
        with pytest.raises(Uncertain):
            await case.platform.publish(out)
        await case.settle()
        assert await case.platform.look_up(out, since=since, known=NOTHING) is None
        assert await case.public() == []

    async def test_a_post_known_already_is_not_found_for_another(self, case: Case) -> None:
        if case.platform.limits.repeatable_s:
            pytest.skip("found by its key, whatever its text")
        first = await case.platform.publish(outgoing(1, "Vitals stable.", case.clock))
        await case.settle()
        other = outgoing(2, "Vitals stable.", case.clock)
        known = frozenset({first.platform_id})
        assert await case.platform.look_up(other, since=case.clock.now(), known=known) is None

    async def test_where_repeats_are_harmless_a_repeat_makes_no_second_post(self, case: Case) -> None:
        if not case.platform.limits.repeatable_s:
            pytest.skip("the platform knows no keys")
        out = outgoing(1, "Once.", case.clock)
        await case.lose_answer()
        with pytest.raises(Uncertain):
            await case.platform.publish(out)
        again = await case.platform.publish(out)
        assert await case.platform.publish(out) == again or len(await case.public()) == 1
        assert [s.text for s in await case.public()] == ["Once."]

    async def test_a_deleted_post_is_gone_and_deleting_it_again_is_fine(self, case: Case) -> None:
        out = outgoing(1, "Taken back.", case.clock)
        published = await case.platform.publish(out)
        await case.platform.delete(out, published)
        await case.platform.delete(out, published)
        assert await case.public() == []

    async def test_posts_composed_to_its_limits_are_taken(self, case: Case) -> None:
        text = "Die Wunde wird verschlossen, alle Werte sind stabil und das Team ist zufrieden. " * 24
        posts = compose(
            release(1, text.strip()), case.platform.limits, destination=case.platform.destination,
            hashtag="#OurKneeLive", stamp="clock", at=START, timezone="Europe/Amsterdam", elapsed_from=START, counter=1,
        )  # fmt: skip
        parent = None
        for number, post in enumerate(posts, start=1):
            try:
                out = Outgoing(post, "knee-2026", n=number, reply_to=parent, root=None, at=case.clock.now())
                parent = (await case.platform.publish(out)).platform_id
            except Refused as refused:
                pytest.fail(f"part {number} was refused: {refused}")
        assert [s.text for s in await case.public()] == [p.text for p in posts]
