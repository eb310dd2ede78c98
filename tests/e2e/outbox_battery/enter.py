"""How a reporter gets to the text box: with a role's token, or on a tablet that a director enrolled, by PIN."""

from tests.e2e.outbox_battery.tabs import Tab, until
from tests.e2e.outbox_battery.world import World
from tests.tablet_hand import CODE, PIN

READY = "return !!document.querySelector('#send') && document.readyState !== 'loading'"
ASKED_NAME = "return !!document.querySelector('form [name=name]')"
JOIN = """const form = document.querySelector('form'); form.elements.name.value = 'Tablet 3'; form.requestSubmit()"""
WHO = "return !!document.querySelector('.person, #send')"
IS_IN = "return !!document.querySelector('#send')"
CHOOSE = "document.querySelector('.person').click()"
ASKED_PIN = "return !!document.querySelector('#pin-enter')"
DIGITS = """const keys = [...document.querySelectorAll('.keys button')];
  for (const digit of arguments[0]) keys.find((key) => key.textContent.trim() === digit).click();"""
WHOLE = "return document.querySelector('#pin-enter:not([disabled])') !== null"
ENTER = "document.querySelector('#pin-enter').click()"


async def enter(tab: Tab, world: World, *, skew_ms: int = 0) -> None:
    """To the text box. A tablet is enrolled the first time; each new tab asks for the PIN."""
    skew = f"?skew={skew_ms}" if skew_ms else ""
    if not world.signed:
        await tab.go(f"{world.url}/{skew}#token=reporter-token")
        await until(tab, READY)
        return
    if world.is_enrolled:
        await tab.go(f"{world.url}/{skew}")
    else:
        await tab.go(f"{world.url}/{skew}#enrol={CODE}")
        await until(tab, ASKED_NAME)
        await tab.run(JOIN)
    await until(tab, WHO)
    world.is_enrolled = True
    if not await tab.run(IS_IN):
        await type_pin(tab)
    await until(tab, READY)


async def type_pin(tab: Tab) -> None:
    await tab.run(CHOOSE)
    await until(tab, ASKED_PIN)
    await tab.run(DIGITS, PIN)
    await until(tab, WHOLE)
    await tab.run(ENTER)
