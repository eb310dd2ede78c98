"""What singles a person out without a name: the only one, or an office: 164.514(b)(2)(ii), GDPR recital 26.

What counts as a role is said in `occupations.py`; fame and deeds are in `fame.py`.
"""

import re
from collections.abc import Iterator

from streams.scrub.detectors.fame import famous
from streams.scrub.detectors.lives import lives
from streams.scrub.detectors.singled_out import NOT_TELLING, singled_out
from streams.scrub.occupations import HIGH_ENDINGS, OFFICE_ENDINGS, OFFICES, is_office, is_role
from streams.scrub.phrases import phrases
from streams.scrub.spans import Hit, longest
from streams.scrub.view import View

_SOLE = phrases(
    "only sole last last_remaining last_surviving last_living last_ever first_female first_male first_black "
    "first_deaf first_blind first_openly oldest youngest youngest_ever oldest_living tallest heaviest most_famous "
    "best-known best_known longest-serving longest_serving richest one_of_only_two one_of_only_three "
    "one_of_the_last one_of_the_few one_of_two one_of_three einzige einziger einzigen einziges einzigem letzte "
    "letzter letzten letztes letztem älteste ältester ältesten jüngste jüngster jüngsten bekannteste bekannter "
    "bekanntester bekanntesten größte größter dienstälteste dienstältester letzte_lebende einer_der_letzten "
    "eine_der_letzten einer_von_zwei eine_von_zwei einer_von_drei eine_von_drei erste_weibliche enige allerlaatste "
    "laatste oudste jongste bekendste langste jongste_ooit een_van_de_laatste één_van_de_laatste een_van_de_twee "
    "een_van_de_weinige eerste_vrouwelijke"
)
_WHOSE = (
    r"(?:(?:the|our|this|his|her|their|a|der|die|das|den|dem|unser\w{0,2}|de|het|onze|ons|\w{1,30}'s"
    r"|(?!(?:is|was|has|as|us|es|als|bis|uns|plus|thus|this) )\w{1,30}s) )?"
)
_SOLE_HEAD = re.compile(rf"(?<![\w'])(?P<clause>{_WHOSE}{_SOLE.pattern})(?= )")
_ROLE_PLACE = re.compile(
    rf"(?<![\w'])(?P<clause>{_WHOSE}{_SOLE.pattern} (?:[\w'-]{{1,30}} ){{1,4}}(?:in|at|of|from|on|within|im|in der|am"
    rf"|an der|auf|aus|von|vom|van|uit|op|bij) (?:the |our |this |der |dem |den |de |het |ons "
    rf"|onze )?(?P<place>[\w'äöüß-]{{1,30}}(?: [A-Z][\w'-]{{1,30}})?))"
)
_SOLE_WITH = re.compile(
    rf"(?<![\w'])(?P<clause>{_WHOSE}(?:only|sole|last|einzige[rnsm]?|letzte[rnsm]?|enige"
    rf"|laatste) (?:[\w'-]{{1,30}} ){{0,2}}(?:(?:person|patient|"
    r"one|woman|man|child|family|runner|resident|survivor|mensch|patientin|kind|frau|mann|familie|bewohner(?:in)?"
    r"|überlebende[rn]?"
    r"|persoon|patiënte?|vrouw|kind|gezin|bewoner|overlevende) )(?:in|on|of|with|who|to|left|alive|from|worldwide|im"
    r"|in der|mit|die|der|auf|weltweit|aus|van|met|op|uit|ter wereld)(?: [\w'äöüßë-]{1,30}){1,6})"
)
_NEXT_WORD = re.compile(r" [\w'äöüßë-]{1,30}")
_SOLE_WORDS_MAX = 4  # between "the only" and the role: "the only female deep-sea diver"
_PLACE_BEHIND = re.compile(
    r" (?:ever|ooit|aller zeiten)(?!\w)| (?:in|at|of|on|from|im|am|auf|aus|von|vom|der|des|van|uit|op|bij|te|within"
    r"|left in) (?:the |our |this |der |dem |den |de |het |ons |onze )?[\w'äöüß-]{1,30}(?: [A-ZÄÖÜ][\w'-]{1,30})?"
)
_OFFICE = re.compile(
    r"(?<![\w-])(?P<clause>(?:(?:former|ex-?|retired|deputy|acting|ehemalige[rn]?|früherer?"
    r"|pensionierte[rn]?|ex-|oud-|voormalige?|gepensioneerde?)\s?)?"
    r"(?P<office>[\w-]{2,30})(?:'s (?:wife|husband|son|daughter|mother|father))? (?:of|at|for|der|des|von"
    r"|vom|in|im|am|aus|van|uit|bij|te) (?:the |der |dem |den |de "
    r"|het )?(?P<place>[A-ZÄÖÜ][\w'äöüß-]{2,30}(?: [A-ZÄÖÜ][\w'äöüß-]{2,30}){0,2}))"
)
_LOCAL = re.compile(
    r"(?<![\w'])(?P<clause>(?:(?:the|our|their|his|her|a|der|die|den|dem|unser\w{0,2}|de|het|onze|ons"
    r"|ein\w{0,2}) )?(?:(?:old|retired|former|alte[rn]?"
    r"|pensionierte[rn]?|gepensioneerde) )?(?:local|village|town's|village's|island's|parish|town|valley's|city's"
    r"|county's|school's|club's|hiesige[rnm]?|örtliche[rnm]?|ortsansässige[rn]?|plaatselijke|lokale))(?= )"
)
_GLUED = re.compile(
    r"(?<![\w-])(?P<clause>(?:(?:the|our|der|die|den|dem|unser\w{0,2}|de|het|onze|ons) )?(?P<role>(?:dorf|stadt|orts"
    r"|gemeinde|insel|dorps|stads|buurt|schul|school|hof|dom|eiland)-?(?:s)?[a-zäöü]{3,24}))(?!\w)"
)
_KIN = re.compile(
    r"(?<![\w'])(?:(?:widow|widower|wife|husband|son|daughter|mother|father|sister|brother) of (?:the|our)"
    r"|(?:witwe|witwer|frau|sohn|tochter|mutter|vater) (?:des|der|vom|unseres|unserer)"
    r"|(?:weduwe|weduwnaar|vrouw|man|zoon|dochter|moeder|vader) van (?:de|het|onze|ons))(?= )"
)


