"""A policy: which action each kind of finding gets, and whose word it takes. Data with a hash that releases bind to."""

import functools
import json
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from schemas.draft import Action, PolicyRef
from schemas.envelope import Closed, Role, sha256_hex
from schemas.live_event import Language

Kind = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*(\.[a-z0-9-]+)?$")]
APPROVERS = frozenset({Role.REVIEWER, Role.PHYSICIAN, Role.DIRECTOR})
"""Who can be asked for a word; no other role may approve anything (see streams/review.py)."""
DELAY_S_MAX = 86_400  # the longest delay a live event can have

_WEIGHT = {Action.ALLOW: 0, Action.REDACT: 1, Action.HOLD: 2, Action.REFUSE: 3}
_SOFTER = {Action.REFUSE: Action.HOLD, Action.HOLD: Action.REDACT}


class Bands(Closed):
    """What a finding's score is worth: below `clear` nothing, from `hold` on its kind's action, between them the softer
    one."""

    clear: float = Field(ge=0, le=1)
    hold: float = Field(ge=0, le=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.clear > self.hold:
            raise ValueError("clear lies above hold")
        return self


class KindRule(Closed):
    """What happens to a kind of finding, and the least role that may approve a draft held for it.

    `softer` is what happens between the bands; when it is not given, one step less than `action`.
    """

    action: Action
    needs: Role = Role.REVIEWER
    softer: Action | None = None
    bands: Bands | None = None

    @field_validator("needs")
    @classmethod
    def _can_approve(cls, value: Role) -> Role:
        if value not in APPROVERS:
            raise ValueError("only a reviewer, a physician or the director can approve")
        return value

    @model_validator(mode="after")
    def _softer_is_softer(self) -> Self:
        if self.softer is not None and _WEIGHT[self.softer] > _WEIGHT[self.action]:
            raise ValueError("softer is harder than the action")
        return self

    @property
    def between(self) -> Action:
        """What happens to a finding whose score lies between the bands."""
        return self.softer or _SOFTER.get(self.action, self.action)


class ReviewRule(Closed):
    """What a policy asks of the people: `read` = "all" makes an event wait for a person with every update.

    `four_eyes` can only be true: nobody approves own words, under any policy. A file may say so for its readers.
    """

    four_eyes: Literal[True] = True
    read: Literal["flagged", "all"] = "flagged"


class Policy(Closed):
    """A versioned policy file. `kinds` is looked up by kind; what it does not name gets `otherwise`: fail closed."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,40}$")
    version: int = Field(ge=1)
    title: str = ""
    lookback: int = Field(default=5, ge=0, le=20)  # how many earlier updates of the thread are read with each one
    # What a file leaves out is None, so that its hash stays what it was before there was such a field.
    languages: tuple[Language, ...] | None = Field(default=None, min_length=1)  # None: any that screening reads
    delay_s: int | None = Field(default=None, ge=0, le=DELAY_S_MAX)  # the shortest delay its events may have
    review: ReviewRule | None = None
    bands: Bands | None = None  # None: every finding counts
    otherwise: KindRule = KindRule(action=Action.HOLD)
    kinds: dict[Kind, KindRule]

    @field_validator("languages")
    @classmethod
    def _each_once(cls, value: tuple[Language, ...] | None) -> tuple[Language, ...] | None:
        if value is not None and len(set(value)) != len(value):
            raise ValueError("a language stands there twice")
        return value

    def rule(self, kind: str) -> KindRule:
        return self.kinds.get(kind, self.otherwise)

    def action(self, kind: str, score: float = 1.0) -> Action:
        """What becomes of a finding of this kind with this score."""
        rule = self.rule(kind)
        bands = rule.bands or self.bands
        if bands is None or score >= bands.hold:
            return rule.action
        return Action.ALLOW if score < bands.clear else rule.between

    @property
    def canonical(self) -> bytes:
        """All fields that are given as JSON with sorted keys: what the hash is of, and what the archive keeps."""
        fields = self.model_dump(mode="json", exclude_none=True)
        return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    @functools.cached_property
    def sha256(self) -> str:
        """Of the canonical form: any change changes it."""
        return sha256_hex(self.canonical)

    @property
    def ref(self) -> PolicyRef:
        return PolicyRef(name=self.name, sha256=self.sha256)
