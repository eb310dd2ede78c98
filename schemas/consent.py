"""The consent a live event rests on: every element that 45 CFR 164.508(c) and GDPR articles 7 and 9(2)(a) ask for.

All fields are required but the last four; a missing one is named when the event is checked, and the event cannot open.
"""

from datetime import date
from typing import Literal

from pydantic import Field

from schemas.envelope import Closed, UtcTime


class Media(Closed):
    """Which media the consent covers; each is granted on its own (GDPR recital 43)."""

    text: bool
    photo: bool
    video: bool


NameLevel = Literal["none", "first-name", "full-name"]


class PictureConsent(Closed):
    """The consent of one person who is shown; a role such as "scrub nurse", not a name (KUG 22, Auteurswet 20-21)."""

    who: str = Field(min_length=1, max_length=200)
    signed_at: UtcTime
    signature: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")
    media: Media


class Consent(Closed):
    """One signed authorization. Texts are what the form said, in the language it was signed in."""

    subject: str = Field(min_length=1, max_length=200)  # whom it is about; a role such as "patient", not a name
    information: str = Field(min_length=1, max_length=2000)  # 164.508(c)(1)(i)
    disclosed_by: str = Field(min_length=1, max_length=400)  # (ii)
    recipients: str = Field(min_length=1, max_length=400)  # (iii)
    purpose: str = Field(min_length=1, max_length=1000)  # (iv)
    expires: date  # (v); the day after which nothing may be posted, in the event's time zone
    right_to_revoke: str = Field(min_length=1, max_length=2000)  # (c)(2)(i), GDPR 7(3)
    no_conditioning: str = Field(min_length=1, max_length=2000)  # (c)(2)(ii), GDPR 7(4)
    redisclosure: str = Field(min_length=1, max_length=2000)  # (c)(2)(iii)
    signed_by: str = Field(min_length=1, max_length=200)  # (c)(1)(vi)
    signature: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")  # of the signed form
    signed_at: UtcTime
    taken_by: str = Field(min_length=1, max_length=200)  # AMA opinion 3.1.4: not the communications staff
    copy_given: bool  # (c)(4)
    plain_language: bool  # (c)(3), GDPR 7(2)
    language: str = Field(pattern=r"^[a-z]{2}$")
    legal_basis: tuple[str, ...] = Field(min_length=1, max_length=10)
    advocate: str = Field(min_length=1, max_length=200)
    remuneration: str | None  # 164.508(a)(3)(ii): must be said, null says there is none
    media: Media
    representative: str | None = None
    representative_authority: str | None = None
    withdrawal_cutoff: UtcTime | None = None
    pictured: tuple[str | PictureConsent, ...] = ()
    # Its scope, where the form says more than the elements above do; what is not said is not narrowed.
    platforms: tuple[str, ...] | None = None  # to whom: local, x, bluesky, mastodon; None: every destination
    body_area: str | None = Field(default=None, min_length=1, max_length=200)  # as "right knee"
    name_level: NameLevel = "none"  # how much of the subject's name may be public
    purposes: tuple[str, ...] = Field(default=(), max_length=20)  # each ticked on its own (GDPR recital 43)
    version: str | None = Field(default=None, max_length=60)  # of the form's wording


ConsentState = Literal["valid", "not-yet", "expired"]
