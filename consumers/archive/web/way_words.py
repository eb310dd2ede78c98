"""The marks of an update's way in words: what happened, by whose word, by which rule, and where the proof is. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from consumers.archive.replay import COMMITMENT_SHOWN
from consumers.archive.way import Mark, Receipted
from consumers.archive.web.look import Look
from consumers.archive.web.phrases import add_phrases
from consumers.archive.web.phrases_seen import PHRASES

add_phrases(PHRASES)

SHORT = 6  # of a hash: enough to compare by eye with the one beside it


def said(marks: Sequence[Mark], look: Look) -> list[dict[str, Any]]:
    """One line of the way for each mark."""
    approved = {m.sha256 for m in marks if m.what == "decided" and m.value == "approve" and m.sha256}
    return [_said(mark, look, approved) for mark in marks]


def _said(mark: Mark, look: Look, approved: set[str]) -> dict[str, Any]:
    icon, title, lines = _WORDS[mark.what](mark, look)
    if mark.what == "released" and mark.sha256 in approved:
        lines.append(look.t("The very text, policy and places that were approved"))
    return {
        "time": look.tenth(mark.at),
        "iso": mark.at.isoformat(),
        "icon": icon,
        "title": title,
        "lines": [line for line in lines if line],
        "kinds": [(kind, look.kind(kind), n) for kind, n in mark.kinds] if mark.what == "checked" else [],
        "policy": (mark.policy[0], mark.policy[1][:SHORT]) if mark.what == "checked" else None,
        "proofs": [(look.place(r.destination), r.post_id) for r in mark.receipts] if mark.what == "proved" else [],
        "links": [(look.place(r.destination), r.url) for r in mark.receipts if r.url] if mark.what == "posted" else [],
        "sha": mark.sha256[:12] if mark.what == "sent" else "",
    }


Words = tuple[str, str, list[str]]


def _entry(mark: Mark, look: Look) -> str:
    return look.t("Entry {n}", n=f"{mark.entry:,}")


def _sealed(mark: Mark, look: Look) -> Words:
    return "tablet", look.t("Written and sealed"), [look.t("By the tablet's own clock"), _typed(mark, look)]


def _typed(mark: Mark, look: Look) -> str:
    who = ", ".join(part for part in (mark.who.name, mark.who.device) if part)
    return f"{who}. {look.t('The text typed is not in the archive.')}"


def _received(mark: Mark, look: Look) -> Words:
    back = look.t("Held back: the tablet was switched off") if mark.value else ""
    return "inbox", look.t("Received"), [_typed(mark, look), back, _entry(mark, look)]


_CHECKED = {
    "clear": "Checked: clear",
    "redacted": "Checked: covered",
    "hold": "Checked: held",
    "refuse": "Checked: refused",
}


def _checked(mark: Mark, look: Look) -> Words:
    title = look.t(_CHECKED.get(mark.value, "Checked"))
    edited = look.t("Wording {n}, by {who}", n=mark.revision + 1, who=look.who(mark.who)) if mark.revision else ""
    nothing = "" if mark.kinds else look.t("Nothing was found")
    to = (
        look.t("Commitment to what was typed: {digits}", digits=mark.committed[:COMMITMENT_SHOWN])
        if mark.committed
        else ""
    )
    return "search", title, [edited, nothing, to, _entry(mark, look)]


_DECIDED = {"approve": ("key", "Approved"), "return": ("return", "Returned"), "edit": ("edit", "Edited")}


def _decided(mark: Mark, look: Look) -> Words:
    icon, title = _DECIDED.get(mark.value, ("key", "Decided"))
    proof = ""
    if mark.value == "approve":
        proof = look.t(
            "Passkey proof is valid for this very text" if mark.passkey else "Without a passkey: by a role's key"
        )
    return icon, look.t(title), [look.who(mark.who), proof, _entry(mark, look)]


def _released(mark: Mark, look: Look) -> Words:
    waited = (
        look.t("Released, to wait {wait}", wait=look.lasted(mark.wait_s)) if mark.wait_s >= 1 else look.t("Released")
    )
    by = look.who(mark.who) if mark.who.name else look.t("By policy alone")
    places = ", ".join(look.place(place) for place in mark.places)
    return "clock", waited, [f"{by}. {places}", _entry(mark, look)]


def _sent(mark: Mark, look: Look) -> Words:
    title = look.t("Sent again where it was surely not there" if mark.value else "Sent once to each")
    return "send", title, [", ".join(look.place(place) for place in mark.places), _entry(mark, look)]


def _posted(mark: Mark, look: Look) -> Words:
    took = ", ".join(_took(receipt, look) for receipt in mark.receipts)
    same = all(receipt.same for receipt in mark.receipts)
    bytes_ = look.t("Bytes sent = bytes in the receipt") if same else look.t("NOT the bytes that were sent")
    return "globe", look.t("Receipts"), [took, bytes_]


def _took(receipt: Receipted, look: Look) -> str:
    place = look.place(receipt.destination)
    return place if receipt.took_s is None else f"{place} {look.seconds(receipt.took_s)}"


def _proved(mark: Mark, look: Look) -> Words:
    return "shield", look.t("In the log, and proved"), [_entry(mark, look)]


def _plain(icon: str, english: str) -> Callable[[Mark, Look], Words]:
    def words(mark: Mark, look: Look) -> Words:
        who = look.who(mark.who) if mark.who.name else ""
        places = ", ".join(look.place(place) for place in mark.places)
        code = "" if mark.value in mark.places else mark.value
        return icon, look.t(english), [", ".join(part for part in (who, places, code) if part), _entry(mark, look)]

    return words


_WORDS: Mapping[str, Callable[[Mark, Look], Words]] = {
    "sealed": _sealed,
    "received": _received,
    "checked": _checked,
    "decided": _decided,
    "released": _released,
    "sent": _sent,
    "posted": _posted,
    "proved": _proved,
    "unknown": _plain("question", "No answer: nobody knows whether it is there"),
    "not-posted": _plain("x", "Not posted"),
    "taken-back": _plain("undo", "Taken back"),
    "deleted": _plain("undo", "Deleted there"),
    "not-deleted": _plain("warn", "Could not be deleted"),
    "settled": _plain("users", "Settled by a person's word"),
    "original-opened": _plain("eye", "What was typed was opened"),
    "quarantined": _plain("warn", "Could not be handled"),
    "seen-edited": _plain("warn", "Read back: changed after it was posted"),
    "seen-deleted": _plain("warn", "Read back: gone, and nobody here took it back"),
    "seen-still-public": _plain("warn", "Read back: taken back, and still to be read"),
    "seen-gone": _plain("eye", "Read back: not to be read any more"),
    "seen-as-posted": _plain("eye", "Read back: as it was sent"),
}
