"""Plans that once failed; each is played in every run of the tests. A plan that fails anywhere belongs here, named."""

from tests.simulation.plans import Plan

WHOLE: dict[str, Plan] = {
    "a clock that is behind makes no post repeatable on a platform without keys": Plan(
        4, kills=(80,), second_after_s=0.30329858588551006, restarts=False, skews_s=(120.0, -120.0)
    ),
    "nor does it ask a person about what can be looked up": Plan(
        17, kinds=("x",), kills=(126,), second_after_s=0.8066907771186791, restarts=False, skews_s=(120.0, -120.0)
    ),
}
ALIKE: dict[str, Plan] = {
    "a first post is not taken for that of another event that says the same": Plan(2, events=2, alike=True),
    "nor is it refused for ever as a duplicate of that": Plan(2, kinds=("x",), events=2, alike=True),
}
PRESSED: dict[str, Plan] = {
    "a late request does not bring a retracted post back": Plan(
        6, kinds=("keys",), mix="everything", kills=(82,), press="retract", number=2, press_after_s=30.805593437519608
    ),
}
