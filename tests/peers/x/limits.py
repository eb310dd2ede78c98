"""Counts requests as X does, per kind and account in 15 minutes and posts in 24 hours, and tells it in headers."""

from dataclasses import dataclass

from tests.peers.x.settings import DAY_S, WINDOW_S, Settings


@dataclass
class Used:
    start_s: float
    count: int = 0


class Limits:
    """In memory: a restart begins all windows anew."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, str], Used] = {}

    def take(self, kind: str, user_id: str | None, settings: Settings, now_s: float) -> tuple[bool, dict[str, str]]:
        """Whether there was room, and the headers. A request for which there was none is not counted."""
        window = settings.window(kind)
        most = window.app if user_id is None else window.user
        counted = [("x-rate-limit", f"{kind}:{user_id}", most, WINDOW_S)]
        if kind == "create":
            counted.append(("x-user-limit-24hour", f"day:{user_id}", settings.user_day, DAY_S))
            counted.append(("x-app-limit-24hour", "day", settings.app_day, DAY_S))
        asked = [
            (name, limit, self._of(key, length_s, now_s), length_s)
            for name, key, limit, length_s in counted
            if limit is not None
        ]
        room = all(used.count < limit for _, limit, used, _ in asked)
        headers: dict[str, str] = {}
        for name, limit, used, length_s in asked:
            used.count += room
            headers[f"{name}-limit"] = str(limit)
            headers[f"{name}-remaining"] = str(max(0, limit - used.count))
            headers[f"{name}-reset"] = str(int(used.start_s + length_s))
        return room, headers

    def _of(self, key: str, length_s: float, now_s: float) -> Used:
        used = self._used.get((key, str(length_s)))
        if used is None or now_s - used.start_s >= length_s:
            used = self._used[key, str(length_s)] = Used(now_s)
        return used
