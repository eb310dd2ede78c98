"""What singles a person out without a name: the only one, an office, fame, a twin: 164.514(b)(2)(ii), GDPR recital 26.

The endings of words that make a role are in `lexicon/roles.toml`, the roles themselves in `lexicon/occupations.txt`.
"""

import re
from collections.abc import Iterator
from functools import cache

from streams.scrub import packaged
from streams.scrub.listing import words
from streams.scrub.normalise import fold
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
_OFFICES = words(
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
_OFFICE_ENDINGS = tuple(sorted(w for w in _OFFICES if len(w) > 3))  # German and Dutch glue the village on: Dorfpfarrer
_HIGH_OFFICES = words(
    "mayor mayoress bürgermeister bürgermeisterin oberbürgermeister oberbürgermeisterin burgemeester wethouder "
    "landrat landrätin minister ministerin president präsident präsidentin premier senator governor sheriff vicar "
    "priest pastor pastorin pfarrer pfarrerin pastoor dominee imam rabbi rabbiner bishop bischof bisschop "
    "headmaster headmistress headteacher principal schulleiter schulleiterin schooldirecteur rektor rektorin "
    "harbourmaster harbormaster havenmeester hafenmeister lighthouse-keeper postmaster postmistress councillor "
    "captain kapitein kapitän goalkeeper trainer organist kantor dirigent stationmaster forester förster "
    "bankdirektor judge richter ceo chairman chairwoman vorsitzende vorsitzender voorzitter abbot abt laird"
)
_HIGH_ENDINGS = tuple(sorted(_HIGH_OFFICES))
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
_FAMOUS = re.compile(
    r"(?<![\w'])(?:(?:a |the |our |well-)?(?:famous|well[- ]known|celebrity|celebrated|award[- ]winning"
    r"|prize-winning|olympic|paralympic"
    r"|world champion|ex-premier league|retired (?:professional|international|olympic)"
    r"|former (?:professional|international|premier league|national|tv|child)|ex-(?:professional|international)"
    r"|bekannte[rn]?|berühmte[rn]?|prominente[rn]?|stadtbekannte[rn]?|bekende"
    r"|beroemde|oud-|voormalige?n? prof\w{0,6}) (?:[\w'-]{1,30} ){0,2}(?P<role>[\w-]{2,40})"
    r"|(?:former |ex-|ehemalige[rn]? |voormalige? |oud-?)?(?:olympian|paralympian|olympiasieger(?:in)?|olympionike"
    r"|weltmeister(?:in)?|europameister(?:in)?"
    r"|olympisch kampioen|wereldkampioen|world champion|world record holder|record holder|weltrekordler(?:in)?"
    r"|recordhouder|gold medal"
    r"(?:l?ist| winner)|goldmedaillengewinner(?:in)?|nobel (?:laureate|prize winner)|nobelpreisträger(?:in)?"
    r"|nobelprijswinnaar|astronaut(?:in)?"
    r"|nationalspieler(?:in)?|bundesligaprofi|oud-international|oud-prof|ex-profi|ex-international|ex-footballer"
    r"|lottery winner|lottogewinner(?:in)?|loterijwinnaar|loterijwinnares|tv (?:star|presenter|host|chef)"
    r"|fernsehstar|fernsehkoch"
    r"|fernsehmoderator(?:in)?|tv-presentat(?:or|rice)|tv-kok|soap star|film star|filmstar|rock star|rockstar"
    r"|schlagerstar"
    r"|social media star|influencer(?:in)?|youtuber(?:in)?|tiktoker(?:in)?|only survivor|sole survivor|miss universe"
    r"|schützenkönig(?:in)?|karnevalsprinz|prins carnaval|weinkönigin)(?!s?-)|"
    r"(?:known|bekannt|bekend) (?:from|aus|van|uit) (?:the |dem |der |de |het )?(?:tv|telly|television|news|paper"
    r"|papers|internet|fernsehen|radio"
    r"|zeitung|presse|televisie|krant|nieuws)|(?:was|were|been|war|stand|stond|kam|kwam"
    r"|komt) (?:\w{1,12} ){0,3}(?:in|on|im|in der|in de|op) (?:the |der "
    r"|de )?(?:local |lokal\w{0,3} )?(?:newspapers?|papers?|evening news|zeitung|tageszeitung|krant|journaal"
    r"|tagesschau)"
    r"|(?:made|hit|makes) (?:the )?(?:headlines|front page)|(?:survivor|survived|survivors|überlebende[rn]?"
    r"|überlebte|overlevende|overleefde)"
    r" (?:of |des |der |den |die |van |het |de )?(?:the )?(?:\w{2,20} ){0,2}(?:crash|flood|disaster|shipwreck"
    r"|shooting|avalanche|sinking|earthquake"
    r"|unglücks?|absturz(?:es)?|flut|lawine|untergangs?|ramp|watersnood\w{0,4}|lawine|schipbreuk|aanslag))(?!\w)"
)
_MULTIPLE = re.compile(
    r"(?<![\w'])(?:(?:identical |conjoined |the |her |his )?twin (?:of|to|sister of|brother of)"
    r"|one of (?:the )?(?:triplets|quadruplets|quads|quintuplets)"
    r"|(?:identical|conjoined) twins?|triplets?|quadruplets?|quintuplets?|drillinge?|vierlinge?"
    r"|eineiige[rn]? zwillinge?|siamesische zwillinge"
    r"|zwilling (?:von|des|der)|drieling(?:en)?|vierling(?:en)?|eeneiige tweeling|siamese tweeling|tweeling(?:broer"
    r"|zus) van)(?!\w)"
)
_KIN = re.compile(
    r"(?<![\w'])(?:(?:widow|widower|wife|husband|son|daughter|mother|father|sister|brother) of (?:the|our)"
    r"|(?:witwe|witwer|frau|sohn|tochter|mutter|vater) (?:des|der|vom|unseres|unserer)"
    r"|(?:weduwe|weduwnaar|vrouw|man|zoon|dochter|moeder|vader) van (?:de|het|onze|ons))(?= )"
)
_RARE = re.compile(
    r"(?<![\w'])(?:(?:only|one of|just|fewer than|less than|nur|kaum|weniger als|einer von|eine von|maar|slechts"
    r"|nog geen|een van de)"
    r" (?:\w{1,12} )?(?:\d{1,4}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty"
    r"|a dozen|a handful|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|zwanzig|dreißig|vierzig|fünfzig"
    r"|twaalf|twintig|dertig|veertig|vijftig|eine handvoll|twee|drie|vijf|zes|zeven|tien"
    r"|een handvol) (?:\w{1,16} ){0,2}(?:worldwide|in the world|in the country|in the uk"
    r"|nationwide|in europe|on record|weltweit|auf der welt|in deutschland|in österreich|in der schweiz|landesweit"
    r"|europaweit|wereldwijd|ter wereld|in nederland|in belgië|in europa))(?!\w)"
)
# What is seen on a body once and never again, and what somebody is known for by everybody.
_TRAIT = re.compile(
    r"(?<![\w'])(?:(?:the |a |an |her |his |der |die |das |ein\w{0,2} |de |het |een )?(?:one|two|three|six|ein|einer"
    r"|eineiig|zwei|een|drie)"
    r"-?(?:armed|legged|eyed|fingered|handed|toed|beinige[rnm]?|armige[rnm]?|äugige[rnm]?|benige|armige"
    r"|ogige) [\w'-]{2,30}(?: (?:from|of|aus|von|van|uit) (?:the |der |dem |de |het )?[\w'-]{2,30})?"
    r"|(?:[\w'-]{1,20} ){0,3}(?:tattoo|tätowierung|tatoeage|birthmark|muttermal|feuermal|moedervlek"
    r"|wijnvlek) (?:over|on|across|covering|of|auf|über|am"
    r"|an|op|over|van) (?:her|his|the|ihr\w{0,2}|sein\w{0,2}|der|dem|den|de|het|haar|zijn) (?:\w{2,12} )?\w{3,20}"
    r"|(?:the|that|der|die|dieser|diese|de|die) (?:lady|woman|man|guy|fella|one|girl|boy|frau|mann|dame|herr|mevrouw"
    r"|vrouw|man|meneer),? (?:who|that|with|der|die"
    r"|mit|met)(?: [\w',äöüß-]{1,24}){2,12}? (?:for|since|seit|über|al|sinds) (?:over |about |more than |almost "
    r"|mehr als |fast |meer dan |bijna )?(?:\w{2,12}) (?:years|decades|jahren|jahrzehnten|jaar)"
    r"|(?:everybody|everyone|the whole town|whole village|half the town|jeder (?:hier|im ort|im dorf)|das ganze dorf"
    r"|iedereen (?:hier|in het dorp)|het hele dorp)"
    r" (?:here |in town |in the village )?(?:knows|kennt|kent) (?:her|him|sie|ihn|haar|hem)"
    r"|(?:from|aus|uit|van) (?:the |der |die |de |het )?[\w'-]{2,20} (?:commercials?|adverts?|werbung|reclame)"
    r"|(?:over|fast|more than) (?:seven|two|2)"
    r" (?:feet|foot|metres|meters) tall|(?:über|fast) (?:zwei|2) meter groß|(?:ruim|bijna) (?:twee|2) meter lang)(?!\w)"
)
# What somebody did that is in a book, a paper or a record.
_DEED = re.compile(
    r"(?<![\w'])(?:(?:winner|winners|champion|runner-up|inventor|founder|author|voice|face|mascot|sieger(?:in)?"
    r"|gewinner(?:in)?|erfinder(?:in)?|gründer(?:in)?"
    r"|stimme|gesicht|maskottchen|winnaar|winnares|kampioen(?:e)?|uitvinder|oprichter|schrijver|schrijfster|stem"
    r"|mascotte) (?:of|from|behind|von|des|der|vom"
    r"|aus|hinter|van|uit|achter) (?:the |our |dem |den |de |het |onze )?[\w'äöüß-]{2,30}(?: [\w'äöüß-]{2,30})?"
    r"|(?:who|she|he|the first|die|der|sie|er|die|zij|ze|hij|eerste) (?:once |einst |ooit )?(?:won|invented|founded"
    r"|sailed|rowed|climbed|swam|cycled|walked|flew|sang"
    r"|played|starred|hosted|presented|wrote|designed|carved|gewann|erfand|gründete|umsegelte|bestieg|schwamm"
    r"|moderierte|spielte|schrieb|won|bedacht|richtte|beklom"
    r"|zwom|zong|speelde|presenteerde|schreef|ontwierp) (?:(?:the|a|in|around|across|up|on|for|das|den|die|der|im|um"
    r"|quer|de|het|een|rond|door|op|voor|at) ){1,2}[\w'äöüß-]{2,30}(?: [\w'äöüß-]{2,30}){0,3}"
    r"|(?:the )?(?:first|eerste|erste[rn]?) (?:woman|man|person|patient|girl|boy|frau|mann|mensch|mädchen|vrouw|man"
    r"|mens|meisje|jongen) (?:to|in|on|who|die|der|im|in|auf|dat|op)"
    r" (?:\w{2,20} ?){1,4}|holds? the (?:\w+ ){0,3}record|hält den (?:\w+ ){0,3}rekord|heeft het (?:\w+ ){0,3}record"
    r"|local (?:legend|hero|celebrity)|stadtoriginal"
    r"|dorforiginal|dorpsfiguur|stadsfiguur|lokale held(?:in)?|bekende dorpsgenoot)(?!\w)"
)
_DEEDS = words(
    "winner winners champion runner-up inventor founder author voice face mascot sieger siegerin gewinner "
    "gewinnerin erfinder erfinderin gründer gründerin stimme gesicht maskottchen winnaar winnares kampioen "
    "kampioene uitvinder oprichter schrijver schrijfster mascotte won invented founded sailed rowed climbed swam "
    "cycled walked flew sang played starred hosted presented wrote designed carved gewann erfand gründete umsegelte "
    "bestieg schwamm moderierte spielte schrieb bedacht richtte beklom zwom zong speelde presenteerde schreef "
    "ontwierp first erste erster ersten eerste record rekord legend hero stadtoriginal dorforiginal dorpsfiguur "
    "stadsfiguur held heldin dorpsgenoot"
)
_TRAITS = words(
    "armed legged eyed fingered handed toed einarmige einarmiger einbeinige einbeiniger einäugige einäugiger "
    "eenarmige eenbenige eenogige tattoo tätowierung tatoeage birthmark muttermal feuermal moedervlek wijnvlek "
    "years decades jahren jahrzehnten jaar knows kennt kent commercial commercials advert adverts werbung reclame "
    "tall groß lang"
)
_FAME = words(
    "famous well celebrity celebrated award prize olympic paralympic olympian paralympian champion ex former "
    "retired record medallist medalist medal nobel astronaut astronautin lottery tv soap star filmstar rockstar "
    "influencer youtuber tiktoker survivor survived survivors miss newspaper newspapers papers paper news headlines "
    "page television telly internet bekannte bekannter bekannten berühmte berühmter berühmten prominente "
    "prominenter prominenten stadtbekannte ehemalige ehemaliger ehemaligen lottogewinner lottogewinnerin "
    "fernsehstar fernsehkoch fernsehmoderator fernsehmoderatorin weltmeister weltmeisterin europameister "
    "europameisterin olympiasieger olympiasiegerin weltrekordler weltrekordlerin nationalspieler nationalspielerin "
    "bundesligaprofi nobelpreisträger nobelpreisträgerin schlagerstar influencerin youtuberin tiktokerin "
    "überlebende überlebender überlebte schützenkönig schützenkönigin karnevalsprinz weinkönigin olympionike "
    "goldmedaillengewinner goldmedaillengewinnerin profi zeitung tageszeitung tagesschau presse fernsehen radio "
    "bekende beroemde voormalig voormalige oud olympisch wereldkampioen recordhouder loterijwinnaar loterijwinnares "
    "overlevende overleefde nobelprijswinnaar presentator presentatrice carnaval televisie krant journaal nieuws"
)
_MANY = words(
    "twin twins triplet triplets quadruplet quadruplets quads quintuplet quintuplets drilling drillinge vierling "
    "vierlinge zwilling zwillinge drieling drielingen vierlingen tweeling tweelingbroer tweelingzus"
)
_WORLD = words(
    "worldwide world country uk nationwide europe record weltweit welt deutschland österreich schweiz landesweit "
    "europaweit wereldwijd wereld nederland belgië europa"
)


def roles(view: View) -> Iterator[Hit]:
    yield from longest(_roles(view))


def _roles(view: View) -> Iterator[Hit]:
    vocabulary = view.vocabulary
    if not _SOLE.triggers.isdisjoint(vocabulary):
        yield from _sole(view)
    if _has_office(vocabulary):
        yield from _offices(view)
    if not _FAME.isdisjoint(vocabulary):
        for m in _FAMOUS.finditer(view.low):
            if m["role"] is None or is_role(view, m["role"]):
                yield Hit(m.start(), m.end(), "singled-out", "famous", 0.6)
    for triggers, pattern, rule in (
        (_MANY, _MULTIPLE, "born-with"),
        (_WORLD, _RARE, "rare"),
        (_TRAITS, _TRAIT, "trait"),
        (_DEEDS, _DEED, "deed"),
    ):
        for m in () if triggers.isdisjoint(vocabulary) else pattern.finditer(view.low):
            yield Hit(m.start(), m.end(), "singled-out", rule, 0.6)


def _has_office(vocabulary: frozenset[str]) -> bool:
    return not _OFFICES.isdisjoint(vocabulary) or any(
        word[-_TAIL:] in _TAILS and word.removesuffix("'s").endswith(_OFFICE_FORMS) for word in vocabulary
    )


# Words are asked for their last letters first: a hundred endings are too many to try on every word.
_TAIL = 4
_OFFICE_FORMS = (*_OFFICE_ENDINGS, *(f"{office}s" for office in _OFFICE_ENDINGS), "keeper")
_TAILS = frozenset(form[-_TAIL:] for office in _OFFICE_FORMS for form in (office, f"{office}'s"))


def _sole(view: View) -> Iterator[Hit]:
    for m in _SOLE_HEAD.finditer(view.low):
        end = _role_end(view, m.end())
        if end:
            yield Hit(m.start("clause"), _with_place(view, end), "singled-out", "sole-role", 0.7)
    for m in _SOLE_WITH.finditer(view.low):
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
        if office.endswith(_HIGH_ENDINGS):
            yield Hit(m.start("clause"), m.end(), "singled-out", "office", 0.7)
    for m in _LOCAL.finditer(view.low):
        end = _office_end(view, m.end())
        if end:
            yield Hit(m.start("clause"), _with_place(view, end), "singled-out", "local", 0.6)
    for m in _GLUED.finditer(view.low):
        if m["role"].endswith(_OFFICE_ENDINGS):
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
        if _is_office(view, word):
            kin = _KIN_OF.match(view.low, at - len(mark + _tail))
            return kin.end() if kin else at
    return 0


def _is_office(view: View, role: str) -> bool:
    low = role.lower()
    low = low.removesuffix("s") if view.lang == "de" else low  # des Bürgermeisters
    return (
        low in _OFFICES
        or (view.lang != "en" and low.endswith(_OFFICE_ENDINGS))
        or low in packaged.words("lexicon/occupations.txt")
    )


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
