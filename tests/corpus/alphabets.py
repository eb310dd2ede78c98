"""How people spell a name aloud, write it in another script, or say a date: the tables of the attacks."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from streams.scrub.listing import listed

NATO: Final = listed(
    "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike November Oscar Papa Quebec Romeo "
    "Sierra Tango Uniform Victor Whiskey X-ray Yankee Zulu"
)
# The German postal alphabet as most people know it, and the one of towns that DIN 5009 has had since 2022.
POSTAL: Final = listed(
    "Anton Berta Cäsar Dora Emil Friedrich Gustav Heinrich Ida Julius Kaufmann Ludwig Martha Nordpol Otto Paula Quelle "
    "Richard Samuel Theodor Ulrich Viktor Wilhelm Xanthippe Ypsilon Zacharias"
)
TOWNS: Final = listed(
    "Aachen Berlin Chemnitz Düsseldorf Essen Frankfurt Goslar Hamburg Ingelheim Jena Köln Leipzig München Nürnberg "
    "Offenbach Potsdam Quickborn Rostock Salzwedel Tübingen Unna Völklingen Wuppertal Xanten Ypsilon Zwickau"
)
DUTCH: Final = listed(
    "Anna Bernard Cornelis Dirk Eduard Ferdinand Gerard Hendrik Izaak Jan Karel Lodewijk Maria Nico Otto Pieter "
    "Quotiënt Rudolf Simon Teunis Utrecht Victor Willem Xantippe Ypsilon Zaandam"
)
PLAIN: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ë": "e"})
ALPHABETS: Final = {
    "en": {"NATO": NATO},
    "de": {"postal": POSTAL, "towns": TOWNS, "NATO": NATO},
    "nl": {"Dutch": DUTCH, "NATO": NATO},
}
AS_IN: Final = {"en": "{} for {}", "de": "{} wie {}", "nl": "{} van {}"}


def spellings(lang: str, word: str) -> Iterator[tuple[str, str]]:
    letters = word.lower().translate(PLAIN)
    for title, words in ALPHABETS[lang].items():
        said = [words[ord(letter) - ord("a")] for letter in letters]
        yield f"spelled, {title}", " ".join(said)
        yield f"spelled, {title}, commas", ", ".join(said).lower()
        yield f"spelled, {title}, hyphens", "-".join(said)
        pairs = zip(letters.upper(), said, strict=True)
        yield f"spelled, {title}, letter by letter", ", ".join(AS_IN[lang].format(*pair) for pair in pairs)


CYRILLIC: Final = (
    ("sch", "ш"), ("sh", "ш"), ("ch", "х"), ("ph", "ф"), ("th", "т"), ("zh", "ж"), ("ts", "ц"), ("ck", "к"),
    ("ij", "ей"), ("oo", "оо"), ("oe", "у"), ("ie", "и"), ("ya", "я"), ("yu", "ю"), ("qu", "кв"), ("x", "кс"),
    ("ä", "э"), ("ö", "ё"), ("ü", "ю"), ("ß", "с"),
    *zip("abcdefghijklmnopqrstuvwyz", "абкдефгхийклмнопкрстуввиз", strict=True),
)  # fmt: skip
GREEK: Final = (
    ("sch", "σ"), ("sh", "σ"), ("ch", "χ"), ("ph", "φ"), ("th", "θ"), ("ts", "τσ"), ("ck", "κ"), ("ij", "αι"),
    ("oo", "ο"), ("oe", "ου"), ("ie", "ι"), ("qu", "κου"), ("ä", "ε"), ("ö", "ε"), ("ü", "ι"), ("ß", "σ"),
    ("b", "μπ"), ("g", "γκ"), ("d", "ντ"), ("j", "τζ"), ("u", "ου"), ("w", "ου"), ("x", "ξ"),
    *zip("acefhiklmnopqrstvyz", "ακεφχικλμνοπκρστβυζ", strict=True),
)  # fmt: skip


def cyrillic(name: str) -> str:
    return _transliterated(name, CYRILLIC)


def greek(name: str) -> str:
    words = _transliterated(name, GREEK).split()
    return " ".join(word[:-1] + "ς" if word.endswith("σ") else word for word in words)


def _transliterated(name: str, table: tuple[tuple[str, str], ...]) -> str:
    out, low, at = "", name.lower(), 0
    while at < len(name):
        for latin, other in table:
            if low.startswith(latin, at):
                out += other.capitalize() if name[at].isupper() else other
                at += len(latin)
                break
        else:
            out += name[at]
            at += 1
    return out


MONTHS: Final = {
    "en": listed("January February March April May June July August September October November December"),
    "de": listed("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
    "nl": listed("januari februari maart april mei juni juli augustus september oktober november december"),
}
_EN_ORDINALS: Final = listed(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
)
_DE_ORDINALS: Final = listed(
    "ersten zweiten dritten vierten fünften sechsten siebten achten neunten zehnten elften zwölften dreizehnten "
    "vierzehnten fünfzehnten sechzehnten siebzehnten achtzehnten neunzehnten zwanzigsten"
)
_DE_ONES: Final = ("", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
_NL_CARDINALS: Final = listed(
    "een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien achttien "
    "negentien twintig"
)
_NL_ONES: Final = ("", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen")


def dates(lang: str, day: date) -> tuple[str, ...]:
    """The day in figures of any order, and as the language writes and says it."""
    d, m, y = day.day, day.month, day.year
    month = MONTHS[lang][m - 1]
    figures = (
        f"{y}-{m:02}-{d:02}", f"{y}/{m:02}/{d:02}", f"{d:02}.{m:02}.{y}", f"{d}.{m}.{y}", f"{d}.{m}.{y % 100:02}",
        f"{d:02}-{m:02}-{y}", f"{d}/{m}/{y}", f"{d:02}/{m:02}/{y % 100:02}", f"{d:02}{m:02}{y}",
        f"{d:02}{m:02}{y % 100:02}", f"{d} . {m} . {y}", f"{d:02}\u200b.{m:02}.{y}",
        f"{d:02}.{m:02}.{y}".translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    )  # fmt: skip
    return (*figures, *_written(lang, d, month, y))


def _written(lang: str, d: int, month: str, y: int) -> tuple[str, ...]:
    if lang == "en":
        ordinal = f"{d}{'th' if 10 < d < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(d % 10, 'th')}"
        spoken = _english(d)
        return (
            f"{month} {d}, {y}", f"{month} {ordinal}", f"{ordinal} of {month} {y}",
            f"{d} {month[:3].upper()} {y % 100:02}",
            f"{d}-{month[:3]}-{y}", f"{month} {y}", f"the {spoken} of {month}", f"{month} {spoken}",
            f"{month.lower()} {d}",
        )  # fmt: skip
    if lang == "de":
        return (
            f"{d}. {month} {y}",
            f"{d}. {month}",
            f"am {_german(d)} {month} {y}",
            f"{month} {y}",
            f"{d}.{month[:3]}.{y}",
        )
    return (f"{d} {month} {y}", f"{d} {month}", f"{_dutch(d)} {month} {y}", f"{month} {y}", f"{d}-{month[:3]}-{y}")


def _english(d: int) -> str:
    if d <= 20:
        return _EN_ORDINALS[d - 1]
    return "thirtieth" if d == 30 else f"{'twenty' if d < 30 else 'thirty'}-{_EN_ORDINALS[d % 10 - 1]}"


def _german(d: int) -> str:
    if d <= 20:
        return _DE_ORDINALS[d - 1]
    tens = "zwanzigsten" if d < 30 else "dreißigsten"
    return tens if d % 10 == 0 else f"{_DE_ONES[d % 10]}und{tens}"


def _dutch(d: int) -> str:
    if d <= 20:
        return _NL_CARDINALS[d - 1]
    link = "ën" if _NL_ONES[d % 10].endswith("e") else "en"
    tens = "twintig" if d < 30 else "dertig"
    return tens if d % 10 == 0 else f"{_NL_ONES[d % 10]}{link}{tens}"
