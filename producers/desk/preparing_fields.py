"""The forms of a preparation as tables: which field stands in which section, how it is typed, which law asks for it.

Labels and help are English keys of phrases_preparing.py; a law's name is the same in every language.
"""

# ruff: noqa: E501  # a field and its help stand on one line, or nobody reads the table

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "text", "area", "slug", "choice", "many", "yes", "number", "moment", "day", "lines", "none-or-text", "zone", "hash",
]  # fmt: skip
Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Field:
    """`name` is the path in the live-event file, and of the input. `hint` says how it is written, where that is asked."""

    name: str
    kind: Kind
    label: str
    help: str = ""
    law: str = ""
    options: Options = ()
    size: int = 0  # characters at most, 0: none of its own
    hint: str = ""
    needed: bool = True


@dataclass(frozen=True)
class Rows:
    """A list of things with the same columns. Empty rows are left out; some more are offered each time."""

    name: str
    label: str
    columns: tuple[Field, ...]
    most: int
    help: str = ""
    law: str = ""
    spare: int = 2


Part = Field | Rows


@dataclass(frozen=True)
class Group:
    """Fields under one heading; an empty heading for none."""

    label: str
    parts: tuple[Part, ...]
    help: str = ""


@dataclass(frozen=True)
class Section:
    id: str
    label: str
    lead: str
    groups: tuple[Group, ...]

    @property
    def parts(self) -> Iterator[Part]:
        return (part for group in self.groups for part in group.parts)

    @property
    def roots(self) -> frozenset[str]:
        """The fields of the file that this section writes."""
        return frozenset(part.name.partition(".")[0] for part in self.parts)


LANGUAGES: Options = (("en", "English"), ("de", "Deutsch"), ("nl", "Nederlands"))
PLATFORMS: Options = (
    ("local", "The public page"), ("x", "X"), ("bluesky", "Bluesky"), ("mastodon", "Mastodon"),
)  # fmt: skip
PURPOSES: Options = (
    ("education", "Teaching"), ("information", "Informing the public"), ("fundraising", "Raising money"),
    ("promotion", "Showing the house"), ("research", "Research"),
)  # fmt: skip
SAME = frozenset({"English", "Deutsch", "Nederlands", "X", "Bluesky", "Mastodon", "—"})
"""Names, which are the same in every language."""

SMALL = "Small letters, digits and hyphens; a letter or digit at both ends."
SHA = "“sha256:” and 64 digits from 0 to f."

EVENT = Section(
    "event", "The event", "What it is called and when it is. The title and the hashtag are public.",
    (
        Group("", (
            Field("title", "text", "Title", "As the public reads it. No name of the patient.", size=200),
            Field("id", "slug", "Address", "Stands in the address of the public page.", size=64, hint=SMALL),
            Field("hashtag", "text", "Hashtag", "Stands at each post. No name, and no place below the house.", size=61,
                  hint="“#” and then letters or digits."),
            Field("languages", "many", "Languages", "In which updates are written.", options=LANGUAGES),
            Field("description", "area", "What will happen",
                  "In the words that will be used: screening takes them for vocabulary, not for names.", size=4000,
                  needed=False),
        )),
        Group("When", (
            Field("timezone", "zone", "Time zone", "The clock on the wall where the event is.", size=64,
                  hint="A zone of the list, such as Europe/Amsterdam."),
            Field("window.opens", "moment", "Opens", "Nothing is posted before."),
            Field("window.closes", "moment", "Closes", "Nothing new is taken after."),
        )),
    ),
)  # fmt: skip

