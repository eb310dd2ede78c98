"""The icons of every page: 24 grid, stroke 2, `currentColor`, always beside a word."""

from markupsafe import Markup

ICONS: dict[str, str] = {
    "brand": '<path d="M4 7h10"/><path d="M4 12h5"/><path d="M4 17h8"/><path d="M13 12h7" stroke-width="4"/>',
    "camera": '<path d="M4 8h3.5L9 5.5h6L16.5 8H20v11H4z"/><circle cx="12" cy="13" r="3.3"/>',
    "chat": '<path d="M4 5h16v11H11l-4.5 4v-4H4z"/>',
    "check": '<path d="M5 12.5l4.5 4.5L19 7.5"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.2 2"/>',
    "done": '<circle cx="12" cy="12" r="9"/><path d="M8 12.3l2.8 2.8L16 9.6"/>',
    "download": '<path d="M12 4v11"/><path d="M7 10.5l5 5 5-5"/><path d="M4.5 20h15"/>',
    "edit": '<path d="M4 20l1-4.5L16.5 4 20 7.5 8.5 19z"/><path d="M14 6.5L17.5 10"/>',
    "eye": (
        '<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"/>'
        '<circle cx="12" cy="12" r="2.6"/>'
    ),
    "globe": (
        '<circle cx="12" cy="12" r="9"/>'
        '<path d="M3 12h18"/>'
        '<path d="M12 3c5 5.5 5 12.5 0 18"/>'
        '<path d="M12 3c-5 5.5-5 12.5 0 18"/>'
    ),
    "inbox": (
        '<path d="M4 13l2.6-8h10.8L20 13v5a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 18z"/>'
        '<path d="M4 13h4.5l1.4 2.5h4.2l1.4-2.5H20"/>'
    ),
    "key": '<circle cx="8" cy="15.5" r="4"/><path d="M11 12.5L19.5 4"/><path d="M15.5 8l3 3"/>',
    "keyboard": (
        '<rect x="2.5" y="6" width="19" height="12" rx="2"/>'
        '<path d="M6 10h.1"/>'
        '<path d="M10 10h.1"/>'
        '<path d="M14 10h.1"/>'
        '<path d="M18 10h.1"/>'
        '<path d="M8 14h8"/>'
    ),
    "lock": '<rect x="5" y="11" width="14" height="9.5" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>',
    "next": '<path d="M9 5.5L15.5 12 9 18.5"/>',
    "offline": (
        '<path d="M3 3l18 18"/>'
        '<path d="M5.5 12.5a9.5 9.5 0 0 1 4-2.4"/>'
        '<path d="M14 10.2a9.5 9.5 0 0 1 4.5 2.3"/>'
        '<path d="M8.7 15.9a5 5 0 0 1 6.6 0"/>'
        '<path d="M12 19.4v.1"/>'
        '<path d="M2 9a14 14 0 0 1 4-2.6"/>'
        '<path d="M11 5.1A14 14 0 0 1 22 9"/>'
    ),
    "online": (
        '<path d="M2 9a14.5 14.5 0 0 1 20 0"/>'
        '<path d="M5.5 12.5a9.5 9.5 0 0 1 13 0"/>'
        '<path d="M8.7 15.9a5 5 0 0 1 6.6 0"/>'
        '<path d="M12 19.4v.1"/>'
    ),
    "open": '<circle cx="12" cy="12" r="9"/><path d="M12 7.5v5.5"/><path d="M12 16.4v.1"/>',
    "pause": '<path d="M8.5 5v14"/><path d="M15.5 5v14"/>',
    "photo": (
        '<rect x="3.5" y="5" width="17" height="14" rx="2"/>'
        '<circle cx="9" cy="10" r="1.5"/>'
        '<path d="M4 17l5-4 3.5 2.5L16.5 11l4 4"/>'
    ),
    "play": '<path d="M7.5 4.8v14.4L19 12z"/>',
    "prev": '<path d="M15 5.5L8.5 12 15 18.5"/>',
    "question": (
        '<circle cx="12" cy="12" r="9"/>'
        '<path d="M9.4 9.6a2.7 2.7 0 1 1 3.7 2.5c-.8.4-1.1.9-1.1 1.7"/>'
        '<path d="M12 16.7v.1"/>'
    ),
    "return": '<path d="M9 6L4.5 10.5 9 15"/><path d="M4.5 10.5H14a5.5 5.5 0 0 1 0 8h-3"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6"/><path d="M15 15l5 5"/>',
    "send": '<path d="M12 19.5V5"/><path d="M6 10.8L12 4.8l6 6"/>',
    "shield": (
        '<path d="M12 3l7.5 3v5.5c0 4.6-3 7.8-7.5 9.5-4.5-1.7-7.5-4.9-7.5-9.5V6z"/><path d="M8.7 12l2.4 2.4 4.3-4.6"/>'
    ),
    "signed": (
        '<path d="M3.5 20.5h17"/>'
        '<path d="M4 16c3-7 6-11 8-10.5 2.5.7-4 10.5-1.5 10.5 1.6 0 2.5-3 4-3s.6 2.5 2 2.5 1.5-1 3.5-1"/>'
    ),
    "stop": '<path d="M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3z"/><path d="M8.5 12h7"/>',
    "tablet": '<rect x="5" y="3" width="14" height="18" rx="2.5"/><path d="M11 17.5h2"/>',
    "undo": '<path d="M8 5L4 9l4 4"/><path d="M4 9h10.5a5 5 0 0 1 0 10H9"/>',
    "users": (
        '<circle cx="9" cy="8.5" r="3.2"/>'
        '<path d="M3 19.5c0-3.3 2.7-5.5 6-5.5s6 2.2 6 5.5"/>'
        '<path d="M15.5 5.6a3.2 3.2 0 0 1 0 5.8"/>'
        '<path d="M17.5 14.5c2.2.7 3.5 2.5 3.5 5"/>'
    ),
    "warn": '<path d="M12 4L2.8 19.5h18.4z"/><path d="M12 10v4.2"/><path d="M12 16.9v.1"/>',
    "x": '<path d="M6 6l12 12"/><path d="M18 6L6 18"/>',
}


def sprite(*names: str) -> Markup:
    """One hidden SVG with a symbol for each name, which pages use as `#i-NAME`; KeyError for an unknown one."""
    symbols = "".join(f'<symbol id="i-{name}" viewBox="0 0 24 24">{ICONS[name]}</symbol>' for name in names)
    return Markup(f'<svg class="sprite" aria-hidden="true">{symbols}</svg>')  # noqa: S704  # our own constants only
