"""The situations that the batteries have to reach, by name."""

from typing import Literal

Situation = Literal[
    # what a platform does
    "an answer lost",
    "a lost answer found by look-up",
    "found only after looking in vain",
    "sent anew after its absence was proved",
    "late request applied",
    "refused as a duplicate",
    "refused for good",
    "a platform busy",
    "the account's limit reached",
    "young parent",
    "a look-up without an answer",
    "key known",
    "deleted post revived",
    "replies forbidden",
    "stand-alone from here on",
    "posted stand-alone",
    "told that a destination is away",
    "told that a destination is back",
    "one goes on while another is away",
    # when a process dies or pauses
    "killed between intent and request",
    "killed between request and answer",
    "killed between answer and record",
    "killed between record and receipt",
    "a thread taken over",
    "a record of a fenced writer",
    # what people do and see
    "pressed between intent and request",
    "pressed between request and answer",
    "pressed while a post was in doubt",
    "a request under way when stop was pressed",
    "a post deleted",
    "shown as unknown",
    "shown to a person",
    "settled by a person",
]
