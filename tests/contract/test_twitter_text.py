"""Our count of a post on X against X's own JavaScript package: never below it, and above it in one stated case."""

import random
import unicodedata

import pytest
import regex  # type: ignore[import-untyped]  # it ships no types

from consumers.poster.length import x_weight
from streams.link_ends import NEWER, PUBLISHED
from streams.links import has_url, unknown, x_urls
from tests.peers.twitter_text.official import answers

pytestmark = pytest.mark.node

# For each http(s) address whose host the package takes for none: it counts as itself there ("http://x" is 8), here as
# a link, since X's servers may know more ends of names than the package.
ABOVE_MAX = 23 - len("http://x")

EMOJI = [chr(c) for c in range(0x21, 0x30000) if regex.match(r"\p{Extended_Pictographic}|\p{Emoji}", chr(c))]
SKINS = [chr(c) for c in range(0x1F3FB, 0x1F400)]
SIGNS = ["\u200d\u2640\ufe0f", "\u200d\u2642\ufe0f", "\u200d\u2640"]
LETTERS = [chr(c) for c in range(0x1F1E6, 0x1F200)]
REGIONS = ("gbeng", "gbsct", "gbwls", "ustx")
JOINED = list("👨👩🧑👦👧❤💋🏳🌈🏴☠👁🗨⚕⚖✈🔧🦰🧑")


def _texts_of_one_emoji() -> list[str]:
    made = [e + more for e in EMOJI for more in ("", "\ufe0f", "\ufe0e", "\u20e3", "\ufe0f\u20e3", *SKINS, *SIGNS)]
    made += [e + skin + sign for e in EMOJI for skin in (SKINS[0], SKINS[4], "\ufe0f") for sign in SIGNS]
    made += [p + s + "\u200d" + e + v for e in EMOJI for p in "👨👩🧑" for s in ("", SKINS[2]) for v in ("", "\ufe0f")]
    made += [a + b for a in LETTERS for b in LETTERS]
    made += [
        "\u200d".join(x) for x in (("👨", "👩", "👧", "👦"), ("👩", "❤\ufe0f", "💋", "👨"), ("👁\ufe0f", "🗨\ufe0f"))
    ]
    made += [
        "🏴" + "".join(chr(0xE0000 + ord(c)) for c in where) + "\U000e007f" for where in ("gbeng", "gbsct", "ustx")
    ]
    return made


ORDINARY = """The knee is open. Blood loss 150 ml, i.e. little; pressure 120/80, at 10:42 h.
Die Hüfte sitzt – alles gut! Prof. Dr. Öztürk dankt dem „ganzen“ Team … z. B. Anna.
De knie is open, d.w.z. het gaat goed; zie https://www.example.com/live/knee?part=1#now (ook o.a. example.nl).
手術が始まりました。患者は安定しています。 무릎 수술이 시작되었습니다. Операция началась. بدأت العملية الجراحية.
Thanks to @OurHospital and #OurKneeLive, @a_b, #Ärzte and ＃手術 👏👏🏽 👩‍⚕️👨🏿‍⚕️ 🇳🇱🇩🇪 ⚽️ 1️⃣ ❤️ ✅ e\u0301
Write to dr.visser@hospital.com or see hospital.com, klinik.de/live and example.org/a_(b). T+1:02:07 36.6 °C ½ €5 ™ ©"""


def _ordinary(rng: random.Random) -> str:
    return " ".join(rng.choices(ORDINARY.split(), k=rng.randint(1, 40)))


LONG = "q" * 62  # as long as a name may be: with a letter before it, it may count in full here
LABELS = ["foo", "x-y", "a_b", "-x", "y-", "手術", "Straße", "é", "www", "xn--abc", "1", "👍", LONG, "手" * 20]
ENDS = ["com", "de", "nl", "org", "COM", "unknownx", "example", "xn--p1ai", "xn--zz", "рф", "香港"]
BEFORE = ["http://", "https://", "HTTPS://", "ftp://", "//", "-", "_", "@", "#", "手", "é", ".", "😀"]
PATHS = [":80", ":", "/", "/a/b.html", "/a(b)", "/a(b(c))", "/a(b", "/p).", "/é", "/手", "/@u", "/@u/", "/a–b"]
AFTER = ["?a=b", "?", "?a=b.", "#x", "?q=(1)", ".", ",", ")", "手", "@", "+", "-", "é", "…", "https://t.co/ab/c"]


def _host(rng: random.Random) -> str:
    end = rng.choice([rng.choice(ENDS), rng.choice(sorted(PUBLISHED))])
    return ".".join([*rng.choices(LABELS, k=rng.randint(1, 3)), end])


def _address(rng: random.Random) -> str:
    before, path, after = (rng.choice(["", "", *some]) for some in (BEFORE, PATHS, AFTER))
    return before + _host(rng) + path + after


def _emoji(rng: random.Random) -> str:
    parts = [*rng.choices(EMOJI, k=8), *JOINED, *LETTERS, *["\u200d"] * 12, *["\ufe0f"] * 6, *SKINS, *SIGNS, "\u20e3"]
    return "".join(rng.choices(parts, k=rng.randint(1, 7)))


def _anything(rng: random.Random) -> str:
    blocks = [
        range(0x20, 0x250),
        range(0x300, 0x370),
        range(0x590, 0x900),
        range(0x2000, 0x2070),
        range(0x3000, 0x3100),
    ]
    return "".join(chr(rng.choice(rng.choice(blocks))) for _ in range(rng.randint(1, 6)))


def _odd(rng: random.Random) -> str:
    kinds = rng.choices([_address, _emoji, _anything, _ordinary], weights=[4, 3, 1, 1], k=rng.randint(1, 5))
    return "".join(kind(rng) + rng.choice(["", " ", " ", "\n"]) for kind in kinds)


def test_ordinary_text_counts_the_same() -> None:
    rng = random.Random(20261201)
    texts = [_ordinary(rng) for _ in range(1500)]
    official = answers(texts)
    assert [(x_weight(text), text) for text in texts] == [(a[0], t) for a, t in zip(official, texts, strict=True)]
    assert all(has_url(text) == bool(a[1]) for a, text in zip(official, texts, strict=True))


def test_every_emoji_and_flag_counts_the_same_alone_and_in_combinations() -> None:
    texts = _texts_of_one_emoji()
    assert len(texts) > 60_000
    official = answers(texts)
    assert [t for t, a in zip(texts, official, strict=True) if x_weight(t) != a[0]] == []


@pytest.mark.parametrize("seed", range(4))
def test_odd_text_never_counts_less_and_more_only_for_addresses_of_unknown_hosts(seed: int) -> None:
    rng = random.Random(seed)
    texts = [_odd(rng) for _ in range(1000)]
    for text, (weight, _) in zip(texts, answers(texts), strict=True):
        composed = unicodedata.normalize("NFC", text)
        above = ABOVE_MAX * len(unknown(composed, x_urls(composed))) + len(LONG) * text.count(LONG)
        assert weight <= x_weight(text) <= weight + above, ascii(text)


def test_the_ends_of_names_are_those_of_the_package() -> None:
    ends = sorted(PUBLISHED)
    asked = [f"https://a.{end}" for end in ends] + [f"https://a.{end}" for end in sorted(NEWER)]
    found = [bool(links) for _, links in answers(asked)]
    assert found == [True] * len(ends) + [False] * len(NEWER)
