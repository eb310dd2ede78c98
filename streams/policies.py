"""The policies that an installation knows: those that are shipped, and its own, which are files with other names."""

from collections.abc import Iterable
from functools import cached_property

from schemas.draft import PolicyRef
from schemas.errors import Refused
from schemas.policy import Policy
from streams.scrub.policy import SHIPPED, load

__all__ = ["SHIPPED", "SHIPPED_ONLY", "Policies"]


class Policies:
    """Looked up by name. Raises Refused when one of `own` takes a name that is taken: two policies must not pass for
    one another."""

    def __init__(self, own: Iterable[Policy] = ()) -> None:
        self._own: dict[str, Policy] = {}
        for policy in own:
            if policy.name in SHIPPED or policy.name in self._own:
                raise Refused(f"Two policies are called {policy.name}; give yours another name.", code="bad-policy")
            self._own[policy.name] = policy

    @cached_property
    def by_name(self) -> dict[str, Policy]:
        """All of them; those that are shipped first."""
        return {name: load(name) for name in SHIPPED} | self._own

    def get(self, name: str) -> Policy:
        if name not in self._own and name not in SHIPPED:
            known = ", ".join((*SHIPPED, *self._own))
            raise Refused(f"No policy is called {name}; there are {known}.", code="unknown-policy")
        return self._own.get(name) or load(name)

    def ref(self, name: str) -> PolicyRef:
        """What a live event binds to."""
        return self.get(name).ref

    def document(self, name: str, sha256: str) -> bytes | None:
        """The policy as the archive keeps it; None when there is none of that name today, or it is another one."""
        known = self._own.get(name) or (load(name) if name in SHIPPED else None)
        return known.canonical if known is not None and known.sha256 == sha256 else None


SHIPPED_ONLY = Policies()
