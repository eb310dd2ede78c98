"""What a second opinion may say of a text, and how its labels become findings beside our own, which it never touches.

A second opinion is another de-identifier (Presidio, a spaCy model, an institution's own list) that reads the same text.
It is handed the clean text, so that look-alikes are undone for it too. Whatever it reports becomes a finding of its own
with the rule `second-opinion-<name>`: the allow-list can drop it, our own findings stay what they are without it, and
one that raises is a `detector-failed` as any detector is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple, Protocol

from schemas.errors import Broken
from streams.scrub.detectors import Detector
from streams.scrub.spans import Hit
from streams.scrub.view import View

GROUP: Final = "scrubcast.second_opinions"
"""The entry points of a package under this name are second opinions, each a function `Options → SecondOpinion`."""
RULE: Final = "second-opinion-"

Options = Mapping[str, str]


class Opinion(NamedTuple):
    """A stretch of the text that was given, in code points, end exclusive."""

    start: int
    end: int
    label: str
    score: float = 1.0


class SecondOpinion(Protocol):
    """Reads one text at a time and remembers nothing of it: the same text and language give the same opinions."""

    @property
    def labels(self) -> frozenset[str]:
        """All that it may report; one that `LABELS` does not know is refused before the first text is read."""
        ...

    def opinions(self, text: str, lang: str) -> Iterable[Opinion]:
        """Nothing for a language that it does not read."""
        ...


Open = Callable[[Options], SecondOpinion]
"""What an entry point names. Raises Refused where an option or a package that it needs is missing."""

IGNORED: Final = ""
LABELS: Final[Mapping[str, str]] = {
    # People. `name`, not `unknown-name`: somebody said so, it is no mere lack of an explanation.
    **dict.fromkeys(("PERSON", "PER", "NAME", "GIVENNAME", "GIVEN_NAME", "FIRSTNAME", "SURNAME", "LASTNAME"), "name"),
    # Places. A model calls a country a place as well as a village; whether it may stand is for policy and people.
    **dict.fromkeys(("PLACE", "LOC", "LOCATION", "GPE", "FAC", "CITY"), "place"),
    **dict.fromkeys(("ADDRESS", "STREET", "STREET_ADDRESS", "BUILDINGNUM", "BUILDING_NUMBER"), "address"),
    **dict.fromkeys(("POSTCODE", "ZIPCODE", "ZIP_CODE"), "postcode"),
    # An organisation singles nobody out by itself, but where a patient works does.
    **dict.fromkeys(("EMPLOYER", "SCHOOL", "ORG", "ORGANIZATION"), "employer"),
    **dict.fromkeys(("DATE", "DATE_TIME"), "date"),
    **dict.fromkeys(("BIRTHDAY", "DATEOFBIRTH", "DATE_OF_BIRTH"), "birthday"),
    **dict.fromkeys(("PHONE", "PHONE_NUMBER", "TELEPHONENUM", "FAX"), "phone"),
    **dict.fromkeys(("EMAIL", "EMAIL_ADDRESS"), "email"),
    **dict.fromkeys(("URL",), "url"),
    **dict.fromkeys(("IP", "IP_ADDRESS", "MAC_ADDRESS"), "ip-address"),
    **dict.fromkeys(("NATIONAL_ID", "SSN", "SOCIALNUM", "GOVERNMENT_ID", "TAX_ID", "TAXNUM"), "national-number"),
    **dict.fromkeys(("MRN", "RECORD_NUMBER"), "record-number"),
    **dict.fromkeys(("HEALTH_PLAN",), "health-plan"),
    **dict.fromkeys(("ACCOUNT", "ACCOUNTNUM", "IBAN_CODE", "CREDIT_CARD", "CREDITCARDNUMBER", "CRYPTO",
                     "BANK_ACCOUNT", "ROUTING_NUMBER"), "account"),
    **dict.fromkeys(("LICENCE", "LICENSE", "MEDICAL_LICENSE", "PASSPORT", "IDCARDNUM", "DRIVERLICENSENUM",
                     "DRIVERS_LICENSE"), "licence"),
    **dict.fromkeys(("PLATE", "VEHICLE"), "plate"),
    **dict.fromkeys(("HANDLE", "USERNAME"), "handle"),
    **dict.fromkeys(("OTHER_ID", "PASSWORD", "ID"), "other-number"),
    # What models mark and nobody is identified by: amounts, works, laws, and CoNLL's rest.
    **dict.fromkeys(("O", "MISC", "CARDINAL", "ORDINAL", "QUANTITY", "PERCENT", "MONEY", "TIME", "PRODUCT", "EVENT",
                     "WORK_OF_ART", "LAW", "LANGUAGE", "NORP", "NRP"), IGNORED),
}  # fmt: skip
"""Label, in capitals and without B- or I-, → kind of finding. One that is not here is a mistake, never ignored."""


def strange_labels(labels: Iterable[str]) -> tuple[str, ...]:
    """Those that nobody has given a meaning."""
    return tuple(sorted(label for label in labels if label not in LABELS))


def detector(name: str, opinion: SecondOpinion) -> tuple[str, Detector]:
    """The row for `screen(detectors=…)`."""
    rule = f"{RULE}{name}"

    def detect(view: View) -> Iterator[Hit]:
        for start, end, label, score in opinion.opinions(view.text, view.lang):
            if not 0 <= start < end <= len(view.text):
                # By kind alone: a message must not hold text. Screening holds the update for it.
                raise Broken(f"{rule} reports a span that the text does not have")
            if kind := LABELS[label]:
                yield Hit(start, end, kind, rule, min(max(score, 0.0), 1.0))

    return rule, detect
