"""How much speaks for a word being somebody's name, when neither a cue nor the event says so: a score from 0 to 1.

Each reason adds or takes away a weight. Policy draws the line (its bands); here is only what language tells.
"""

import re

from streams.scrub import packaged
from streams.scrub.lexicon_words import Called, Rarity
from streams.scrub.listing import words
from streams.scrub.normalise import fold
from streams.scrub.view import View, Word


def _folded(text: str) -> frozenset[str]:
    return frozenset(fold(word) for word in text.split())


# A capital in mid-sentence says "name" in English and Dutch; every German noun has one.
_UNKNOWN = {"en": 0.5, "nl": 0.5, "de": 0.4}
_DERIVED = {"en": 0.25, "nl": 0.2, "de": 0.05}
_CALLED = {
    Called.NO: 0.0,
    Called.RARE_SURNAME: 0.05,
    Called.RARE_GIVEN: 0.15,
    Called.COMMON_SURNAME: 0.2,
    Called.COMMON_GIVEN: 0.3,
}
_MONTH = 0.1  # April may be a woman, and much has to speak for it
_OTHER_SCRIPT = 0.6
_CAPITAL_ASKED_FOR = {"en": 0.1, "nl": 0.15}  # in mid-sentence both put it to names
_NO_ARTICLE = 0.25  # "Fischer hat Durst": whoever is not called so would be "der Fischer"
_OPENS_SENTENCE = -0.1
_HEADLINE = -0.2
_THING_BEFORE = -0.3
_FIGURE_BESIDE = -0.3
_DIALECT = -0.05  # "der Schorsch": in the south people have an article as well
_PET_MAX = 7
_DOES_WHAT_PEOPLE_DO = 0.3
_IS_SOMETHING = 0.15
_SPOKEN_TO = 0.2
_POSSESSIVE = 0.1
_PAIR = 0.2
_CLINICAL_END = -0.2
_LONG = -0.15  # German compounds that nobody has written down yet
_LONG_MIN = 11
_SHORT = -0.1  # names this short are few and listed; words cut short are many
_SHORT_MAX = 3
_SHOUTED = -0.15
_SHORTENED = -0.2
_PERFORMS = -0.3

