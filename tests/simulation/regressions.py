"""Plans that once failed; each is played in every run of the tests. A plan that fails anywhere belongs here, named.

What a plan leads to changes with the poster, so there may be several of one kind; the batteries look for more.
"""

from tests.simulation.plans import Plan

WHOLE: dict[str, Plan] = {
    "a clock that is behind makes no post repeatable on a platform without keys": Plan(
        201, pause=7, pause_s=8.0, skews_s=(120.0, -120.0)
    ),
    "nor where its standby takes over": Plan(
        4, kills=(80,), second_after_s=0.30329858588551006, restarts=False, skews_s=(120.0, -120.0)
    ),
    "nor after a long pause": Plan(76, pause=95, pause_s=1000.0, skews_s=(120.0, -120.0)),
    "nor is a person asked about what can be looked up": Plan(
        17, kinds=("x",), kills=(126,), second_after_s=0.8066907771186791, restarts=False, skews_s=(120.0, -120.0)
    ),
    "nor is a person asked while the other one sleeps": Plan(
        202, kinds=("x",), pause=27, pause_s=200.0, skews_s=(120.0, -120.0)
    ),
    "a server that promises to know keys and does not": Plan(6, kinds=("ignores keys",), mix="prompt", kills=(7,)),
}
ALIKE: dict[str, Plan] = {
    "a first post is not taken for that of another event that says the same": Plan(2, events=2, alike=True),
    "nor is it refused for ever as a duplicate of that": Plan(2, kinds=("x",), events=2, alike=True),
    "the second part of a numbered post is numbered after a restart too": Plan(
        1029, kinds=("x",), mix="everything", events=2, alike=True, kills=(158, 269)
    ),
}
PRESSED: dict[str, Plan] = {
    "a late request does not bring a retracted post back": Plan(
        6, kinds=("keys",), mix="everything", kills=(82,), press="retract", number=2, press_after_s=30.805593437519608
    ),
    "nor one that was withdrawn": Plan(1, kinds=("keys",), mix="late", press="withdraw", press_after_s=6.0),
    "nor one of the process before": Plan(
        26, kinds=("keys",), mix="everything", kills=(52,), press="withdraw", press_after_s=26.379492642032698
    ),
}
