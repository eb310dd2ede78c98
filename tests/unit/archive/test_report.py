"""The report says what an auditor asks first, and shows text as text."""

from consumers.archive.reading import FilesReader
from consumers.archive.reporting import facts_of, html
from consumers.archive.verify import verify
from schemas.topics import RECEIPTS, RELEASES
from streams.bus import Message
from tests.unit.archive import records
from tests.unit.archive.disks import CrashDisk
from tests.unit.archive.records import KNEE, at, message, posted, story
from tests.unit.archive.test_log import store_on


def page_of(messages: tuple[Message, ...], damage: str = "") -> str:
    disk = CrashDisk()
    store = store_on(disk)
    store.append(messages, at(40))
    store.close(at(41))
    reader = FilesReader(
        {n.removeprefix(f"{KNEE}/"): d for n, d in disk.contents().items() if not damage or damage not in n}
    )
    return html(facts_of(reader, verify(reader), records.dispose))


def test_it_says_who_let_what_go_out_and_what_did_not() -> None:
    page = page_of(story())

    assert "Verified: every entry is as it was written" in page
    assert "<div><dt>Published</dt><dd>8</dd></div>" in page
    assert "<td><bdi>S. de Wit</bdi>, reviewer<br>no passkey</td>" in page
    assert "<td>09:05:30</td><td>Stop, by <bdi>J. Brandt</bdi>, director</td>" in page
    assert '<b class="strong">Never resumed</b>' in page
    assert "<td>Returned to the reporter</td>" in page
    assert "<bdi>Name</bdi>" in page  # what was found, in words
    assert "9 drafts were derived again from their findings" in page
    assert "1 December 2026, 09:05 to 13:05, Europe/Amsterdam" in page
    assert records.SECRET not in page


def test_text_is_escaped_and_no_script_can_run() -> None:
    receipt = records.receipt(1).model_copy(update={"text": "<script>alert(1)</script> & co"})
    page = page_of(tuple(message(t, r, i) for i, (t, r) in enumerate([*posted(1)[:-1], (RECEIPTS, receipt)])))

    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co" in page
    assert "<script" not in page


def test_a_correction_names_the_post_it_corrects() -> None:
    released = records.release(2).model_copy(update={"corrects": records.submission(1).id})
    lost = records.release(3).model_copy(update={"corrects": records.submission(9).id})
    changed = {2: released, 3: lost}
    told = [(t, changed[n] if t is RELEASES and n in changed else r) for n in (1, 2, 3) for t, r in posted(n)]
    page = page_of(tuple(message(t, r, i) for i, (t, r) in enumerate(told)))

    assert "<br>Corrects No. 1</td>" in page
    assert "<br>Corrects an update that was never public</td>" in page


def test_over_a_damaged_log_it_names_the_first_bad_place_and_claims_nothing() -> None:
    page = page_of(story(), damage="policies/")

    assert "NOT as it was written" in page
    assert "is missing: entry 0 names it" in page
    assert "<table" not in page
    assert "the plan fits this knee" not in page
    assert "A total knee replacement" not in page