_CALENDAR = frozenset(fold(word) for word in packaged.words("lexicon/calendar.txt"))
_DO = _folded(
    "says said asks asked smiles smiled laughs laughed waves waved sleeps slept cries cried wants wanted thanks "
    "thanked feels felt told tells hopes loves loved wakes woke snores sings sang grins nods nodded jokes joked "
    "hates misses texted called rang needs knows knew thinks remembers lives lived works worked grew moved married "
    "turns turned "
    "sagt sagte fragt fragte lacht lachte winkt schläft schlief weint will möchte wollte grüßt dankt fühlt hofft liebt "
    "singt grinst nickt scherzt weiss weiß wohnt arbeitet kommt kam geht ging wacht wartet freut heiratet erzählt "
    "zegt zei vraagt vroeg lacht zwaait slaapt sliep huilt wil wilde groet bedankt voelt hoopt houdt zingt knikt "
    "weet woont werkt komt kwam gaat ging wacht vertelt vertelde mag kan"
)
_IS = _folded("is was has had will ist war hat hatte heeft had wordt wurde wird und en and aus from van uit")
_TO = _folded(
    "ask asked tell told thank thanks thanking hug hugs hugged visit visited called met meet married phoned rang "
    "poor dear little big old brave lovely sweet our "
    "frag fragt grüßt dankt danke besucht traf arme armer liebe lieber kleine kleiner "
    "vraag vroeg bedankt groet groetjes bezocht lieve kleine arme dappere"
)
_THING = _folded(
    "the a an this that these those each every another any no some new "
    "der die das den dem des ein eine einen einem einer eines kein keine keinen diese dieser dieses jede jeder jedes "
    "zum zur im am ins beim vom unser unsere unseren neue neuer neues neuen "
    "de het een deze dit die dat elk elke geen nieuwe ons onze"
)
_VOWELS = frozenset("aeiouy")
_HEARD_MAX = 60
_HEARD = re.compile(
    r"(?<!\w)(?:play ?list|music|radio|spotify|sound ?track|song|tune|dj|musik|\w{0,12}lied|muziek|afspeellijst"
    r"|liedje|nummer|plaat)"
    r"(?: \w{1,12}){0,3}?(?: ?[:=]| plays?| playing| spielt| läuft| speelt| draait)[^.!?\n]{0,40}$"
)
_PET_ENDINGS = {"en": ("ie", "y"), "de": ("i", "chen", "lein", "erl", "le", "li"), "nl": ("tje", "pje", "je", "ke")}
_PET_MIN = 3
_UNITS = words("mg ml mcg g kg l mm cm fr ch mmhg mmol units iu ie ee vials amp x st stk stuks")
_CLINICAL_ENDS = (
    "itis", "osis", "ectomy", "ectomie", "ektomie", "otomy", "otomie", "ostomy", "ostomie", "oscopy", "oskopie",
    "oscopie", "plasty", "plastik", "plastiek", "plastie", "graphy", "graphie", "grafie", "gram", "gramm", "aemia",
    "emia", "amie", "emie", "uria", "urie", "oma", "algia", "algie", "pathy", "pathie", "mab", "nib", "azol", "azole",
    "cillin", "cilline", "cain", "caine", "pril", "sartan", "statin", "statine", "parin", "parine", "curonium", "zepam",
    "zolam", "fentanil", "fenicol", "mycin", "mycine", "oxacin", "lol", "idin", "idine", "amin", "amine",
    "ium", "tomie", "ung", "heit", "keit", "schaft", "tion", "atie", "isatie", "logie", "logy",
)  # fmt: skip


def of_name(view: View, i: int) -> float:
    """For word `i`, which has a capital; 0 when nothing speaks for it."""
    word = view.words[i]
    known = _what_the_word_says(view, word)
    if known <= 0:
        return 0.0
    return max(0.0, min(1.0, known + beside(view, i)))


def _what_the_word_says(view: View, word: Word) -> float:
    if word.base in _CALENDAR:
        return _MONTH
    if view.transliterated(word):
        return _OTHER_SCRIPT
    rarity = view.lexicon.rarity(word.base, view.lang)
    if rarity <= Rarity.KNOWN and view.misread(word):
        rarity = Rarity.UNKNOWN
    called = _called(view, word.base)
    if rarity is Rarity.UNKNOWN:
        score = _UNKNOWN[view.lang] + _CALLED[called] / 2
        if word.base.endswith(_CLINICAL_ENDS) and called <= Called.RARE_SURNAME:
            score += _CLINICAL_END
        if view.lang == "de" and len(word.base) >= _LONG_MIN:
            score += _LONG
        if len(word.base) <= _SHORT_MAX and called is Called.NO:
            score += _SHORT
        return score
    if view.lang == "de" and called is Called.COMMON_SURNAME and _agent(view, word):
        return _CALLED[called] / 2
    if called <= Called.RARE_SURNAME or (rarity is Rarity.FREQUENT and called is not Called.COMMON_GIVEN):
        return _DERIVED[view.lang] if rarity is Rarity.DERIVED and not word.first else 0.0
    if view.lang == "de":
        thing = view.lexicon.noun(word.base) or word.base in view.lexicon.theatre
        return _CALLED[called] / 2 if thing or called is not Called.COMMON_GIVEN else _CALLED[called]
    asked_for = not word.first and word.base not in view.lexicon.theatre
    return _CALLED[called] + (_CAPITAL_ASKED_FOR[view.lang] if asked_for else 0.0)


