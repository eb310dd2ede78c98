"""The policies that are shipped, for the stages that name or keep them and do not screen."""

from schemas.draft import PolicyRef
from streams.scrub.policy import SHIPPED, load

__all__ = ["SHIPPED", "policy_document", "policy_of"]


def policy_of(name: str) -> PolicyRef:
    """What a live event binds to. Raises Refused for a name that is not shipped."""
    return load(name).ref


def policy_document(name: str, sha256: str) -> bytes | None:
    """The policy as the archive keeps it; None when today's policy of that name is another one."""
    policy = load(name)
    return policy.canonical if policy.sha256 == sha256 else None
