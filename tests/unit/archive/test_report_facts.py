"""Each question of an auditor has its answer in the facts, and each answer its words."""

from consumers.archive.charts import charts, svg
from consumers.archive.facts import Facts
from consumers.archive.facts_posts import Who
from consumers.archive.reading import FilesReader
from consumers.archive.reporting import facts_of, html
from consumers.archive.sections import word_of
from consumers.archive.verify import verify
from streams.bus import Message
from tests.unit.archive import records
from tests.unit.archive.disks import CrashDisk
from tests.unit.archive.eventful import ID, eventful
from tests.unit.archive.records import at
from tests.unit.archive.test_log import store_on

BATCH = 500


def reader_of(messages: tuple[Message, ...], log: str = ID) -> FilesReader:
    """The log of these records, written by a real store."""
    disk = CrashDisk()
    store = store_on(disk)
    for i in range(0, len(messages), BATCH):
        store.append(messages[i : i + BATCH], at(40 + i))
    store.close(at(40 + len(messages)))
    return FilesReader({name.removeprefix(f"{log}/"): data for name, data in disk.contents().items()})


def facts_about(messages: tuple[Message, ...]) -> Facts:
    reader = reader_of(messages)
    return facts_of(reader, verify(reader), records.dispose)


def test_a_post_has_its_places_links_word_policy_and_proofs() -> None:
    post = facts_about(eventful(14)).posts[3]

    assert (post.number, post.places[0].texts) == (4, ("Her [relative] walked with her to the door.",))
    assert [place.destination for place in post.places] == [
        "local", "x:@OurHospital", "bluesky:ourhospital.example", "mastodon:@hospital@social.example",
    ]  # fmt: skip
    assert post.places[1].url == "https://x.com/OurHospital/status/1789900004"
    assert (post.word.kind, post.word.who, post.word.passkey) == ("person", Who("S. de Wit", "reviewer"), False)
    assert post.policy == ("strict", records.POLICY.sha256)
    assert [len(proof.leaf) for place in post.places for proof in place.proofs] == [64, 64, 64, 64]


def test_an_item_of_the_run_sheet_goes_by_the_word_of_who_signed_it() -> None:
    word = facts_about(eventful(14)).posts[0].word

    assert (word.kind, word.who, word.item) == ("run sheet", Who("A. Visser", "physician"), "welcome")


def test_a_stop_has_its_span_its_two_people_and_what_was_in_flight() -> None:
    halts = facts_about(eventful(14)).halts

    assert [(h.kind, h.by and h.by.name, [w.name for w in h.ended_by], h.during) for h in halts] == [
        ("hold", "S. de Wit", ["A. Visser"], 1),
        ("stop", "E. Martens", ["J. Brandt", "A. Visser"], 3),
        ("complication, text only", "A. Visser", ["A. Visser"], 0),
    ]
    assert (halts[1].since, halts[1].to) == (at(301), at(352))


def test_what_was_written_is_published_returned_or_named_as_a_gap() -> None:
    found = facts_about(eventful(14))

    assert (found.tally.written, found.tally.published, found.tally.returned) == (14, 13, 1)
    assert [(gap.kind, gap.reason) for gap in found.gaps if gap.kind == "returned"] == [
        ("returned", "compares-products")
    ]
    assert [(letter.what, letter.code) for letter in found.letters] == [("dead letter", "scrub: unsealable")]
    assert [(away.destination, away.since, away.to) for away in found.aways] == [
        ("mastodon:@hospital@social.example", at(259), at(290))
    ]


def test_a_deletion_without_an_answer_is_told_as_such_before_all_else() -> None:
    found = facts_about(eventful(14))

    assert [(d.destination.partition(":")[0], d.outcome) for d in found.deletions] == [
        ("local", "taken back"), ("x", "taking back unknown"), ("bluesky", "taken back"), ("mastodon", "taken back"),
    ]  # fmt: skip
    first = html(found).split("<h2>What a reader should know first")[1].split("</section>")[0]
    assert "No. 3 taken back, by <bdi>E. Martens</bdi>, advocate" in first
    assert '. Not confirmed: </b><b class="strong">x:@OurHospital</b>' in first


def test_each_post_falls_under_the_consent_of_its_time_and_is_a_disclosure() -> None:
    found = facts_about(eventful(14))

    assert [(c.sha256, c.ended, c.posts) for c in found.consents] == [("c" * 64, "expired", tuple(range(1, 14)))]
    assert [(d.posts, d.recipients) for d in found.disclosures] == [(13, "everybody who can read the thread")] * 4


def test_who_acted_and_who_looked_have_name_role_and_time() -> None:
    found = facts_about(eventful(14))

    assert ("J. Brandt", "director") in [(p.who.name, p.who.role) for p in found.people]
    assert [(t.name, t.updates) for t in found.tablets] == [("tablet-1", 4), ("tablet-2", 5), ("tablet-3", 5)]
    assert [(look.what, look.who and look.who.name, look.about) for look in found.looks] == [
        ("original-opened", "S. de Wit", ""), ("exported", "M. Köhler", ""),
        ("searched", "M. Köhler", "by words, by; 12 shown"),
    ]  # fmt: skip


def test_what_was_found_otherwise_on_a_platform_is_told_first() -> None:
    found = facts_about(eventful(14))

    assert [(s.what, s.number, s.about, s.differs) for s in found.seen] == [("edited", 6, "text", True)]
    assert "No. 6 was found otherwise on <bdi>x:@OurHospital</bdi>" in html(found)


def test_a_rehearsal_is_marked() -> None:
    assert "A rehearsal. Nothing of it was about a patient" in html(facts_about(eventful(14, training=True)))


def test_each_chart_says_in_a_sentence_what_it_shows() -> None:
    volume, waiting, findings = charts(facts_about(eventful(14)), word_of)

    assert volume.sentence == "13 posts from 09:05 to 09:11; the most, 3, in the minute from 09:10."
    assert waiting.sentence == (
        "Half of 13 posts were public within 5.5 s of Send, nine in ten within 30 s; the longest wait was 34 s (No. 9)."
    )
    assert findings.values == (("comparison", 2), ("Date", 1), ("Perhaps a name", 1))
    assert f'aria-label="{volume.sentence}"' in svg(volume)
