"""What the page says and fills in, against the stage and the poster: counts, marks, signed items, words of states."""

import random
import re
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from consumers.poster.compose import compose
from consumers.poster.length import bluesky_length, mastodon_length, x_weight
from consumers.poster.platforms.base import Limits
from deploy import app_hints
from producers.desk.revisions import LAPSES
from producers.intake.waits import Keeps, Reader
from schemas.live_event import Destination, Platform, RunSheetItem
from streams import run_sheet
from streams.scrub import packaged
from streams.scrub.policy import load
from streams.scrub.screen import screen
from streams.scrub.terms import Terms, compile_terms
from tests.corpus.read import Event, Update, read_all
from tests.page_modules import asked
from tests.poster_cases import release

pytestmark = pytest.mark.node

POLICY = load("strict")
NOBODY = ("",)
# Of what the hint marks, so much at least is also found where the event allows its staff to be named: the page does not
# know whom it allows ("Mr Tuohy" is a surgeon).
PRECISION_MIN = 0.95
RECALL_MIN = 0.15  # of all labelled spans: most of a corpus written to deceive has no cue that a page could know


@pytest.mark.parametrize("name", ["hints.json", "lengths.json"])
def test_the_pages_tables_are_those_of_the_stage_and_the_poster(name: str) -> None:
    kept = (app_hints.GENERATED / name).read_text(encoding="utf-8")
    assert kept == app_hints.documents()[name], "write them again: python -m deploy.app_hints"


def test_no_term_that_an_event_protects_can_be_in_the_tables() -> None:
    given = set(app_hints.hints()["given"].split())
    assert given <= {word.lower() for word in packaged.words("lexicon/names.given.txt")}


@pytest.mark.parametrize(
    ("pattern", "javascript"),
    [
        (r"(?<!\w)(?P<a>\d)(?P=a)\Z", r"(?<![\p{L}\p{N}_])(?<a>\d)\k<a>$"),
        (r"[\w.+-]\s[^\W\d_]", r"[\p{L}\p{N}_.+-]\s\p{L}"),
        (r"\ \'[\"'[a]\U0001f3c3", " '[\"'\\[a]\\u{1f3c3}"),
    ],
)
def test_a_pattern_says_the_same_in_javascript(pattern: str, javascript: str) -> None:
    assert app_hints.in_javascript(pattern) == javascript


@pytest.mark.parametrize("pattern", [r"[\W]", r"(?Pabc)"])
def test_a_pattern_that_javascript_cannot_say_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="JavaScript"):
        app_hints.in_javascript(pattern)


def _terms(event: Event, *, allow: bool) -> Terms:
    return compile_terms(event.allow if allow else (), event.protected, event.event, event.prepared)


def _found(update: Update, *, allow: bool) -> list[tuple[int, int]]:
    findings = screen(
        update.text, lang=update.event.lang, policy=POLICY, terms=_terms(update.event, allow=allow)
    ).findings
    return [(f.start, f.end) for f in findings]


@pytest.fixture(scope="module")
def marked() -> list[tuple[Update, list[tuple[int, int, str]]]]:
    updates = read_all(sets=("dev",))
    answers = asked([update.text for update in updates])
    return [(update, [tuple(mark) for mark in a["marks"]]) for update, a in zip(updates, answers, strict=True)]


def test_whatever_the_hint_marks_the_stage_finds_too(
    marked: list[tuple[Update, list[tuple[int, int, str]]]],
) -> None:
    in_vain = [
        (update.id, mark)
        for update, marks in marked
        if marks
        for found in [_found(update, allow=False)]
        for mark in marks
        if not any(start < mark[1] and mark[0] < end for start, end in found)
    ]
    assert in_vain == []


def test_staff_whom_the_event_names_are_seldom_marked(
    marked: list[tuple[Update, list[tuple[int, int, str]]]],
) -> None:
    good = bad = 0
    for update, marks in marked:
        found = _found(update, allow=True) if marks else []
        for mark in marks:
            if any(start < mark[1] and mark[0] < end for start, end in found):
                good += 1
            else:
                bad += 1
    assert good / (good + bad) >= PRECISION_MIN


