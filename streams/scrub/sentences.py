"""The words around a find that count for it: its sentence, as far as a bound."""

# How far words count when no full stop comes first; it bounds the time that a row of finds can take.
REACH = 120
_ENDS = (". ", "! ", "? ", "\n", "; ")


def around(low: str, start: int, end: int) -> str:
    left, right = max(0, start - REACH), min(len(low), end + REACH)
    begin = max(left, *(low.rfind(mark, left, start) + 1 for mark in _ENDS))
    stop = min((at for mark in _ENDS if (at := low.find(mark, end, right)) >= 0), default=right)
    return low[begin:stop]
