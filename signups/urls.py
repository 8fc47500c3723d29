"""Addresses of the public sign-up pages."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from signups import views
from signups.models import Role


class RoleConverter(StringConverter):
    """``mentee`` or ``mentor`` in an address."""

    regex = "|".join(Role.values)

    def to_python(self, value: str) -> Role:
        return Role(value)


register_converter(RoleConverter, "role")

app_name = "signups"
urlpatterns = [
    path("programs/<slug:program_slug>/", views.program, name="program"),
    path(
        "programs/<slug:program_slug>/<slug:cohort_slug>/apply/<role:role>/",
        views.apply,
        name="apply",
    ),
    path(
        "programs/<slug:program_slug>/<slug:cohort_slug>/applied/<role:role>/",
        views.applied,
        name="applied",
    ),
]
