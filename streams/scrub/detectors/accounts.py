"""Bank accounts and cards that prove themselves by their check digits: 45 CFR 164.514(b)(2)(i)(J).

Accounts that only a word beside them gives away are in `records.py`.
"""

import re
from collections.abc import Iterator

from stdnum import iban, luhn

from streams.scrub.spans import Hit
from streams.scrub.view import View

# Eight figures in all: less is no account.
_MANY = re.compile(r"\d(?:[\s.\-/]{0,3}\d){7}|[a-z]{2}\s?\d\s?\d|0x[0-9a-f]{8}|bc1[a-z0-9]{8}")
_IBAN = re.compile(r"(?<![^\W_])(?P<country>[a-z]\s?[a-z])[\s.-]?\d(?:[\s.-]?[a-z0-9]){11,40}")
_NOT_VALID = re.compile(
    r"\biban\b[\s:.#-]{0,4}(?P<number>[a-z]{2}\s?\d{2}(?:[\s.-]?[a-z]{4})?"
    r"(?:[\s.-]?[a-z]{0,3}\d[\da-z]{0,3}){2,9})(?!\w)"
)
_CARD = re.compile(r"(?<![\w.,-])\d{4}(?:[ .-]?\d{2,7}){2,4}(?![\w]|[.,-]\d)")
_SORT_CODE = re.compile(
    r"(?<![\w-])(?P<code>\d{2}-\d{2}-\d{2})[\s,]{1,3}(?:a/?c |acc(?:ount)? |no\.? ){0,2}\d{8}(?!\w)"
)
_BELGIAN_PAYMENT = re.compile(r"(?<![\d/])(?:[+*]{3})?\d{3}/\d{4}/\d{5}(?:[+*]{3})?(?![\d/])")
_WALLET = re.compile(r"(?<!\w)(?:0x[0-9a-f]{40}|bc1[a-z0-9]{25,60})(?!\w)")
_IBAN_LENGTHS = {
    "ad": 24, "at": 20, "be": 16, "bg": 22, "ch": 21, "cy": 28, "cz": 24, "de": 22, "dk": 18, "ee": 20, "es": 24,
    "fi": 18, "fr": 27, "gb": 22, "gi": 23, "gr": 27, "hr": 21, "hu": 28, "ie": 22, "il": 23, "is": 26, "it": 27,
    "li": 21, "lt": 20, "lu": 20, "lv": 21, "mc": 27, "mt": 31, "nl": 18, "no": 15, "pl": 28, "pt": 25, "ro": 24,
    "se": 24, "si": 19, "sk": 24, "sm": 27, "tr": 26, "ua": 29,
}  # fmt: skip


def accounts(view: View) -> Iterator[Hit]:
    if not view.has_digits or not _MANY.search(view.low):
        return
    low = view.low
    iban_end = 0
    for m in _IBAN.finditer(low):
        end = _iban_end(low, m.start(), m.end())
        if end:
            iban_end = end
            yield Hit(m.start(), end, "account", "iban")
    if "iban" in low:
        for m in _NOT_VALID.finditer(low):
            yield Hit(m.start("number"), m.end("number"), "account", "iban-cue", 0.9)
    for m in _CARD.finditer(low):
        digits = "".join(c for c in m.group() if c.isdigit())
        if m.start() >= iban_end and 13 <= len(digits) <= 19 and luhn.is_valid(digits):
            yield Hit(m.start(), m.end(), "account", "payment-card")
    for pattern, rule in ((_SORT_CODE, "sort-code"), (_BELGIAN_PAYMENT, "payment-reference"), (_WALLET, "wallet")):
        for m in pattern.finditer(low):
            yield Hit(m.start(), m.end(), "account", rule)


def _iban_end(low: str, start: int, end: int) -> int:
    """The end of a valid IBAN that starts here, 0 if none does: the pattern may run on into the words behind it."""
    places = [i for i in range(start, end) if low[i].isalnum()]
    length = _IBAN_LENGTHS.get(low[places[0]] + low[places[1]])
    if length is None or len(places) < length:
        return 0
    number = "".join(low[i] for i in places[:length]).upper()
    return places[length - 1] + 1 if iban.is_valid(number, check_country=False) else 0