CONSENT = Section(
    "consent", "Consent",
    "What the signed form says, in its own words and language. The form itself stays with you.",
    (
        Group("What it covers", (
            Field("consent.subject", "text", "Whom it is about", "A role, such as “patient”. Never a name.",
                  "GDPR 5(1)(c)", size=200),
            Field("consent.information", "area", "What may be told", "In words the signer understands.",
                  "45 CFR 164.508(c)(1)(i) · GDPR 4(11)", size=2000),
            Field("consent.media.text", "yes", "Text", "Without it nothing can be posted.", "GDPR recital 43"),
            Field("consent.media.photo", "yes", "Photos", "", "GDPR recital 43"),
            Field("consent.media.video", "yes", "Video", "", "GDPR recital 43"),
            Field("consent.body_area", "text", "Part of the body", "Such as “right knee”. Empty: the form does not say.",
                  size=200, needed=False),
            Field("consent.name_level", "choice", "How much of the name may be public", "",
                  options=(("none", "None"), ("first-name", "The first name"), ("full-name", "The full name")),
                  needed=False),
            Field("consent.platforms", "many", "Where it may be shown",
                  "Tick those the form names. None ticked: the form names none, and covers all.", "GDPR 13(1)(e)",
                  options=PLATFORMS, needed=False),
        )),
        Group("Who tells it to whom, and why", (
            Field("consent.disclosed_by", "text", "Who tells it",
                  "The house and the team. Up to the first comma it stands on the public page.",
                  "45 CFR 164.508(c)(1)(ii) · GDPR 13(1)(a)", size=400),
            Field("consent.recipients", "text", "Who can read it", "For a public thread: everyone.",
                  "45 CFR 164.508(c)(1)(iii) · GDPR 13(1)(e)", size=400),
            Field("consent.purpose", "area", "What for", "Each purpose, as the form has it.",
                  "45 CFR 164.508(c)(1)(iv) · GDPR 5(1)(b)", size=1000),
            Field("consent.purposes", "many", "Purposes that were ticked",
                  "Each stands for itself; none follows from another.", "GDPR recital 43", options=PURPOSES,
                  needed=False),
            Field("consent.remuneration", "none-or-text", "Who pays whom",
                  "Whether anybody is paid for it has to be said either way.", "45 CFR 164.508(a)(3)(ii)", size=400),
        )),
        Group("What the signer was told", (
            Field("consent.expires", "day", "Last day",
                  "After it nothing may be posted, by the clock of the event.", "45 CFR 164.508(c)(1)(v)"),
            Field("consent.right_to_revoke", "area", "How to withdraw", "The sentence of the form.",
                  "45 CFR 164.508(c)(2)(i) · GDPR 7(3)", size=2000),
            Field("consent.no_conditioning", "area", "Treatment does not depend on it", "The sentence of the form.",
                  "45 CFR 164.508(c)(2)(ii) · GDPR 7(4)", size=2000),
            Field("consent.redisclosure", "area", "Readers may pass it on", "The sentence of the form.",
                  "45 CFR 164.508(c)(2)(iii)", size=2000),
            Field("consent.withdrawal_cutoff", "moment", "Copies cannot be called back after",
                  "Only where the form names a time. Withdrawing stays possible.", "AMA 3.1.4", needed=False),
        )),
        Group("Who signed", (
            Field("consent.signed_by", "text", "Signed by", "“patient”, or the role of the representative.",
                  "45 CFR 164.508(c)(1)(vi)", size=200),
            Field("consent.signed_at", "moment", "Signed on", "Nothing may be posted before it.",
                  "45 CFR 164.508(c)(1)(vi) · GDPR 7(1)"),
            Field("consent.signature", "hash", "Fingerprint of the signed form",
                  "It proves later which form it was. The form is not sent anywhere.", "GDPR 7(1)", size=71, hint=SHA),
            Field("consent.representative", "text", "Representative", "The role, where somebody signs for the patient.",
                  "45 CFR 164.508(c)(1)(vi)", size=200, needed=False),
            Field("consent.representative_authority", "text", "By what right",
                  "Always together with a representative.", "45 CFR 164.508(c)(1)(vi)", size=200, needed=False),
            Field("consent.taken_by", "text", "Taken by",
                  "Who explained it. Never the communications staff.", "AMA 3.1.4", size=200),
            Field("consent.advocate", "text", "Advocate",
                  "Stands by the patient on the day; may stop and withdraw for them.", "AMA 3.1.4", size=200),
        )),
        Group("The form", (
            Field("consent.language", "text", "Language it was signed in", "Two letters, such as “nl”.", "GDPR 7(2)",
                  size=2, hint="Two small letters."),
            Field("consent.version", "text", "Version of the form", "", size=60, needed=False),
            Field("consent.legal_basis", "lines", "It rests on", "One paragraph a line.", "GDPR 6, 9(2)", size=2000),
            Field("consent.copy_given", "yes", "The signer has a copy", "", "45 CFR 164.508(c)(4)"),
            Field("consent.plain_language", "yes", "It is in plain language", "", "45 CFR 164.508(c)(3) · GDPR 7(2)"),
        )),
        Group("People who can be seen", (
            Rows("consent.pictured", "Each with a consent of their own, staff too", (
                Field("who", "text", "Who", "A role, never a name.", size=200),
                Field("signed_at", "moment", "Signed on"),
                Field("signature", "hash", "Fingerprint", size=71, hint=SHA),
                Field("media.photo", "yes", "Photos"),
                Field("media.video", "yes", "Video"),
            ), 20, law="KUG 22 · Auteurswet 20–21", spare=1),
        )),
    ),
)  # fmt: skip

