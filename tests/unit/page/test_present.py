"""What the page says in each language, and that it says only what is true for this live event."""

import json
import string
from datetime import timedelta

import pytest

from consumers.page.present import Presenter, duration, frames, public_thread
from consumers.page.timeline import Timeline
from consumers.page.words import LANGUAGES, WORDS, Lang, choose
from schemas.live_event import LiveEvent
from tests.page_records import CONSENT, NOW, control, live_event, post, taken_back

FIRST = post(1, "The incision is 50 cm long.", minutes=-21, phase="key step")
SECOND = post(2, "15 cm, not 50. #OurKneeLive", minutes=-18, phase="key step", corrects=FIRST.update_id)


def presenter(event: LiveEvent | None = None, lang: Lang = "en", *, retracted: bool = False) -> Presenter:
    timeline = Timeline()
    timeline.told(event or live_event())
    timeline.posted(FIRST, 0)
    timeline.posted(SECOND, 1)
    if retracted:
        timeline.posted(taken_back(FIRST, minutes=-9), 2)
    return Presenter(timeline, lang)


def test_times_are_those_of_the_place() -> None:
    newest, oldest = presenter().lines()
    assert (newest.clock, oldest.clock) == ("10:24", "10:21")
    assert newest.at == "2026-12-01T09:24:00+00:00"


@pytest.mark.parametrize(
    ("lang", "correction", "corrected"),
    [
        ("en", "Correction to the post of 10:21", "Corrected at 10:24."),
        ("de", "Korrektur zum Beitrag von 10:21", "Korrigiert um 10:24."),
        ("nl", "Correctie op het bericht van 10:21", "Gecorrigeerd om 10:24."),
    ],
)
def test_a_correction_is_named_on_both_posts(lang: Lang, correction: str, corrected: str) -> None:
    newest, oldest = presenter(lang=lang).lines()
    assert newest.correction == correction
    assert oldest.corrected == corrected
    assert oldest.corrected_by == newest.id


def test_a_post_that_was_taken_back_says_when_and_holds_nothing_else() -> None:
    line = presenter(retracted=True).lines()[1]
    assert (line.taken_back, line.removed, line.pieces) == ("Taken back at 10:33", "We removed a post here.", ())
    assert line.corrected is None


@pytest.mark.parametrize(
    ("stamp", "clocks"), [("elapsed", ["0:03", "0:00"]), ("counter", ["2", "1"]), ("none", ["", ""])]
)
def test_no_time_of_day_appears_where_the_file_asks_for_none(stamp: str, clocks: list[str]) -> None:
    shown = presenter(live_event(release={"stamp": stamp}), retracted=True)
    assert [line.clock for line in shown.lines()] == clocks
    said = repr(shown.lines()) + shown.consent_note() + shown.badge(NOW).label + shown.consent_scope()
    said += frames(shown, shown.timeline.entries(), NOW).decode() + json.dumps(public_thread(shown.timeline, NOW))
    assert "10:" not in said
    assert "09:" not in said
    assert "December" not in said
    assert shown.day() is None


@pytest.mark.parametrize(
    ("release", "sentence"),
    [
        ({"delay_s": 30}, "Posts appear at least 30 seconds after they were written."),
        ({"delay_s": 90}, "Posts appear at least 90 seconds after they were written."),
        ({"delay_s": 60}, "Posts appear at least 1 minute after they were written."),
        ({"delay_s": 7200}, "Posts appear at least 2 hours after they were written."),
        ({"delay_s": 0}, "Posts appear as soon as they are cleared."),
        ({"mode": "as-live"}, "Posts appear only when the outcome is known."),
    ],
)
def test_the_consent_note_names_the_true_delay(release: dict[str, object], sentence: str) -> None:
    assert sentence in presenter(live_event(release=release)).consent_note()


def test_the_consent_note_says_whose_consent_it_is() -> None:
    assert "The patient agreed" in presenter().consent_note()
    event = live_event(consent=CONSENT | {"subject": "runners"})
    assert "The people it is about agreed" in presenter(event).consent_note()


def test_the_page_never_claims_to_be_anonymous() -> None:
    for lang in LANGUAGES:
        said = " ".join(WORDS[lang].values()).casefold()
        for claim in ("de-identified", "anonymised", "anonymisiert", "geanonimiseerd", "deidentifi"):
            assert claim not in said
    assert "We do not call these posts anonymous." in WORDS["en"]["about.not-anonymous"]


