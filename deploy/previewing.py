"""How the desk comes to show what the poster would make of a text: the one composes, the other only asks."""

from consumers.poster.compose import texts
from consumers.poster.platforms.limits import SHAPES
from producers.desk.going_out import Going, Parts


def compose(going: Going) -> Parts:
    """The posts as the poster would make them now. Raises Refused with its codes where none can be made."""
    plan, fits = going.plan, SHAPES[going.destination.platform]
    made = texts(
        going.text,
        fits,
        hashtag=plan.hashtag,
        stamp=plan.release.stamp,
        at=going.at,
        timezone=plan.timezone,
        elapsed_from=plan.window.opens,
        counter=going.number,
        corrects_url=going.corrects_url,
        warning=plan.content_warning,
        numbered=going.numbered,
        taken=going.taken,
    )
    beside = fits.count(plan.content_warning) if plan.content_warning and fits.own_warning else 0
    return Parts(made, tuple(fits.count(text) + beside for text in made), fits.max)
