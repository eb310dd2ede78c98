"""The page's script with one fault put in, of a kind that people would notice only on the day: the battery has to."""

import re
from collections.abc import Callable
from dataclasses import dataclass

DEED = {"storing": 2, "claiming": 3, "sending": 4, "answering": 5, "letting go": 6, "writing": 7, "server killed": 13}
"""What goes wrong first in a seed of this rest by sixteen (play.Player.deeds)."""


@dataclass(frozen=True)
class Fault:
    """`pattern` finds the one place in the bundle: minifying keeps members' names, and not those of locals."""

    name: str
    pattern: str
    instead: str
    at: str  # the deed that meets it
    says: str  # what the battery has to say, as a pattern
    signed: bool | None = None  # seeds of enrolled tablets alone; None: of either kind

    def seeds(self) -> list[int]:
        """The first few in which the deed comes first."""
        found = range(DEED[self.at], 400, 16)
        return [seed for seed in found if self.signed in (None, seed % 3 > 0)][:5]

    def change(self) -> Callable[[bytes], bytes]:
        def changed(script: bytes) -> bytes:
            text, count = re.subn(self.pattern, self.instead, script.decode())
            assert count == 1, f"{self.name}: {count} places fit"
            return text.encode()

        return changed


FAULTS = (
    Fault(
        "leaves the outbox before its receipt",
        r"(async carry\((\w+),\w+\)\{)",
        r"\1await this.outbox.remove(\2.updateId);",
        "sending",
        "is lost",
    ),
    Fault(
        "goes under another id at each try",
        r"async submit\((\w+),(\w+)\)\{let\{body:(\w+),headers:(\w+)\}=\1;return await (this\.ask\([^}]*\}\))\}",
        r"async submit(\1,\2){let{body:\3,headers:\4}=\1;"
        r'\3=\3.replace(/("update_id":"[-0-9a-f]{24})[0-9a-f]{12}/,(_,head)=>head+crypto.randomUUID().slice(24));'
        r"return{...await \5,update_id:\1.updateId}}",
        "answering",
        "not in submissions",
        signed=False,
    ),
    Fault(
        "is called received before it is",
        r'\{kind:"waiting",\.\.\.',
        r'{kind:"received",...',
        "claiming",
        "shown as received and not in submissions",
    ),
    Fault(
        "stays a draft after Send",
        r'&&await \w+\.objectStore\("draft"\)\.delete\((\w+)\.place\),',
        r",",
        "letting go",
        "is in the box again",
    ),
    Fault(
        "is no draft before Send",
        r"this\.unwritten=\{place:this\.place,text:(\w+),version:\+\+this\.version\}",
        r"this.unwritten=null",
        "writing",
        "is lost",
    ),
    Fault(
        "signs twice with the same number",
        r'\(typeof (\w+)=="number"\?\1:0\)\+1',
        r"((typeof \1=='number'?\1:0)+1)%9",
        "server killed",
        "refused|the same number|already used its number",
        signed=True,
    ),
)
