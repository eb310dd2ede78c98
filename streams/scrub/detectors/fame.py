"""What many know somebody by: fame, deeds, a trait, a rare condition, being born with others: recital 26.

Who is the only one, or holds an office, is in `roles.py`; both report under the same detector.
"""

import re
from collections.abc import Iterator

from streams.scrub.listing import words
from streams.scrub.occupations import is_role
from streams.scrub.spans import Hit
from streams.scrub.view import View

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


def famous(view: View) -> Iterator[Hit]:
    vocabulary = view.vocabulary
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