def test_the_hint_sees_part_of_what_is_labelled(marked: list[tuple[Update, list[tuple[int, int, str]]]]) -> None:
    seen = [
        any(start < span.end and span.start < end for start, end, _ in marks)
        for update, marks in marked
        for span in update.spans
    ]
    assert sum(seen) / len(seen) >= RECALL_MIN


def test_each_kind_that_the_hint_knows_is_marked_where_it_stands() -> None:
    rows = {
        "Mrs Lopez is comfortable.": "Lopez",
        "Frau Doktor Meier-Abt kommt, Herr Lopez schläft.": "Lopez",
        "Her daughter Anna waits.": "Anna",
        "Zijn vrouw Marijke wacht.": "Marijke",
        "Write to anna.lopez@example.org now": "anna.lopez@example.org",
        "Call +31 6 1234 5678 please": "+31 6 1234 5678",
        "MRN 00412233 on the label": "00412233",
        "born 4.3.1961": "4.3.1961",
        "Aufgenommen am 4. März 1961": "4. märz 1961",
        "She lies in room 412": "room 412",
        "SSN 123-45-6789": "123-45-6789",
        "The joint fits well. All readings steady, 120/80 at 10:42.": "",
        "Part 3 of 4 is in place, 150 ml, 36.6 degrees": "",
        "الركبة مفتوحة": "",
    }
    answers = asked(list(rows))
    said = [[text[start:end] for start, end, _ in a["marks"]] for text, a in zip(rows, answers, strict=True)]
    assert [" ".join(words).lower() for words in said] == [expected.lower() for expected in rows.values()]


PIECES = [
    "The",
    "knee",
    "is",
    "open.",
    "Blood",
    "loss",
    "150",
    "ml,",
    "i.e.",
    "little;",
    "pressure",
    "120/80,",
    "at",
    "10:42",
    "h.",
    "Die",
    "Hüfte",
    "sitzt",
    "–",
    "alles",
    "gut!",
    "Prof.",
    "Dr.",
    "Öztürk",
    "dankt",
    "dem",
    "„ganzen“",
    "Team",
    "…",
    "z.",
    "B.",
    "d.w.z.",
    "https://www.example.com/live/knee?part=1#now",
    "example.nl",
    "手術が始まりました。",
    "무릎",
    "수술이",
    "시작되었습니다.",
    "Операция",
    "началась.",
    "بدأت",
    "العملية",
    "الجراحية.",
    "@OurHospital",
    "#OurKneeLive",
    "@a@b.example",
    "👏👏🏽",
    "👩\u200d⚕️👨🏿\u200d⚕️",
    "🇳🇱🇩🇪",
    "⚽️",
    "1️⃣",
    "❤️",
    "✅",
    "é",
    "🩺",
    "🫀",
    "hospital.com",
    "klinik.de/live",
    "example.org/a_(b).",
    "http://x",
    "T+1:02:07",
    "36.6",
    "°C",
    "½",
    "€5",
    "™",
    "©",
    "https://st-anna.example/a-rather-long-address",
    "👨\u200d👩\u200d👧\u200d👦",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "www.hospital.co.uk/x?y=1&z=2.",
    "https://t.co/abc",
    "﷽",
    "é.com",
    "x.ai",
    "foo.zip",
]


def _texts(seed: int, count: int) -> list[str]:
    rng = random.Random(seed)
    return [
        rng.choice([" ", "", "\n"]).join(rng.choices(PIECES, k=rng.randint(1, 30)))
        if i % 4 == 0
        else " ".join(rng.choices(PIECES, k=rng.randint(1, 40)))
        for i in range(count)
    ]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_counters_count_as_the_poster_does(seed: int) -> None:
    texts = _texts(seed, 500)
    expected = [(x_weight(t), bluesky_length(t), mastodon_length(t)) for t in texts]
    found = [(a["x"], a["bluesky"], a["mastodon"]) for a in asked(texts)]
    other = [(t, e, f) for t, e, f in zip(texts, expected, found, strict=True) if e != f]
    assert other == []


