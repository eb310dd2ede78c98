"""Whether a word says what people do or are: `lexicon/occupations.txt`, and the endings in `lexicon/roles.toml`."""

from functools import cache

from streams.scrub import packaged
from streams.scrub.listing import words
from streams.scrub.normalise import fold
from streams.scrub.view import View

# Of these a village has one.
OFFICES = words(
    "mayor mayoress bürgermeister bürgermeisterin oberbürgermeister oberbürgermeisterin burgemeester wethouder "
    "landrat landrätin minister ministerin president präsident präsidentin premier senator governor sheriff vicar "
    "priest pastor rector pastorin pfarrer pfarrerin pastoor dominee imam rabbi rabbiner bishop bischof bisschop "
    "headmaster headmistress headteacher principal schulleiter schulleiterin schooldirecteur rektor rektorin "
    "harbourmaster harbormaster havenmeester hafenmeister lighthouse-keeper postmaster postmistress councillor "
    "captain kapitein kapitän goalkeeper organist kantor dirigent dirigentin stationmaster forester förster "
    "försterin boswachter bankdirektor judge richter rechter ceo chairman chairwoman vorsitzende vorsitzender "
    "voorzitter voorzitster mp alderman squire laird abbot abbess abt äbtissin prinz prins prinzessin queen king "
    "schützenkönig schützenkönigin weinkönigin karnevalsprinz stadtrat stadträtin gemeinderat dorpshoofd "
    "feuerwehrkommandant wehrführer brandweercommandant veterinarian vet tierarzt tierärztin dierenarts hausarzt "
    "hausärztin huisarts gp baker bäcker bakker butcher metzger slager smith schmied smid undertaker bestatter "
    "hebamme midwife postman briefträger postbode teacher lehrer lehrerin juf publican innkeeper wirt wirtin "
    "kroegbaas chemist apotheker organisierer beekeeper imker florist blacksmith librarian küster koster ferryman "
    "fährmann veerman"
)
OFFICE_ENDINGS = tuple(sorted(w for w in OFFICES if len(w) > 3))  # German and Dutch glue the village on: Dorfpfarrer
# Of these a town has one as well: "mayor of Dunmore" is one person, "baker of Dunmore" is not.
_HIGH_OFFICES = words(
    "mayor mayoress bürgermeister bürgermeisterin oberbürgermeister oberbürgermeisterin burgemeester wethouder "
    "landrat landrätin minister ministerin president präsident präsidentin premier senator governor sheriff vicar "
    "priest pastor pastorin pfarrer pfarrerin pastoor dominee imam rabbi rabbiner bishop bischof bisschop "
    "headmaster headmistress headteacher principal schulleiter schulleiterin schooldirecteur rektor rektorin "
    "harbourmaster harbormaster havenmeester hafenmeister lighthouse-keeper postmaster postmistress councillor "
    "captain kapitein kapitän goalkeeper trainer organist kantor dirigent stationmaster forester förster "
    "bankdirektor judge richter ceo chairman chairwoman vorsitzende vorsitzender voorzitter abbot abt laird"
)
HIGH_ENDINGS = tuple(sorted(_HIGH_OFFICES))


def is_office(view: View, role: str) -> bool:
    """Whether it is an office or a trade that a village has one of."""
    low = role.lower()
    low = low.removesuffix("s") if view.lang == "de" else low  # des Bürgermeisters
    return (
        low in OFFICES
        or (view.lang != "en" and low.endswith(OFFICE_ENDINGS))
        or low in packaged.words("lexicon/occupations.txt")
    )


def is_role(view: View, word: str) -> bool:
    """Whether a word says what somebody does or is."""
    low = word.lower().removesuffix("'s")
    return any(_is_one_role(view, form) for form in _singulars(low))


def _is_one_role(view: View, low: str) -> bool:
    if len(low) < _ROLE_MIN or low in _table("things"):
        return False
    if low in packaged.words("lexicon/occupations.txt") or low in _table("roles"):
        return True
    is_formed = len(low) >= _FORMED_MIN and low.endswith(_endings(view.lang))
    return is_formed and not view.lexicon.everyday(fold(low), view.lang)


def _singulars(word: str) -> tuple[str, ...]:
    """ "one of the last ferrymen": the plural of a role is that role."""
    forms = [word]
    if word.endswith("men"):
        forms.append(f"{word[:-3]}man")
    if word.endswith("innen"):
        forms.append(word[:-3])
    forms += [word.removesuffix(ending) for ending in ("s", "n", "en") if word.endswith(ending)]
    return tuple(forms)


_ROLE_MIN, _FORMED_MIN = 3, 7


@cache
def _endings(lang: str) -> tuple[str, ...]:
    return tuple(packaged.table("lexicon/roles.toml")["endings"][lang].split())


@cache
def _table(name: str) -> frozenset[str]:
    return words(packaged.table("lexicon/roles.toml")[name]["words"])
