"""Reads what a setting says to one second opinion; an option that it does not have is a misspelling, and refused."""

from collections.abc import Iterable

from schemas.errors import Refused
from streams.scrub.second_opinion import Options


def checked(name: str, options: Options, known: Iterable[str]) -> Options:
    """`options`, when each of them is known."""
    allowed = sorted(known)
    if strange := sorted(set(options) - set(allowed)):
        raise Refused(
            f"Second opinion {name} has no option {', '.join(strange)}; it has {', '.join(allowed)}.",
            code="bad-second-opinion",
        )
    return options


def labels(options: Options, otherwise: Iterable[str]) -> frozenset[str]:
    """Which labels count: the option `labels`, separated by commas, or the given ones."""
    given = options.get("labels", "")
    return frozenset(part.strip().upper() for part in given.split(",") if part.strip()) or frozenset(otherwise)


def number(name: str, options: Options, option: str, otherwise: float) -> float:
    """A share between 0 and 1."""
    given = options.get(option)
    try:
        value = otherwise if given is None else float(given)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise Refused(f"Second opinion {name}: {option} is a number between 0 and 1.", code="bad-second-opinion")
    return value


def lacks(name: str, extra: str) -> Refused:
    """What to raise where the vendor's package cannot be imported."""
    return Refused(
        f"Second opinion {name} is not installed: pip install 'scrubcast[{extra}]'.", code="second-opinion-missing"
    )
