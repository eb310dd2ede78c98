"""A policy: which action each kind of finding gets, and whose word it takes. Data with a hash that releases bind to."""

import functools
import json
from typing import Annotated

from pydantic import Field, StringConstraints

from schemas.draft import Action, PolicyRef
from schemas.envelope import Closed, Role, sha256_hex

Kind = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*(\.[a-z0-9-]+)?$")]


class KindRule(Closed):
    """What happens to a kind of finding, and the least role that may approve a draft held for it."""

    action: Action
    needs: Role = Role.REVIEWER


class Policy(Closed):
    """A versioned policy file. `kinds` is looked up by kind; what it does not name gets `otherwise`: fail closed."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,40}$")
    version: int = Field(ge=1)
    title: str = ""
    lookback: int = Field(default=5, ge=0, le=20)  # how many earlier updates of the thread are read with each one
    otherwise: KindRule = KindRule(action=Action.HOLD)
    kinds: dict[Kind, KindRule]

    def rule(self, kind: str) -> KindRule:
        return self.kinds.get(kind, self.otherwise)

    @property
    def canonical(self) -> bytes:
        """All fields as JSON with sorted keys: what the hash is of, and what the archive keeps."""
        fields = self.model_dump(mode="json")
        return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    @functools.cached_property
    def sha256(self) -> str:
        """Of the canonical form: any change changes it."""
        return sha256_hex(self.canonical)

    @property
    def ref(self) -> PolicyRef:
        return PolicyRef(name=self.name, sha256=self.sha256)
