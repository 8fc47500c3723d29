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
    path("programs/<slug:program_slug>/contact/", views.contact, name="contact"),
    path("programs/<slug:program_slug>/contact/sent/", views.asked, name="asked"),
    path("contact/", views.contact, name="contact_site"),
    path("contact/sent/", views.asked, name="asked_site"),
    path("my/question/", views.my_question, name="my_question"),
    path("my/question/erase/", views.erase_question, name="erase_question"),
    path("my/question/erased/", views.question_erased, name="question_erased"),
    path(
        "programs/<slug:program_slug>/<slug:cohort_slug>/apply/<role:role>/",
        views.apply,
        name="apply",
    ),
    path(
        "programs/<slug:program_slug>/<slug:cohort_slug>/saved/<role:role>/",
        views.saved,
        name="saved",
    ),
    path(
        "programs/<slug:program_slug>/<slug:cohort_slug>/applied/<role:role>/",
        views.applied,
        name="applied",
    ),
    path("my/link/<str:token>/", views.open_link, name="open_link"),
    path("my/lost-link/", views.lost_link, name="lost_link"),
    path("my/draft/", views.my_draft, name="my_draft"),
    path("my/application/", views.my_application, name="my_application"),
    path("my/application/edit/", views.edit, name="edit"),
    path("my/application/identity/", views.identity, name="identity"),
    path("my/application/withdraw/", views.withdraw, name="withdraw"),
    path("my/application/come-back/", views.come_back, name="come_back"),
    path("my/application/next-cohort/", views.keep_for_next, name="keep_for_next"),
    path("my/application/news/", views.choose_news, name="choose_news"),
    path("my/news/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("my/application/language/", views.choose_language, name="choose_language"),
    path("my/application/files/<int:answer_id>/", views.my_file, name="my_file"),
    path("committee/files/<int:answer_id>/", views.committee_file, name="committee_file"),
    path("my/orientation/choose/", views.choose_orientation, name="choose_orientation"),
    path("my/orientation/leave/", views.leave_orientation, name="leave_orientation"),
    path("my/orientation/orientation.ics", views.orientation_calendar, name="orientation_calendar"),
    path("my/leave/", views.leave, name="leave"),
]
