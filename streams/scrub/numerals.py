"""Number words of English, German and Dutch from 0 to 119, and ordinals from 1 to 31, built by each language's rule."""

from streams.scrub.listing import listed

EN_ONES = listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
EN_TENS = listed("twenty thirty forty fifty sixty seventy eighty ninety")
DE_ONES = listed(
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn "
    "siebzehn achtzehn neunzehn"
)
DE_TENS = listed("zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig")
NL_ONES = listed(
    "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien "
    "zeventien achttien negentien"
)
NL_TENS = listed("twintig dertig veertig vijftig zestig zeventig tachtig negentig")


def _english() -> dict[str, int]:
    out = {word: n for n, word in enumerate(EN_ONES)}
    for tens, word in enumerate(EN_TENS, 2):
        out[word] = tens * 10
        for one in range(1, 10):
            for gap in ("-", " ", ""):
                out[f"{word}{gap}{EN_ONES[one]}"] = tens * 10 + one
    for rest in range(20):
        for head in ("a hundred", "one hundred", "hundred"):
            out[head if rest == 0 else f"{head} and {EN_ONES[rest]}"] = 100 + rest
            out[head if rest == 0 else f"{head} {EN_ONES[rest]}"] = 100 + rest
    return out


def _german() -> dict[str, int]:
    out = {word: n for n, word in enumerate(DE_ONES)}
    for tens, word in enumerate(DE_TENS, 2):
        out[word] = tens * 10
        for one in range(1, 10):
            out[f"{'ein' if one == 1 else DE_ONES[one]}und{word}"] = tens * 10 + one
    for rest in range(20):
        for head in ("hundert", "einhundert"):
            out[head if rest == 0 else f"{head}{DE_ONES[rest]}"] = 100 + rest
            out[head if rest == 0 else f"{head}und{DE_ONES[rest]}"] = 100 + rest
    for word in list(out):
        plain = word.replace("ß", "ss").replace("ü", "ue").replace("ö", "oe")
        out[plain] = out[word]
    return out


def _dutch() -> dict[str, int]:
    out = {word: n for n, word in enumerate(NL_ONES)}
    for tens, word in enumerate(NL_TENS, 2):
        out[word] = tens * 10
        for one in range(1, 10):
            link = "ën" if NL_ONES[one].endswith("e") else "en"
            out[f"{NL_ONES[one]}{link}{word}"] = tens * 10 + one
            out[f"{NL_ONES[one]}en{word}"] = tens * 10 + one
    for rest in range(20):
        out["honderd" if rest == 0 else f"honderd{NL_ONES[rest]}"] = 100 + rest
        out["honderd" if rest == 0 else f"honderd en {NL_ONES[rest]}"] = 100 + rest
    return out


NUMBERS: dict[str, int] = _dutch() | _german() | _english()
"""Word → number. The three languages share `elf`, `acht`, `drie`-like words only where the number is the same."""

DIGITS: dict[str, str] = {
    **{word: str(n) for table in (EN_ONES, DE_ONES, NL_ONES) for n, word in enumerate(table[:10])},
    "oh": "0", "o": "0", "nought": "0", "naught": "0", "niner": "9", "ein": "1", "eine": "1", "zwo": "2", "fuenf": "5",
    "één": "1",
}  # fmt: skip
TIMES = {"double": 2, "triple": 3, "treble": 3, "doppel": 2, "dubbel": 2, "dubbele": 2}


def _ordinals() -> dict[str, int]:
    english = listed(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
        "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
    )
    out = {word: n for n, word in enumerate(english, 1)}
    for tens, head, tenth in ((20, "twenty", "twentieth"), (30, "thirty", "thirtieth")):
        out[tenth] = tens
        out |= {f"{head}{gap}{word}": tens + n for n, word in enumerate(english[:9], 1) for gap in ("-", " ")}
    german = ["erst", "zweit", "dritt", "viert", "fünft", "sechst", "siebt", "acht", "neunt"]
    stems = {stem: n for n, stem in enumerate(german, 1)}
    stems |= {f"{DE_ONES[n]}t": n for n in range(10, 20)}
    for n in range(20, 32):
        word = next(w for w, value in _german().items() if value == n)
        stems[f"{word}st"] = n
    for stem, n in stems.items():
        for variant in {stem, stem.replace("ü", "ue").replace("ö", "oe").replace("ß", "ss")}:
            out |= {variant + ending: n for ending in ("e", "en", "er", "em")}
    dutch = listed("eerste tweede derde vierde vijfde zesde zevende achtste negende tiende elfde twaalfde")
    out |= {word: n for n, word in enumerate(dutch, 1)}
    out |= {f"{NL_ONES[n]}de": n for n in range(13, 20)}
    for n in range(20, 32):
        out |= {f"{word}ste": n for word, value in _dutch().items() if value == n}
    return {word: n for word, n in out.items() if n <= 31}


ORDINALS: dict[str, int] = _ordinals()
