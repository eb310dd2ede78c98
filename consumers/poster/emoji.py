"""Which emoji X counts as one character of weight 2: those of its list of 2018; newer ones count by their parts.

Source: twitter-text 3.1.0 with twemoji-parser 11.0.2, asked for every code point and combination
(tests/contract/test_twitter_text.py asks again). Numbers are code points in hexadecimal.
"""

import regex  # type: ignore[import-untyped]  # it ships no types; its doors are length, emoji and links


def _set(ranges: str) -> str:
    """A character class out of `1f3c3-1f3c4 1f3ca`."""
    ends = (span.split("-") for span in ranges.split())
    return "[" + "".join("-".join(f"\\U{int(code, 16):08x}" for code in pair) for pair in ends) + "]"


_PRESENTED = _set("""
a9 ae 203c 2049 2122 2139 2194-2199 21a9-21aa 231a-231b 2328 23cf 23ed-23ef 23f1-23f2 23f8-23fa 24c2 25aa-25ab 25b6
25c0 25fb-25fe 2600-2604 260e 2611 2614-2615 2618 261d 2620 2622-2623 2626 262a 262e-262f 2638-263a 2640 2642
2648-2653 265f-2660 2663 2665-2666 2668 267b 267f 2692-2697 2699 269b-269c 26a0-26a1 26aa-26ab 26b0-26b1 26bd-26be
26c4-26c5 26c8 26cf 26d1 26d3-26d4 26e9-26ea 26f0-26f5 26f7-26fa 26fd 2702 2708-2709 270c-270d 270f 2712 2714 2716
271d 2721 2733-2734 2744 2747 2757 2763-2764 27a1 2934-2935 2b05-2b07 2b1b-2b1c 2b50 2b55 3030 303d 3297 3299 1f004
1f170-1f171 1f17e-1f17f 1f202 1f21a 1f22f 1f237 1f321 1f324-1f32c 1f336 1f37d 1f396-1f397 1f399-1f39b 1f39e-1f39f
1f3cb-1f3ce 1f3d4-1f3df 1f3f3 1f3f5 1f3f7 1f43f 1f441 1f4fd 1f549-1f54a 1f56f-1f570 1f573-1f579 1f587 1f58a-1f58d
1f590 1f5a5 1f5a8 1f5b1-1f5b2 1f5bc 1f5c2-1f5c4 1f5d1-1f5d3 1f5dc-1f5de 1f5e1 1f5e3 1f5e8 1f5ef 1f5f3 1f5fa 1f6cb
1f6cd-1f6cf 1f6e0-1f6e5 1f6e9 1f6f0 1f6f3
""")
_SKINNED = _set("""
261d 26f7 26f9 270a-270d 1f385 1f3c2-1f3c4 1f3c7 1f3ca-1f3cc 1f442-1f443 1f446-1f450 1f466-1f469 1f46e 1f470-1f478
1f47c 1f481-1f483 1f485-1f487 1f4aa 1f574-1f575 1f57a 1f590 1f595-1f596 1f645-1f647 1f64b-1f64f 1f6a3 1f6b4-1f6b6
1f6c0 1f6cc 1f918-1f91c 1f91e-1f91f 1f926 1f930-1f939 1f93d-1f93e 1f9b5-1f9b6 1f9b8-1f9b9 1f9d1-1f9dd
""")
_GENDERED = _set("""
1f3c3-1f3c4 1f3ca 1f46e 1f471 1f473 1f477 1f481-1f482 1f486-1f487 1f645-1f647 1f64b 1f64d-1f64e 1f6a3 1f6b4-1f6b6
1f926 1f935 1f937-1f939 1f93d-1f93e 1f9b8-1f9b9 1f9d6-1f9dd
""")
_GENDERED_WHEN_SKINNED = _set("1f3cb-1f3cc 1f574-1f575 26f9")  # or with U+FE0F
_NO_SKIN = "[\U0001f46f\U0001f93c\U0001f9de\U0001f9df]"
_WORK = (
    "(?:[\u2695\u2696\u2708]\ufe0f|"
    + _set("1f33e 1f373 1f393 1f3a4 1f3a8 1f3eb 1f3ed 1f4bb-1f4bc 1f527 1f52c 1f680 1f692 1f9b0-1f9b3")
    + ")"
)
_SKIN = "[\U0001f3fb-\U0001f3ff]"
_SIGN = "\u200d[\u2640\u2642]\ufe0f"

# The second letters of flags after their first, as in Unicode's regional indicators.
_FLAGS = """
ACDEFGILMOQRSTUWXZ BABDEFGHIJLMNOQRSTVWYZ CACDFGHIKLMNOPRUVWXYZ DEGJKMOZ EACEGHRSTU FIJKMOR GABDEFGHILMNPQRSTUWY
HKMNRTU ICDELMNOQRST JEMOP KEGHIMNPRWYZ LABCIKRSTUVY MACDEFGHKLMNOPQRSTUVWXYZ NACEFGILOPRUZ OM PAEFGHKLMNRSTWY QA
REOSUW SABCDEGHIJKLMNORSTVXYZ TACDFGHJKLMNORTVWZ UAGMNSYZ VACEGINU WFS XK YET ZAMW
"""


def _flags() -> str:
    first = ord("\U0001f1e6") - ord("A")

    def letter(c: str) -> str:
        return chr(ord(c) + first)

    return "|".join(f"{letter(row[0])}[{''.join(map(letter, row[1:]))}]" for row in _FLAGS.split())


def _families() -> str:
    man, woman, boy, girl, heart, kiss = "👨", "👩", "👦", "👧", "❤\ufe0f", "💋"
    children = f"{boy}(?:\u200d{boy})?|{girl}(?:\u200d[{boy}{girl}])?"
    return "|".join(
        (
            f"{man}\u200d{heart}\u200d(?:{kiss}\u200d)?{man}",
            f"{woman}\u200d{heart}\u200d(?:{kiss}\u200d)?[{man}{woman}]",
            f"(?:{man}\u200d)?[{man}{woman}]\u200d(?:{children})",
            f"{woman}\u200d{woman}\u200d(?:{children})",
        )
    )


def _tags(region: str) -> str:
    """England, Scotland and Wales are spelled out in tag characters."""
    return "".join(chr(0xE0000 + ord(letter)) for letter in region) + "\U000e007f"


ONE = regex.compile(
    "|".join(
        (
            f"[👨👩]{_SKIN}?\u200d{_WORK}",
            f"{_GENDERED_WHEN_SKINNED}(?:{_SKIN}|\ufe0f){_SIGN}",
            f"{_GENDERED}{_SKIN}?{_SIGN}",
            _families(),
            "🏳\ufe0f\u200d🌈|🏴\u200d☠\ufe0f|👁\u200d🗨",
            f"{_NO_SKIN}{_SIGN}",
            "[#*0-9]\ufe0f?\u20e3",
            f"{_PRESENTED}\ufe0f",
            f"{_SKINNED}{_SKIN}",
            f"🏴(?:{_tags('gbeng')}|{_tags('gbsct')}|{_tags('gbwls')})",
            _flags(),
        )
    )
)
