"""The detectors, each a function from a View to hits. To add one: a function, a row here, a golden table."""

from collections.abc import Callable, Iterable

from streams.scrub.detectors import (
    accounts,
    ages,
    birthdays,
    contacts,
    content,
    dates,
    days,
    geocodes,
    handles,
    homes,
    listed_names,
    loose_numbers,
    names,
    national_numbers,
    networks,
    people,
    postcodes,
    records,
    rooms,
    streets,
    unknown_names,
    vehicles,
)
from streams.scrub.known import known_terms
from streams.scrub.spans import Hit
from streams.scrub.view import View

Detector = Callable[[View], Iterable[Hit]]

DETECTORS: tuple[tuple[str, Detector], ...] = (
    ("known-terms", known_terms),
    ("emails", contacts.emails),
    ("phones", contacts.phones),
    ("urls", networks.urls),
    ("ip-addresses", networks.ip_addresses),
    ("national-numbers", national_numbers.national_numbers),
    ("records", records.records),
    ("accounts", accounts.accounts),
    ("spoken-numbers", loose_numbers.spoken),
    ("long-numbers", loose_numbers.long_numbers),
    ("plates", vehicles.plates),
    ("ages", ages.ages),
    ("birthdays", birthdays.birthdays),
    ("dates", dates.found_dates),
    ("days", days.days),
    ("postcodes", postcodes.postcodes),
    ("streets", streets.streets),
    ("homes", homes.homes),
    ("geocodes", geocodes.geocodes),
    ("rooms", rooms.rooms),
    ("handles", handles.handles),
    ("hashtags", handles.hashtags),
    ("relatives", names.relatives),
    ("patients", names.patients),
    ("titles", names.titled),
    ("introduced", names.introduced),
    ("listed-names", listed_names.listed),
    ("unknown-names", unknown_names.unknown),
    ("roles", people.roles),
    ("employers", people.employers),
    ("pictures", people.pictures),
    ("claims", content.claims),
    ("alarming", content.alarming),
)
"""In the order in which findings of one span are listed. Screening runs all of them: none may hide another's find."""
