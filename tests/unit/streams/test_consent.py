"""What the consent covers, when and where; how pages show it; and each gap of a file."""

from datetime import date, timedelta
from typing import Any

import pytest

from schemas.live_event import Destination, LiveEvent, Platform
from streams.consent import out_of_scope, out_of_scope_anywhere, scope, state
from streams.consent_gaps import gaps
from streams.readiness import check
from tests.examples import NOW, event_file, live_event

LOCAL = Destination(platform=Platform.LOCAL)
X = Destination(platform=Platform.X, account="@StAnna")
BOTH = [{"platform": "local"}, {"platform": "x", "account": "@StAnna"}]


def consent(**changes: Any) -> dict[str, Any]:
    return dict(event_file()["consent"]) | changes


def event(**changes: Any) -> LiveEvent:
    return live_event(destinations=BOTH, consent=consent(**changes))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"signed_at": NOW + timedelta(seconds=1)}, "consent-not-yet"),
        ({"signed_at": NOW}, None),
        ({"expires": date(2026, 11, 30)}, "consent-expired"),
        ({"expires": date(2026, 12, 1)}, None),
        ({"media": {"text": False, "photo": True, "video": True}}, "consent-media"),
        ({"platforms": ["local"]}, "consent-platform"),
        ({"platforms": ["local", "x"]}, None),
        ({"platforms": []}, "consent-platform"),
    ],
)
def test_what_may_go_to_x(changes: dict[str, Any], code: str | None) -> None:
    assert out_of_scope(event(**changes), X, NOW) == code


def test_a_platform_that_is_covered_gets_it_where_another_is_not() -> None:
    one = event(platforms=["local"])
    assert out_of_scope(one, LOCAL, NOW) is None
    assert out_of_scope_anywhere(one, NOW) == "consent-platform"


@pytest.mark.parametrize(("media", "code"), [("text", None), ("photo", None), ("video", "consent-media")])
def test_each_medium_is_granted_on_its_own(media: Any, code: str | None) -> None:
    one = event(media={"text": True, "photo": True, "video": False})
    assert out_of_scope(one, X, NOW, media=media) == code


def test_the_day_of_expiry_ends_where_the_event_is() -> None:
    one = event(expires=NOW.date())
    assert state(one, NOW.replace(hour=22, minute=59)) == "valid"
    assert state(one, NOW.replace(hour=23, minute=0)) == "expired"


def test_the_scope_as_pages_show_it() -> None:
    cutoff = NOW - timedelta(hours=1)
    one = event(
        platforms=["local"], body_area="right knee", name_level="first-name", purposes=["education", "press"],
        version="2026-3", withdrawal_cutoff=cutoff, pictured=["scrub nurse"],
    )  # fmt: skip
    found = scope(one, NOW)
    assert (found.state, found.media, found.platforms) == ("valid", ("text",), ("local",))
    assert (found.body_area, found.name_level, found.purposes) == ("right knee", "first-name", ("education", "press"))
    assert (found.version, found.language, found.pictured, found.taken_by) == ("2026-3", "en", 1, "E. Martens")
    assert (found.withdrawal_cutoff, found.cutoff_passed) == (cutoff, True)
    assert scope(event(), NOW).purposes == ("education",)


def named(**changes: Any) -> list[str]:
    """The gaps of a file with this consent; other fields of the file after `_`."""
    file = {name[1:]: changes.pop(name) for name in list(changes) if name.startswith("_")}
    parsed, _ = check(event_file(consent=consent(**changes), **file), NOW, frozenset(Platform))
    assert parsed is not None
    return gaps(parsed, NOW, cautious=True)


@pytest.mark.parametrize(
    "who",
    [
        "Communications", "the communications officer", "Head of Press", "press office", "PR", "Marketing team",
        "a spokeswoman", "Public Relations", "social media editor", "Kommunikationsabteilung",
        "Unternehmenskommunikation", "Pressestelle", "Frau Pressesprecherin", "Öffentlichkeitsarbeit",
        "afdeling communicatie", "communicatieadviseur", "persvoorlichter", "de woordvoerder", "Voorlichting",
        "marketingafdeling",
    ],
)  # fmt: skip
def test_the_communications_staff_may_not_take_a_consent(who: str) -> None:
    assert named(taken_by=who) == [
        "consent.taken_by: names the communications staff; somebody without an interest in the posts has to take it"
    ]


@pytest.mark.parametrize("who", ["E. Martens", "research nurse", "Dr. Pressler", "P. R. Jansen", "Frau Press-Vogel"])
def test_others_may(who: str) -> None:
    assert named(taken_by=who) == []