def test_the_scope_names_the_media_and_the_last_day() -> None:
    consent = CONSENT | {"media": {"text": True, "photo": True, "video": True}}
    assert presenter(live_event(consent=consent)).consent_scope() == (
        "A signed consent comes before the first post. It covers text, photos and video, and nothing is posted after "
        "1\u00a0December 2027."
    )
    assert "1.\u00a0Dezember 2027" in presenter(lang="de").consent_scope()


def test_the_badge_follows_the_state() -> None:
    shown = presenter()
    assert shown.badge(NOW).label == "Live. Last post 10:24"
    shown.timeline.ruled(control("hold"))
    assert (shown.badge(NOW).label, shown.badge(NOW).icon) == ("On hold. Last post 10:24", "pause")
    shown.timeline.told(live_event(state="closed"))
    assert shown.badge(NOW).label == "Over. Last post 10:24"
    shown.timeline.ruled(control("withdraw"))
    assert shown.badge(NOW).label == "This thread has ended"


def test_before_it_begins_the_badge_says_when_if_times_are_public() -> None:
    for release, label in (({}, "Starts at 08:42"), ({"stamp": "none"}, "Starts soon")):
        timeline = Timeline()
        timeline.told(live_event(release=release))
        assert Presenter(timeline, "en").badge(NOW - timedelta(hours=3)).label == label


def test_as_live_is_never_called_live() -> None:
    assert presenter(live_event(release={"mode": "as-live"})).badge(NOW).label == "Told afterwards"


def test_the_house_is_the_discloser_up_to_the_first_comma() -> None:
    assert presenter().house() == "St. Brendan"
    long = live_event(consent=CONSENT | {"disclosed_by": "a" * 100})
    assert presenter(long).house() == "#OurKneeLive"


def test_frames_are_events_that_end_with_how_things_stand() -> None:
    shown = presenter()
    first, second, state, end = frames(shown, shown.timeline.since(-1), NOW).decode().split("\n\n")
    assert first.startswith("id: 0\nevent: post\ndata: {")
    assert second.startswith("id: 1\nevent: post\ndata: {")
    assert state.startswith('event: state\ndata: {"state":"live"')
    assert end == ""


def test_a_line_break_in_a_text_cannot_forge_an_event() -> None:
    timeline = Timeline()
    timeline.told(live_event())
    timeline.posted(post(1, "one\n\nevent: state\ndata: {}\n\n\u2028x\rdata: y"), 0)
    out = frames(Presenter(timeline, "en"), timeline.entries(), NOW).decode()
    assert out.count("\n\n") == 2
    assert "\r" not in out


def test_the_feed_holds_what_the_page_shows() -> None:
    thread = public_thread(presenter(retracted=True).timeline, NOW)
    assert thread["state"] == "live"
    items = thread["items"]
    assert isinstance(items, list)
    assert [(i["n"], i["state"], i["text"]) for i in items] == [
        (1, "retracted", ""),
        (2, "posted", "15 cm, not 50. #OurKneeLive"),
    ]
    assert items[0]["retracted_at"] == "2026-12-01T09:33:00Z"
    assert items[1]["corrects"] == items[0]["id"]


def test_durations_are_said_in_the_largest_unit_that_is_exact() -> None:
    assert [duration("nl", s) for s in (1, 5, 60, 120, 3600)] == [
        "1 seconde",
        "5 seconden",
        "1 minuut",
        "2 minuten",
        "1 uur",
    ]


def test_all_languages_say_the_same_things_with_the_same_places() -> None:
    def places(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for lang in LANGUAGES:
        assert WORDS[lang].keys() == WORDS["en"].keys()
        for key, text in WORDS["en"].items():
            assert places(WORDS[lang][key]) == places(text), (lang, key)


@pytest.mark.parametrize(
    ("asked", "header", "fallback", "lang"),
    [
        ("nl", "de", (), "nl"),
        ("fr", "de;q=0.8, nl;q=0.9", (), "nl"),
        (None, "de-AT,en;q=0.5", (), "de"),
        (None, "de;q=0, en", ("nl",), "en"),
        (None, "fr", ("nl",), "nl"),
        (None, ";;q=x,,", (), "en"),
        (None, None, (), "en"),
    ],
)
def test_the_reader_gets_the_language_asked_for(
    asked: str | None, header: str | None, fallback: tuple[str, ...], lang: str
) -> None:
    assert choose(asked, header, fallback) == lang
