"""Who is speaking: bearer tokens, one for each role, compared by hash so that no table in memory holds a token."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from schemas.envelope import Actor, Role
from schemas.errors import Refused


@dataclass(frozen=True)
class Tokens:
    """From the SHA-256 of a token to the person or device that holds it."""

    actors: Mapping[str, Actor]

    @classmethod
    def of(cls, by_role: Mapping[str, str]) -> "Tokens":
        """One token for each role; the actor is named after the role until people are enrolled by name."""
        return cls({_digest(token): Actor(role=Role(role), name=role) for role, token in by_role.items()})

    def actor(self, token: str) -> Actor | None:
        wanted = _digest(token)
        for digest, actor in self.actors.items():
            if hmac.compare_digest(digest, wanted):
                return actor
        return None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def bearer(authorization: str | None) -> str:
    """The token of an `Authorization: Bearer …` header (RFC 6750). Raises Refused (401) when there is none."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Refused("Sign in first: a bearer token was expected.", code="not-signed-in", status=401)
    return token.strip()


def require(actor: Actor | None, *roles: Role) -> Actor:
    """The actor, if it may; Refused with 401 for an unknown token and 403 for a wrong role."""
    if actor is None:
        raise Refused("This token is not known here. Ask the director for a new one.", code="unknown-token", status=401)
    if actor.role not in roles:
        may = ", ".join(roles)
        raise Refused(f"Only {may} can do this; you are signed in as {actor.role}.", code="wrong-role", status=403)
    return actor
