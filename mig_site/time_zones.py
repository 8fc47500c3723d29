"""Time zones under the names that people know: a country, a city, and how its time is called."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib import resources

from babel import Locale
from babel.dates import get_timezone_location, get_timezone_name

from mig_site.languages import current_language


@cache
def country_of_zones() -> dict[str, str]:
    """The country code of each zone: one zone for each clock of each country.

    Old names such as "US/Mountain" are valid and not among them.
    """
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text()
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    return {key: country for country, _coordinates, key, *_comment in rows}


def name_of_zone(key: str) -> str:
    """Such as Denver (Mountain Time), in the language of the page; an old name stays as it is."""
    return _name_of_zone(key, current_language()) if key in country_of_zones() else key


@cache
def _name_of_zone(key: str, language: str) -> str:
    city = get_timezone_location(key, locale=language, return_city=True)
    called = get_timezone_name(key, width="long", locale=language)
    # Where a time has no name of its own, it is called after the city.
    return city if city in called else f"{city} ({called})"


def zones_by_country(home: str = "") -> list[tuple[str, list[tuple[str, str]]]]:
    """All zones with their names, under their countries; the country of ``home`` comes first."""
    countries = _zones_by_country(current_language())
    at_home = [group for group in countries if home in dict(group[1])]
    return at_home + [group for group in countries if group not in at_home]


@cache
def _zones_by_country(language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    names = Locale.parse(language).territories
    countries: dict[str, list[tuple[str, str]]] = {}
    for key, country in country_of_zones().items():
        countries.setdefault(names[country], []).append((key, _name_of_zone(key, language)))
    return [
        (country, sorted(zones, key=lambda zone: _in_the_alphabet(zone[1])))
        for country, zones in sorted(
            countries.items(), key=lambda group: _in_the_alphabet(group[0])
        )
    ]


def _in_the_alphabet(name: str) -> str:
    """Where a name stands in a list: an accent does not send it to the end."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