AT = datetime(2026, 9, 3, 10, 42, 33, tzinfo=UTC)
OPENED = AT - timedelta(hours=1, minutes=2)
TAG = "#OurKneeLive"
LIMITS = {
    "x": Limits(270, x_weight, True, True, 1.0, 1.0, True, may_forbid_replies=True),
    "bluesky": Limits(300, bluesky_length, True, True, 1.0, 1.0, True),
    "mastodon": Limits(500, mastodon_length, True, True, 1.0, 1.0, True, own_warning=True),
}
SENTENCES = [
    "The trial joint fits well.",
    "Readings are steady",
    "at 120/80",
    "and the team is pleased with it.",
    TAG,
    "See https://www.example.com/live/knee today.",
    "Blutverlust 150 ml.",
    "Das Gelenk sitzt.",
    "👏👏🏽",
]


def _posts(text: str, platform: str, stamp: str, warning: str | None) -> int:
    posts = compose(
        release(1, text, at=AT),
        LIMITS[platform],
        destination=Destination(platform=Platform(platform), account="@OurHospital"),
        hashtag=TAG,
        stamp=stamp,
        at=AT,
        timezone="Europe/Amsterdam",
        elapsed_from=OPENED,
        counter=7,
        warning=warning,
    )
    return len(posts)


@pytest.mark.parametrize(
    ("stamp", "warning"),
    [("clock", None), ("clock", "surgery"), ("elapsed", None), ("counter", None), ("none", "surgery")],
)
def test_too_long_is_said_just_where_the_poster_makes_more_than_one_post(stamp: str, warning: str | None) -> None:
    rng = random.Random(7)
    texts = [" ".join(rng.choices(SENTENCES, k=rng.randint(1, 60))) for _ in range(40)]
    texts += ["w" * n for n in range(225, 300, 2)]
    around = {"hashtag": TAG, "stamp": stamp, "warning": warning, "hours": 1.04}
    asked_of = [{"text": text, "around": around, "platforms": list(LIMITS)} for text in texts]
    exact = more = 0
    for text, answer in zip(texts, asked(asked_of), strict=True):
        for found in answer["counted"]:
            posts = _posts(text, found["platform"], stamp, warning)
            assert (found["length"] > found["limit"]) == (posts > 1), (found, posts, text)
            assert found["parts"] <= posts, (found, posts, text)
            more += posts > 1
            exact += posts > 1 and posts == found["parts"]
    assert exact / more > 0.8  # "at least" is seldom less than what comes


def test_what_the_poster_adds_is_taken_off_the_room() -> None:
    around = {"hashtag": TAG, "stamp": "clock", "warning": None, "hours": 0}
    rows = [("", 0, 242), ("The joint fits.", 15, 242), (f"The joint fits. {TAG}", 28, 255)]
    answers = asked([{"text": text, "around": around, "platforms": ["x"]} for text, _, _ in rows])
    # 270 as the poster counts for X, without "9999. 00:00:00 " and " #OurKneeLive".
    assert [(a["counted"][0]["length"], a["counted"][0]["limit"]) for a in answers] == [(n, m) for _, n, m in rows]


def test_an_event_for_the_page_alone_has_the_room_of_an_update() -> None:
    around = {"hashtag": TAG, "stamp": "clock", "warning": None, "hours": 0}
    (answer,) = asked([{"text": "The joint fits.", "around": around, "platforms": ["local"]}])
    assert answer["counted"] == [{"platform": "any", "name": "", "limit": 2000, "length": 15, "parts": 1}]


LONG_MS = 400  # a machine with other tests beside; alone all of them take some 20 ms


def test_no_text_makes_a_key_press_wait() -> None:
    hard = ["1 " * 2000, "a." * 2000, "a" * 4000, "07700 " * 600, "Mr " * 1300, "@" * 4000, "1.1." * 1000, "é" * 4000]
    hard += ["x.com/" + "(" * 2000, "a-b_" * 1000, "tel " * 1000, "😀" * 2000, "http://" * 600, "bed 4 room " * 350]
    answers = asked(["Mrs Lopez, bed 4, 10.10.1950 a.com", *hard])[1:]
    slow = [(t[:12], a["marksMs"], a["countsMs"]) for t, a in zip(hard, answers, strict=True)
            if a["marksMs"] > LONG_MS or a["countsMs"] > LONG_MS]  # fmt: skip
    assert slow == []


