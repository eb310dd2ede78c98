"""Check digits that no library we use has: German insurance and identity numbers, American licences, vehicles."""

import re

from stdnum import luhn


def kvnr(number: str) -> bool:
    """Krankenversichertennummer: the letter as two figures, then weights 1 and 2 in turn, sums of digits, mod 10."""
    digits = f"{_place(number[0]):02d}{number[1:9]}"
    return sum(sum(divmod(int(d) * (1 + i % 2), 10)) for i, d in enumerate(digits)) % 10 == int(number[9])


def german_document(number: str) -> bool:
    """Personalausweis and passport since 2010: weights 7, 3, 1 over letters as 10 to 35 (ICAO 9303), mod 10."""
    values = [int(c) if c.isdigit() else _place(c) + 9 for c in number[:9]]
    return sum(v * (7, 3, 1)[i % 3] for i, v in enumerate(values)) % 10 == int(number[9])


def npi(number: str) -> bool:
    """National provider identifier: Luhn over 80840 and the ten figures (45 CFR 162.406)."""
    return bool(luhn.is_valid(f"80840{number}"))


def dea(number: str) -> bool:
    """DEA registration: last figure of the sum of 1st, 3rd, 5th and twice the 2nd, 4th, 6th."""
    d = [int(c) for c in number[2:]]
    return (d[0] + d[2] + d[4] + 2 * (d[1] + d[3] + d[5])) % 10 == d[6]


_VIN_VALUES = dict(zip("0123456789abcdefghjklmnprstuvwxyz", "012345678912345678123457923456789", strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def vin(number: str) -> bool:
    """Vehicle identification number of North America: the ninth sign is the weighted sum mod 11, X for 10."""
    rest = sum(int(_VIN_VALUES[c]) * w for c, w in zip(number, _VIN_WEIGHTS, strict=True)) % 11
    return number[8] == ("x" if rest == 10 else str(rest))


def rvnr(number: str) -> bool:
    """Rentenversicherungsnummer: weights 2 1 2 5 7 1 2 1 2 1 2 1 with the letter as two figures, sums of digits."""
    digits = f"{number[:8]}{_place(number[8]):02d}{number[9:11]}"
    weights = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)
    return sum(sum(divmod(int(d) * w, 10)) for d, w in zip(digits, weights, strict=True)) % 10 == int(number[11])


def _place(letter: str) -> int:
    """1 for a, 26 for z."""
    found = re.match(r"[a-z]", letter)
    return ord(letter) - 96 if found else 0
