"""Word lists that are written as running text, because a hundred quoted words cannot be read."""


def listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())