def test_marks_never_overlap_and_stand_in_order() -> None:
    texts = [update.text for update in read_all(sets=("validation",))]
    for text, answer in zip(texts, asked(texts), strict=True):
        ends = [0, *(end for _, end, _ in answer["marks"])]
        assert all(end <= start < stop for end, (start, stop, _) in zip(ends, answer["marks"], strict=False)), text
        assert all(re.search(r"\S", text[start:stop]) for start, stop, _ in answer["marks"])


ITEMS = [
    "Skin closed at {time}.",
    "A pause of {minutes} min. Next words at {time}, or {minutes} min later.",
    "Stück {number} sitzt, das {side}e Knie ist offen: „{number} ml“.",
    "The {side} knee: part {number} after {minutes} minutes, at {time}.",
    "Zwei  Leerzeichen,\n{side}; é und e\u0301, {time} Uhr",
    "{side}/{time}",
    "No blank at all, but $1 \\d (a|b) [x] {step} {} {Time}.",
]
MIDNIGHT_MS = 1_772_323_500_000  # 2026-03-01T00:05:00Z


@pytest.mark.parametrize("lang", ["en", "de", "nl"])
def test_whatever_the_tablet_fills_in_is_as_a_physician_signed_it(lang: str) -> None:
    about = [
        {"item": item, "lang": lang, "atMs": MIDNIGHT_MS, "timezone": zone}
        for item in ITEMS
        for zone in ("UTC", "Europe/Amsterdam")
    ]
    for given, answer in zip(about, asked(about), strict=True):
        item = RunSheetItem(id="one", text=str(given["item"]))
        assert answer["filled"] != []
        assert [text for text in answer["filled"] if not run_sheet.is_as_signed(item, text)] == []


def test_each_blank_is_filled_in_the_language_of_the_update() -> None:
    item = {"item": "{side} at {time}", "atMs": MIDNIGHT_MS, "timezone": "UTC"}
    answers = asked([item | {"lang": lang} for lang in ("en", "de", "nl")])
    assert [a["filled"] for a in answers] == [
        ["left at 00:05", "right at 00:05"],
        ["links at 00:05", "rechts at 00:05"],
        ["links at 00:05", "rechts at 00:05"],
    ]


@pytest.mark.parametrize("blank", ["minutes", "number"])
def test_a_typed_count_is_taken_by_the_tablet_as_by_the_stage(blank: str) -> None:
    typed = ["0", "1", "12", "600", "601", "9999", "10000", "007", "-1", "1.5", "1e3", " 5", "", "٣", "5\n", "1234 MRN"]
    answers = asked([{"count": one, "blank": blank} for one in typed])
    assert [a["taken"] for a in answers] == [run_sheet.fits(blank, one) for one in typed]


@pytest.mark.parametrize("lang", ["de", "nl"])
def test_no_table_of_words_has_a_row_less_in_another_language(lang: str) -> None:
    english, other = asked([{"tables": "en"}, {"tables": lang}])
    assert other["tables"] == english["tables"]


def test_whatever_keeps_an_update_has_words_of_its_own() -> None:
    (answer,) = asked([{"tables": "en"}])
    assert set(get_args(Keeps)) == set(answer["tables"]["waitReasons"])
    assert {"person", *get_args(Reader)} == set(answer["tables"]["readers"])
    assert set(answer["tables"]["notPostedReasons"]) >= LAPSES - {"expired"}
    assert {*run_sheet.BLANKS, "step"} == set(answer["tables"]["blanks"])


SAID = [
    ({"state": "in-review", "reads": "physician"}, "In review. A physician reads it first."),
    (
        {"state": "in-review", "reason": "not-as-signed"},
        "In review: Other than the run sheet. A person reads it first.",
    ),
    ({"state": "in-review", "reason": "out-of-consent"}, "In review: Outside the consent. A person reads it first."),
    ({"state": "cleared"}, "Cleared. Goes out after the delay, if nobody stops it."),
    ({"state": "cleared", "reason": "family"}, "Cleared. Waits until the family was told."),
    ({"state": "cleared", "reason": "held"}, "Cleared. Waits until the event goes on."),
    ({"state": "not-posted", "reason": "stopped"}, "Not posted: the event was stopped."),
]


def test_a_state_is_said_in_words_that_tell_what_it_waits_for() -> None:
    answers = asked([{"state": state, "lang": "en"} for state, _ in SAID])
    assert [a["words"] for a in answers] == [words for _, words in SAID]
