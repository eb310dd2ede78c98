"""Writes out all words of a Hunspell dictionary: each root with the affixes that its flags allow.

Rules for compounds are left aside: the compliance stage splits compounds itself.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

# A suffix may bring suffixes of its own ("deskundig", "deskundige", "deskundigen"); no dictionary goes further.
_SUFFIXES_MAX = 2


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of an affix: where the root matches, takes `strip` away and puts `add` there."""

    strip: str
    add: str
    flags: tuple[str, ...]  # what may be added behind it
    where: re.Pattern[str]


@dataclass(slots=True)
class Affixes:
    suffixes: dict[str, list[Rule]] = field(default_factory=lambda: defaultdict(list))
    prefixes: dict[str, list[Rule]] = field(default_factory=lambda: defaultdict(list))
    crossing: set[str] = field(default_factory=set)  # prefixes that also go before a suffixed root, and such suffixes
    unspoken: set[str] = field(default_factory=set)  # flags of roots that are no words by themselves
    long_flags: bool = False

    def split(self, flags: str) -> tuple[str, ...]:
        return tuple(flags[i : i + 2] for i in range(0, len(flags), 2)) if self.long_flags else tuple(flags)


def read_affixes(lines: Iterable[str]) -> Affixes:
    affixes = Affixes()
    for line in lines:
        match line.partition("ts:")[0].partition("#")[0].split():
            case ["FLAG", "long"]:
                affixes.long_flags = True
            case ["FORBIDDENWORD" | "ONLYINCOMPOUND" | "NEEDAFFIX", flag]:
                affixes.unspoken.add(flag)
            case ["SFX" | "PFX", flag, "Y" | "N" as crosses, count] if count.isdigit():
                affixes.crossing |= {flag} if crosses == "Y" else set()
            case ["SFX" | "PFX" as kind, flag, strip, add, *where]:
                _add_rule(affixes, kind, flag, strip=strip, add=add, where=where[0] if where else ".")
            case _:
                pass
    return affixes


def _add_rule(affixes: Affixes, kind: str, flag: str, *, strip: str, add: str, where: str) -> None:
    text, _, flags = add.partition("/")
    pattern = re.compile(f"^(?:{where})" if kind == "PFX" else f"(?:{where})$")
    rule = Rule("" if strip == "0" else strip, "" if text == "0" else text, affixes.split(flags), pattern)
    (affixes.prefixes if kind == "PFX" else affixes.suffixes)[flag].append(rule)


def expand(affixes: Affixes, lines: Sequence[str]) -> Iterator[str]:
    """Every word of the lines `root/flags`; the first line, a count, is no word."""
    for line in lines[1:]:
        root, _, flags = (line.split() or [""])[0].partition("/")
        own = affixes.split(flags)
        if root and not affixes.unspoken & set(own):
            yield from _forms(affixes, root, own)


def _forms(affixes: Affixes, root: str, flags: tuple[str, ...]) -> Iterator[str]:
    suffixed = [(root, flags, True)]  # a form, what may be added to it, whether prefixes go before it
    level = suffixed
    for _ in range(_SUFFIXES_MAX):
        level = [grown for form, own, _ in level for grown in _suffixed(affixes, form, own)]
        suffixed = suffixed + level
    for form, _, crosses in suffixed:
        yield form
        if crosses:
            yield from _prefixed(affixes, form, flags, bare=form == root)


def _suffixed(affixes: Affixes, form: str, flags: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    for flag in flags:
        for rule in affixes.suffixes.get(flag, ()):
            if form.endswith(rule.strip) and rule.where.search(form):
                yield form[: len(form) - len(rule.strip)] + rule.add, rule.flags, flag in affixes.crossing


def _prefixed(affixes: Affixes, form: str, flags: tuple[str, ...], *, bare: bool) -> Iterator[str]:
    for flag in flags:
        for rule in affixes.prefixes.get(flag, ()) if bare or flag in affixes.crossing else ():
            if form.startswith(rule.strip) and rule.where.search(form):
                yield rule.add + form[len(rule.strip) :]
