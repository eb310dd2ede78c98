"""The count by which the tests of three platforms are judged sees what it is there to see."""

from tests.system.posting_peers import Standing, counted, reading

TAG = "#OurKneeLive"


def post(number: int, parent: int | None, *, name: str = "", root: int | None = 1, text: str | None = None) -> Standing:
    said = f"10:42 {reading(number)} {TAG}" if text is None else text
    above = None if parent is None else f"id-{parent}"
    return Standing(name or f"id-{number}", said, above, None if root is None else f"id-{root}")


THREAD = [post(1, None), post(2, 1), post(3, 2)]


def test_a_thread_as_it_should_be_has_no_faults() -> None:
    assert counted(THREAD, [1, 2, 3], TAG).faults == {}


def test_a_post_that_stands_there_twice_is_seen() -> None:
    doubled = [*THREAD, post(3, 3, name="id-4")]
    assert counted(doubled, [1, 2, 3], TAG).twice == [3]


def test_a_post_that_is_missing_is_seen() -> None:
    assert counted([post(1, None), post(3, 1)], [1, 2, 3], TAG).faults == {"lost": [2]}


def test_posts_in_another_order_are_seen() -> None:
    swapped = [post(1, None), post(3, 1), post(2, 3)]
    assert counted(swapped, [1, 2, 3], TAG).faults == {"out_of_order": [3, 2]}


def test_a_post_under_another_parent_or_root_is_seen() -> None:
    assert counted([*THREAD[:2], post(3, 1)], [1, 2, 3], TAG).faults == {"wrong_parents": [3]}
    assert counted([*THREAD[:2], post(3, 2, root=2)], [1, 2, 3], TAG).faults == {"wrong_parents": [3]}
    assert counted([*THREAD[:2], post(3, None)], [1, 2, 3], TAG).faults == {"wrong_parents": [3]}


def test_a_hashtag_that_is_missing_or_doubled_is_seen() -> None:
    untagged = post(2, 1, text=reading(2))
    doubled = post(3, 2, text=f"{reading(3)} {TAG} {TAG}")
    assert counted([THREAD[0], untagged, doubled], [1, 2, 3], TAG).faults == {"wrong_tags": [2, 3]}
