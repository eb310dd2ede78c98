"""The kinds of findings: the law each one serves, the word that stands for it in public, and how it gives way.

A new kind is one line here, one in each policy and one word in `lexicon/labels.toml`; a test checks that they agree.
"""

from dataclasses import dataclass

_HIPAA = "45 CFR 164.514(b)(2)(i)"
_EXPERT = "45 CFR 164.514(b)(2)(ii)"


@dataclass(frozen=True, slots=True)
class Kind:
    """`label` names the bracketed word. `content` findings judge what is said and leave the text as it is, because the
    person who decides must read it. `yields` findings vanish where the event's allow-list names all of their words.
    `fallback` findings are dropped where a more exact kind covers the same text."""

    law: str = ""
    label: str = "detail"
    content: bool = False
    yields: bool = False
    fallback: bool = False


KINDS: dict[str, Kind] = {
    "known-term": Kind(f"{_HIPAA}(A)", "name"),
    "known-date": Kind(f"{_HIPAA}(C)", "date"),
    "known-number": Kind(f"{_HIPAA}(R)", "number"),
    "name": Kind(f"{_HIPAA}(A)", "name", yields=True),
    "relative": Kind(f"{_HIPAA}(A)", "relative", yields=True),
    "unknown-name": Kind(f"{_HIPAA}(A)", "name", yields=True, fallback=True),
    "address": Kind(f"{_HIPAA}(B)", "address"),
    "postcode": Kind(f"{_HIPAA}(B)", "address"),
    "place": Kind(f"{_HIPAA}(B)", "place", yields=True),
    "date": Kind(f"{_HIPAA}(C)", "date"),
    "birthday": Kind(f"{_HIPAA}(C)", "birthday"),
    "age": Kind(f"{_HIPAA}(C)", "age"),
    "phone": Kind(f"{_HIPAA}(D)", "phone"),
    "email": Kind(f"{_HIPAA}(F)", "email", yields=True),
    "national-number": Kind(f"{_HIPAA}(G); GDPR art. 87", "number"),
    "record-number": Kind(f"{_HIPAA}(H)", "number"),
    "health-plan": Kind(f"{_HIPAA}(I)", "number"),
    "account": Kind(f"{_HIPAA}(J)", "account"),
    "licence": Kind(f"{_HIPAA}(K)", "number"),
    "plate": Kind(f"{_HIPAA}(L)", "plate"),
    "device-serial": Kind(f"{_HIPAA}(M)", "number"),
    "url": Kind(f"{_HIPAA}(N)", "url", yields=True),
    "ip-address": Kind(f"{_HIPAA}(O)", "number"),
    "biometric": Kind(f"{_HIPAA}(P)", "detail"),
    "photo": Kind(f"{_HIPAA}(Q)", "photo"),
    "handle": Kind(f"{_HIPAA}(R)", "handle", yields=True),
    "other-number": Kind(f"{_HIPAA}(R)", "number"),
    "number": Kind(f"{_HIPAA}(R)", "number", fallback=True),
    "room": Kind(f"{_HIPAA}(R)", "room"),
    "employer": Kind(f"{_EXPERT}; GDPR recital 26", "employer", yields=True),
    "singled-out": Kind(f"{_EXPERT}; GDPR recital 26", "detail"),
    # What is said, not who: a person reads it as it stands.
    "claim": Kind("15 U.S.C. 45; HWG § 3; AMA opinion 3.1.4", content=True),
    "advice": Kind("AMA opinion 3.1.4", content=True),
    "complication": Kind("45 CFR 164.508(a)(1); GDPR art. 9(2)(a)", content=True),
    "alarming": Kind("", content=True),
    "second-person": Kind(f"{_EXPERT}; GDPR art. 9(1)", content=True),
    "quote": Kind("45 CFR 164.508(c); GDPR art. 9(2)(a)", content=True),
    "unsourced": Kind("15 U.S.C. 45; AMA opinion 3.1.4", content=True),
    "tone": Kind("", content=True),
    "detector-failed": Kind("", content=True),
    # About the whole text, without a span. They stand among the findings so that policy decides on every draft.
    "empty": Kind("", content=True),
    "other-language": Kind("", content=True),
    "edited": Kind("", content=True),
    "asked-again": Kind("", content=True),
    "correction": Kind("", content=True),
    "revoked-tablet": Kind("", content=True),
    "not-as-signed": Kind("AMA opinion 3.1.4", content=True),
    "out-of-consent": Kind("45 CFR 164.508(a)(1); GDPR art. 9(2)(a)", content=True),
    "screening-failed": Kind("", content=True),
    "unreadable": Kind("", content=True),
}
"""What stands here is complete: a detector that reports another kind is a defect, and screening holds the text."""
