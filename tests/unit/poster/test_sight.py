"""Compared with what was sent: every edit, deletion and addition is found, and nothing else is."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from consumers.poster.book import Book
from consumers.poster.platforms.seeing import PublicPost, Sent
from consumers.poster.sight import Finding, Thread, Told, findings, news, thread, to_ask
from consumers.poster.sightings import sighting_of
from schemas.envelope import system
from schemas.ids import derive
from schemas.ledger import Ledger, LedgerKind
from schemas.live_event import LiveEvent
from schemas.sighting import Part, Sighting
from schemas.thread import Post
from streams.standing import RUNNING, Standing
from tests.poster_cases import START, X, control, live_event, release, update_id

LATER = START + timedelta(hours=1)
WRITER = UUID(int=9)


def changed(sent: Sent, seen: PublicPost) -> tuple[Part, ...]:
    return () if seen.text == sent.text else ("text",)


def book(states: dict[int, LedgerKind], *, of: str = "knee-2026", at: datetime = START) -> Book:
    made = Book(X.key, of)
    head = {"live_event_id": of, "at": at, "actor": system("poster"), "destination": X.key, "epoch": 1}
    made.apply(Ledger.model_validate({**head, "id": derive("claim"), "writer": WRITER, "kind": "claim"}))
    for number, state in states.items():
        it = release(number, of=of)
        post = Post(
            id=derive(of, number), release_id=it.id, update_id=it.update_id, part=0, parts=1, text=it.text
        )  # fmt: skip
        public = {"platform_id": f"{of}/{number}", "url": f"https://x/{number}", "posted_at": at, "n": number}
        if state in ("deleting", "deleted", "not-deleted"):
            made.apply(_record(head, post, "posted", public))
        made.apply(_record(head, post, state, {} if state == "intent" else public))
    return made


def _record(head: dict[str, object], post: Post, kind: LedgerKind, more: dict[str, object]) -> Ledger:
    return Ledger.model_validate(
        {**head, "id": derive(post.id, kind), "writer": WRITER, "kind": kind, "post": post, **more}
    )


def of(
    book: Book, known: LiveEvent | None = None, standing: Standing = RUNNING, others: tuple[Book, ...] = ()
) -> Thread:
    return thread(book, known or live_event(), standing, (book, *others))


def public(number: int, text: str | None = None, *, of: str = "knee-2026") -> PublicPost:
    return PublicPost(f"{of}/{number}", f"https://x/{number}", text or f"Update {number}.", START)


def stranger(
    platform_id: str, text: str = "Come to our open day.", *, above: str = "", at: datetime = LATER
) -> PublicPost:
    return PublicPost(platform_id, "https://x/s", text, at, frozenset({above} if above else ()))


def words(found: tuple[Finding, ...]) -> dict[str, str]:
    return {f.platform_id: f.what for f in found if f.what != "as-posted"}


def test_what_stands_as_it_was_sent_is_no_difference() -> None:
    it = of(book({1: "posted", 2: "posted"}))
    found = findings(it, [public(1), public(2)], LATER, changed)
    assert [(f.what, f.platform_id) for f in found] == [("as-posted", "knee-2026/1"), ("as-posted", "knee-2026/2")]
    assert news(it, found, Told()) == ()


def test_an_edit_a_deletion_and_an_addition_are_each_found() -> None:
    it = of(book({1: "posted", 2: "posted", 3: "posted"}))
    seen = [public(1, "Nothing went wrong."), public(3), stranger("s1", "A lie.", above="knee-2026/3")]
    found = findings(it, seen, LATER, changed)
    assert words(found) == {"knee-2026/1": "edited", "knee-2026/2": "deleted", "s1": "added"}
    assert {f.platform_id: (f.parts, f.place) for f in found if f.what in ("edited", "added")} == {
        "knee-2026/1": (("text",), None),
        "s1": ((), "thread"),
    }


def test_an_edit_that_made_a_new_post_in_place_of_ours_is_an_edit_of_ours() -> None:
    it = of(book({1: "posted"}))
    seen = [replace(public(1, "Other words."), platform_id="new", was=("knee-2026/1",))]
    assert words(findings(it, seen, LATER, changed)) == {"knee-2026/1": "edited"}


def test_what_was_posted_just_now_is_not_missed_yet() -> None:
    it = of(book({1: "posted"}, at=LATER - timedelta(seconds=60)))
    assert findings(it, [], LATER, changed) == ()
    assert words(findings(it, [], LATER + timedelta(seconds=61), changed)) == {"knee-2026/1": "deleted"}


def test_a_deletion_that_we_ordered_is_no_difference_and_what_is_left_of_it_is_one() -> None:
    taken = RUNNING.after(control("retract", number=1))
    assert findings(of(book({1: "posted"}), standing=taken), [], LATER, changed) == ()
    assert findings(of(book({1: "deleting"})), [], LATER, changed) == ()
    assert findings(of(book({1: "deleted"})), [], LATER, changed) == ()
    assert words(findings(of(book({1: "deleted"})), [public(1)], LATER, changed)) == {"knee-2026/1": "still-public"}
    assert words(findings(of(book({1: "not-deleted"})), [public(1)], LATER, changed)) == {"knee-2026/1": "still-public"}


def test_a_post_whose_outcome_is_open_is_not_somebody_elses() -> None:
    it = of(book({1: "posted", 2: "intent"}))
    assert words(findings(it, [public(1), stranger("new", "Update 2.")], LATER, changed)) == {}
    assert words(findings(it, [public(1), stranger("new", "Update 3.")], LATER, changed)) == {"new": "added"}


def test_a_post_of_the_accounts_other_live_event_is_not_added_to_this_one() -> None:
    other = book({7: "posted"}, of="hip-2026")
    it = of(book({1: "posted"}), others=(other,))
    seen = [public(1), public(7, of="hip-2026"), stranger("s", "A lie.", above="hip-2026/7")]
    assert words(findings(it, seen, LATER, changed)) == {}


def test_other_posts_of_the_account_matter_while_the_event_is_live_and_in_its_thread_or_under_its_hashtag_after() -> (
    None
):
    closed = live_event().model_copy(update={"state": "closed", "closed_at": LATER})
    it = of(book({1: "posted"}), closed)
    after = LATER + timedelta(days=3)
    seen = [
        public(1),
        stranger("during", at=LATER - timedelta(minutes=5)),
        stranger("after", at=after),
        stranger("tagged", "All lies #ourkneelive", at=after),
        stranger("below", at=after, above="knee-2026/1"),
    ]
    found = findings(it, seen, after + timedelta(hours=1), changed)
    assert {f.platform_id: f.place for f in found if f.what == "added"} == {
        "during": "account", "tagged": "hashtag", "below": "thread",
    }  # fmt: skip


def tell(it: Thread, found: tuple[Finding, ...], told: Told) -> list[Sighting]:
    said = [
        sighting_of(f, it.live_event_id, X.key, LATER, source="platform-read", told=told, seal=lambda _: "sealed")
        for f in news(it, found, told)
    ]
    for one in said:
        told.take(one)
    return said


def test_a_difference_is_told_once_and_its_end_as_well() -> None:
    it, told = of(book({1: "posted"})), Told()
    first = tell(it, findings(it, [public(1, "Wrong."), stranger("s")], LATER, changed), told)
    assert [(s.what, s.platform_id, s.sealed, s.update_id) for s in first] == [
        ("edited", "knee-2026/1", "sealed", update_id(1)),
        ("added", "s", "sealed", None),
    ]
    assert tell(it, findings(it, [public(1, "Wrong."), stranger("s")], LATER, changed), told) == []
    again = tell(it, findings(it, [public(1, "Worse."), stranger("s")], LATER, changed), told)
    assert [(s.what, s.text_sha256 != first[0].text_sha256) for s in again] == [("edited", True)]
    ended = tell(it, findings(it, [public(1)], LATER, changed), told)
    assert [(s.what, s.platform_id, s.sealed) for s in ended] == [
        ("as-posted", "knee-2026/1", None),
        ("gone", "s", None),
    ]
    assert len({s.id for s in (*first, *again, *ended)}) == 5
    assert told.differing() == 0


def test_after_the_end_each_post_is_confirmed_once() -> None:
    closed = live_event().model_copy(update={"state": "closed", "closed_at": LATER})
    it, told = of(book({1: "posted", 2: "posted"}), closed), Told()
    seen = [public(1), public(2)]
    assert [s.what for s in tell(it, findings(it, seen, LATER, changed), told)] == ["as-posted", "as-posted"]
    assert tell(it, findings(it, seen, LATER, changed), told) == []


def test_what_a_list_does_not_show_is_asked_for_by_its_id_unless_it_was_told_to_be_gone() -> None:
    it, told = of(book({1: "posted", 2: "posted"})), Told()
    assert to_ask(it, [public(2)], LATER, told) == ("knee-2026/1",)
    tell(it, findings(it, [public(2), stranger("s")], LATER, changed), told)
    assert to_ask(it, [public(2)], LATER, told) == ("s",)


TEXTS = st.text("abc ", min_size=1, max_size=8)


@given(
    texts=st.lists(TEXTS, min_size=1, max_size=12, unique=True),
    fates=st.lists(st.one_of(st.none(), st.just("gone"), TEXTS), min_size=12, max_size=12),
    added=st.lists(TEXTS, max_size=4),
)
def test_whatever_was_edited_deleted_or_added_is_found_and_nothing_else(
    texts: list[str], fates: list[str | None], added: list[str]
) -> None:
    it = _thread(texts)
    there = {
        n: text if fate is None else fate
        for (n, text), fate in zip(enumerate(texts), fates, strict=False)
        if fate != "gone"
    }
    seen = [public(n, text) for n, text in there.items()] + [stranger(f"s{n}", text) for n, text in enumerate(added)]
    expected = {f"knee-2026/{n}": "edited" for n, text in there.items() if text != texts[n]}
    expected |= {f"knee-2026/{n}": "deleted" for n in range(len(texts)) if n not in there}
    expected |= {f"s{n}": "added" for n in range(len(added))}
    assert words(findings(it, seen, LATER, changed)) == expected


def _thread(texts: list[str]) -> Thread:
    it = of(book(dict.fromkeys(range(len(texts)), "posted")))
    own = {key: replace(e, sent=Sent(texts[e.n])) for key, e in it.expected.items()}
    return replace(it, expected=own)