def roles(view: View) -> Iterator[Hit]:
    yield from longest(_roles(view))


def _roles(view: View) -> Iterator[Hit]:
    vocabulary = view.vocabulary
    if not _SOLE.triggers.isdisjoint(vocabulary):
        yield from _sole(view)
    if _has_office(vocabulary):
        yield from _offices(view)
    yield from famous(view)
    yield from singled_out(view)
    yield from lives(view)


def _has_office(vocabulary: frozenset[str]) -> bool:
    return not OFFICES.isdisjoint(vocabulary) or any(
        word[-_TAIL:] in _TAILS and word.removesuffix("'s").endswith(_OFFICE_FORMS) for word in vocabulary
    )


# Words are asked for their last letters first: a hundred endings are too many to try on every word.
_TAIL = 4
_OFFICE_FORMS = (*OFFICE_ENDINGS, *(f"{office}s" for office in OFFICE_ENDINGS), "keeper")
_TAILS = frozenset(form[-_TAIL:] for office in _OFFICE_FORMS for form in (office, f"{office}'s"))


def _sole(view: View) -> Iterator[Hit]:
    for m in _SOLE_HEAD.finditer(view.low):
        end = _role_end(view, m.end())
        if end:
            yield Hit(m.start("clause"), _with_place(view, end), "singled-out", "sole-role", 0.7)
    for m in _SOLE_WITH.finditer(view.low):
        if not NOT_TELLING.search(m.group()):
            yield Hit(m.start("clause"), m.end(), "singled-out", "sole-person", 0.6)
    for m in _ROLE_PLACE.finditer(view.low):
        if (
            view.text[m.start("place")].isupper()
            and view.lang != "de"
            and not view.plain(_fold_at(view, m.start("place")))
        ):
            yield Hit(m.start("clause"), m.end(), "singled-out", "sole-place", 0.6)


def _offices(view: View) -> Iterator[Hit]:
    for m in _OFFICE.finditer(view.text):
        office = m["office"].lower()
        if office.endswith(HIGH_ENDINGS):
            yield Hit(m.start("clause"), m.end(), "singled-out", "office", 0.7)
    for m in _LOCAL.finditer(view.low):
        end = _office_end(view, m.end())
        if end:
            yield Hit(m.start("clause"), _with_place(view, end), "singled-out", "local", 0.6)
    for m in _GLUED.finditer(view.low):
        if m["role"].endswith(OFFICE_ENDINGS):
            yield Hit(m.start("clause"), _with_place(view, m.end()), "singled-out", "local", 0.6)
    for m in _KIN.finditer(view.low):
        end = _office_end(view, m.end())
        if end:
            yield Hit(m.start(), end, "singled-out", "kin", 0.6)


_OFFICE_WORDS_MAX = 2  # "the local parish priest"
_KIN_OF = re.compile(r"'s (?:wife|husband|son|daughter|mother|father)(?!\w)")


def _office_end(view: View, at: int) -> int:
    """Where an office within the next two words ends, its family included; 0 when there is none."""
    for _ in range(_OFFICE_WORDS_MAX):
        m = _NEXT_WORD.match(view.low, at)
        if not m:
            return 0
        at = m.end()
        word, mark, _tail = m.group()[1:].partition("'")
        if is_office(view, word):
            kin = _KIN_OF.match(view.low, at - len(mark + _tail))
            return kin.end() if kin else at
    return 0


def _role_end(view: View, at: int) -> int:
    for _ in range(_SOLE_WORDS_MAX):
        m = _NEXT_WORD.match(view.low, at)
        if not m:
            return 0
        at = m.end()
        if is_role(view, m.group()[1:]):
            return at
    return 0


def _with_place(view: View, end: int) -> int:
    m = _PLACE_BEHIND.match(view.text, end)
    return m.end() if m else end


def _fold_at(view: View, at: int) -> str:
    word = view.word_at(at)
    return word.fold if word else ""