PICTURED = {
    "who": "scrub nurse", "signed_at": NOW - timedelta(days=1), "signature": "sha256:" + "0" * 64,
    "media": {"text": False, "photo": True, "video": False},
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"_destinations": BOTH, "platforms": ["local"]}, "destinations.1: the consent does not cover x; take it out"),
        ({"platforms": ["local", "fax"]}, "consent.platforms.1: is no platform; there are local, x, bluesky, mastodon"),
        ({"platforms": ["local", "local"]}, "consent.platforms: one stands there twice"),
        ({"purposes": ["education", " Education "]}, "consent.purposes: one stands there twice"),
        ({"purposes": ["education", " "]}, "consent.purposes: one is empty"),
        ({"language": "xx"}, "consent.language: is no language code"),
        ({"representative_authority": "by law"}, "consent.representative_authority: a representative and the"),
        ({"withdrawal_cutoff": NOW - timedelta(days=4)}, "consent.withdrawal_cutoff: lies before the signature"),
        ({"media": {"text": True, "photo": True, "video": False}}, "consent.pictured: photo is granted, but nobody"),
        ({"media": {"text": True, "photo": True, "video": True}}, "consent.pictured: photo and video is granted"),
        ({"pictured": [PICTURED | {"signed_at": NOW + timedelta(days=1)}]}, "consent.pictured.0.signed_at: lies in"),
        (
            {"pictured": [PICTURED | {"media": {"text": True, "photo": False, "video": False}}]},
            "consent.pictured.0.media: covers neither photo nor video",
        ),
        ({"body_area": "right knee", "_title": "The left knee, live"}, "title: names the other side than"),
        (
            {"body_area": "rechte Hüfte", "_run_sheet": [{"id": "a", "text": "Die linke Hüfte wird gelagert."}]},
            "run_sheet.0: names the other side than consent.body_area",
        ),
        ({"body_area": "linker knie", "_description": "Een rechter knie."}, "description: names the other side"),
    ],
)
def test_each_gap_of_the_scope_is_named(changes: dict[str, Any], expected: str) -> None:
    found = named(**changes)
    assert len(found) == 1, found
    assert found[0].startswith(expected)


@pytest.mark.parametrize(
    "changes",
    [
        {"language": "tr"},
        {"representative": "a daughter", "representative_authority": "by law"},
        {"media": {"text": True, "photo": True, "video": False}, "pictured": [PICTURED]},
        {"body_area": "right knee", "_title": "The right knee, live, with the left hand of the surgeon"},
        {"body_area": "knee", "_title": "The left knee, live"},
        {"withdrawal_cutoff": NOW - timedelta(hours=1)},
        {"taken_by": "P. Aarden, nurse of another ward, not part of the knee team or of communications"},
        {"taken_by": "Pflegekraft einer anderen Station, nicht aus der Pressestelle"},
        {"taken_by": "verpleegkundige, geen lid van de afdeling communicatie"},
    ],
)
def test_what_is_no_gap(changes: dict[str, Any]) -> None:
    assert named(**changes) == []


@pytest.mark.parametrize(
    ("allowed", "level", "is_gap"),
    [
        ("Maria", "none", True), ("Maria", "first-name", False), ("Maria", "full-name", False),
        ("Lopez", "first-name", True), ("Maria Lopez", "first-name", True), ("maria lopez", "full-name", False),
        ("Dr. Ana Lopez", "none", False), ("00482913", "none", False), ("Mako", "none", False),
    ],
)  # fmt: skip
def test_an_allowed_word_may_not_tell_more_of_a_name_than_the_consent_lets(
    allowed: str, level: str, *, is_gap: bool
) -> None:
    found = named(name_level=level, _allow=[allowed])
    expected = f"allow.0: is a protected name, and the consent's name_level is {level}; take it out"
    assert found == ([expected] if is_gap else [])


def test_what_endangers_nothing_keeps_no_file_from_opening() -> None:
    pictures = {"text": True, "photo": True, "video": False}
    parsed, _ = check(event_file(consent=consent(media=pictures), allow=["Lopez"]), NOW, frozenset(Platform))
    assert parsed is not None
    assert gaps(parsed, NOW) == []
    assert len(gaps(parsed, NOW, cautious=True)) == 2


def test_a_zone_that_is_a_folder_is_a_gap() -> None:
    parsed, found = check(event_file(timezone="Europe"), NOW, frozenset(Platform))
    assert parsed is not None
    assert "timezone: not a zone name, as Europe/Amsterdam is" in found


def test_no_gap_repeats_a_value() -> None:
    found = named(taken_by="Lopez of marketing", purposes=["Lopez", "Lopez"], _allow=["Lopez"], body_area="right Lopez")
    assert len(found) == 3
    assert "Lopez" not in " ".join(found)
