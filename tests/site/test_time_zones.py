"""Time zones under their countries and cities, in the language of the page."""

from __future__ import annotations

from zoneinfo import available_timezones

import pytest
from django.utils.translation import override

from mig_site.time_zones import country_of_zones, name_of_zone, zones_by_country


@pytest.mark.parametrize(
    ("language", "denver", "honolulu", "first_countries", "in_mexico"),
    [
        (
            "en",
            "Denver (Mountain Time)",
            "Honolulu",
            ["United States", "Afghanistan", "Åland Islands", "Albania"],
            "Mexico City (Central Time)",
        ),
        (
            "es",
            "Denver (hora de las Montañas Rocosas)",
            "Honolulú",
            ["Estados Unidos", "Afganistán", "Albania", "Alemania"],
            "Ciudad de México (hora central)",
        ),
    ],
)
def test_zones_are_called_by_city_and_time(language, denver, honolulu, first_countries, in_mexico):
    with override(language):
        countries = zones_by_country("America/Denver")
        names = {key: name for _country, zones in countries for key, name in zones}

        assert names["America/Denver"] == name_of_zone("America/Denver") == denver
        assert names["Pacific/Honolulu"] == honolulu
        assert names["America/Mexico_City"] == in_mexico
        assert [country for country, _zones in countries[:4]] == first_countries


def test_every_zone_of_every_country_is_there_once_and_can_be_used():
    keys = [key for _country, zones in zones_by_country() for key, _name in zones]

    assert sorted(keys) == sorted(country_of_zones())
    assert set(keys) <= available_timezones()


def test_an_old_name_stays_as_it_is():
    assert name_of_zone("US/Mountain") == "US/Mountain"