def _agent(view: View, word: Word) -> bool:
    """A noun of German for who does something, and no tool or role of the theatre."""
    return word.base.endswith("er") and word.base not in view.lexicon.theatre and word.base not in view.lexicon.clinical


def _lacks_article(view: View, word: Word, before: Word | None) -> bool:
    if before is not None and not word.first and (before.fold in _THING or not before.fold.isalpha()):
        return False
    called = view.lexicon.called(word.base) >= Called.COMMON_SURNAME
    return called and (view.lang == "en" or (view.lang == "de" and _agent(view, word)))


def _called(view: View, base: str) -> Called:
    """Pet forms count as the name they come from: Toontje, Hansi, Annerl."""
    called = view.lexicon.called(base)
    for ending in _PET_ENDINGS[view.lang]:
        if base.endswith(ending) and len(base) - len(ending) >= _PET_MIN:
            root = view.lexicon.called(base[: -len(ending)])
            called = max(called, root) if root >= Called.RARE_GIVEN and root is not Called.COMMON_SURNAME else called
    return called


def beside(view: View, i: int) -> float:
    """What the place of word `i` in its sentence adds or takes away."""
    words = view.words
    word = words[i]
    before = words[i - 1] if i and word.start - words[i - 1].end <= 2 else None
    behind = words[i + 1] if i + 1 < len(words) and words[i + 1].start - word.end <= 2 else None
    score = _OPENS_SENTENCE if word.first and view.lang != "de" else 0.0
    if view.text[word.start : word.end].endswith(("'s", "'S")):
        score += _POSSESSIVE
    if word.upper:
        score += _SHOUTED
    if before is not None and not word.first:
        if before.fold in _TO:
            score += _SPOKEN_TO
        elif before.fold in _DO and not before.cap:  # German and Dutch turn verb and name round; English quotes do
            score += _DOES_WHAT_PEOPLE_DO
        elif before.fold in _THING or (view.lang == "de" and _adjective(view, before)):
            score += _DIALECT if view.lang == "de" and len(word.base) <= _PET_MAX else _THING_BEFORE
    if behind is not None:
        if behind.fold in _DO and not behind.cap:
            score += _DOES_WHAT_PEOPLE_DO
        elif behind.fold in _IS and not behind.cap:
            score += _NO_ARTICLE if _lacks_article(view, word, before) else _IS_SOMETHING
        elif behind.fold in _UNITS:
            score += _FIGURE_BESIDE
        elif behind.cap and not behind.upper and view.lexicon.called(behind.base) and view.lang != "de":
            score += _PAIR
    score += _SHORTENED if _shortened(view, word) else 0.0
    score += _PERFORMS if _performs(view, word) else 0.0
    return score + (_FIGURE_BESIDE if _figure_beside(view, word) else 0.0) + (_HEADLINE if view.headline else 0.0)


def _shortened(view: View, word: Word) -> bool:
    """ "Lig. falciforme", "Abx": what goes on in lower case behind its full stop, or has no vowel, is no name."""
    goes_on = view.text[word.end : word.end + 2] == ". " and view.text[word.end + 2 : word.end + 3].islower()
    return goes_on or _VOWELS.isdisjoint(word.base)


def _performs(view: View, word: Word) -> bool:
    """ "Playlist: …", "the radio plays …": whom everybody hears is no secret."""
    heard = _HEARD.search(view.low, max(0, word.start - _HEARD_MAX), word.start)
    return heard is not None


def _adjective(view: View, before: Word) -> bool:
    return not before.cap and before.fold.endswith(("e", "en", "er", "es", "em")) and view.plain(before.fold)


def _figure_beside(view: View, word: Word) -> bool:
    """ "2 Zantrox", "Zantrox 5": what is counted or measured out is a thing."""
    text = view.text
    return text[max(0, word.start - 2) : word.start].strip(" ×x")[-1:].isdigit() or (
        text[word.end : word.end + 1] == " " and text[word.end + 1 : word.end + 2].isdigit()
    )
