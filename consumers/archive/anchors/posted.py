"""The closing root as the last post of a thread says it: what a stranger reads on a platform and holds us to. Pure."""

import re

from consumers.archive.checkpoint import TreeHead, unbase64

_POSTED = re.compile(r"\b([1-9][0-9]{0,17}) entries, root ([A-Za-z0-9+/]{43}=)")
TEXT_MAX = 4_000  # bytes; no post is longer, and a checkpoint is told by its own form


def head_of(known: bytes) -> TreeHead | None:
    """Size and root that a copied post names; None for anything else, such as a checkpoint."""
    found = _POSTED.search(known[:TEXT_MAX].decode(errors="replace"))
    root = unbase64(found[2]) if found else None
    return TreeHead("", int(found[1]), root) if found and root is not None else None