DESTINATIONS = Section(
    "destinations", "Destinations",
    "Where it is posted. Each account is asked whether it may be posted to before the event opens.",
    (
        Group("", (
            Rows("destinations", "Destinations", (
                Field("platform", "choice", "Platform", options=(("", "—"), *PLATFORMS)),
                Field("account", "text", "Account", "As “@OurHospital”; none for the public page.", size=200),
            ), 8),
        )),
    ),
)  # fmt: skip

RELEASE = Section(
    "release", "Release and complications", "What goes out by itself, what a person reads first, and what happens when it gets serious.",
    (
        Group("How text gets out", (
            Field("policy", "choice", "Policy", "Which findings are covered, held or refused.", hint="A policy of this house."),
            Field("release.mode", "choice", "When", "",
                  options=(("live", "Live"), ("as-live", "Later, when the outcome is known"))),
            Field("release.review", "choice", "Who reads first", "",
                  options=(("flagged", "A person reads what is held"), ("all", "A person reads everything"))),
            Field("release.delay_s", "number", "Delay in seconds",
                  "Time to take something back before anybody reads it.", hint="0 to 86400."),
            Field("release.approval_expires_s", "number", "An approval ends after seconds", "", hint="30 to 86400."),
            Field("release.stamp", "choice", "Each post begins with", "",
                  options=(("clock", "The time"), ("elapsed", "Minutes since the beginning"), ("counter", "A running number"),
                           ("none", "Nothing"))),
            Field("content_warning", "text", "Content warning", "Stands at each post, such as “surgery, blood”.",
                  size=60, needed=False),
        )),
        Group("On a complication", (
            Field("complication", "choice", "One press by physician, director or advocate does this", "",
                  options=(("hold", "Hold everything"), ("stop", "Stop"),
                           ("text-only", "Text only, a physician reads all of it"))),
        )),
        Group("When nothing was public for a while", (
            Field("holding.after_min", "number", "After minutes",
                  "A family that waits reads silence as news. Empty: nothing is proposed.", hint="2 to 240.",
                  needed=False),
            Field("holding.item", "slug", "This item of the run sheet is proposed", "Its short name.", size=63,
                  hint=SMALL, needed=False),
        )),
    ),
)  # fmt: skip

RUN_SHEET = Section(
    "run-sheet", "Run sheet",
    "Texts a physician signs beforehand. On the day each goes out at one tap, and is still screened.",
    (
        Group("", (
            Rows("run_sheet", "Items", (
                Field("id", "slug", "Short name", size=63, hint=SMALL),
                Field("text", "area", "Text", size=2000),
            ), 200, "Blanks are filled on the day, each by its type: {{time}}, {{minutes}}, {{number}}, {{side}}.", spare=3),
        )),
    ),
)  # fmt: skip

PHASES = Section(
    "phases", "Phases and family first", "The steps of the event. A phase that is ticked waits until the liaison says that the family was told.",
    (
        Group("", (
            Rows("phases", "Phases", (
                Field("name", "text", "Phase", size=40),
                Field("family_first", "yes", "Waits until the family was told"),
            ), 20),
        )),
    ),
)  # fmt: skip

PHRASES = Section(
    "phrases", "Phrases", "What reporters send with two taps. Not signed, always screened.",
    (
        Group("", (
            Rows("phrases", "Phrases", (
                Field("phase", "text", "Phase", "Empty: always.", size=40, needed=False),
                Field("text.en", "text", "English", size=200, needed=False),
                Field("text.de", "text", "Deutsch", size=200, needed=False),
                Field("text.nl", "text", "Nederlands", size=200, needed=False),
            ), 120, "Blanks: {{time}}, {{minutes}}, {{number}}, {{side}}."),
        )),
    ),
)  # fmt: skip

ALLOW = Section(
    "allow",
    "Names that may be public",
    "Staff, the house, accounts, products: by their own wish. Screening leaves them standing.",
    (Group("", (Field("allow", "lines", "One a line", size=60_000, needed=False),)),),
)

SECTIONS: dict[str, Section] = {
    s.id: s for s in (EVENT, CONSENT, DESTINATIONS, RELEASE, RUN_SHEET, PHASES, PHRASES, ALLOW)
}
