"""Stored script comes out as text: in pages, feed, admin, letters and sheets, whatever held it."""

from __future__ import annotations

import csv
import io
import re
from xml.etree import ElementTree

import html5lib
import openpyxl
import pytest
from django.apps import apps
from django.core import mail
from django.db import DatabaseError, models, transaction
from django.urls import reverse
from django.utils import timezone

from signups.models import Application
from signups.models.sealed import SealedJSONField
from signups.traps import TRAP_NAME
from spotlights.models import Guide, Spotlight
from tests.factories import application_data, make_chair, make_cohort
from tests.site import test_access_matrix
from tests.site.test_access_matrix import address_of, routes
from tests.site.vectors import ADDRESS, MARK, VECTORS, survivors, vector_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]

site = test_access_matrix.site

OWN_APPS = ("signups", "matching", "spotlights")
# Words that only the site itself writes, which mean something to it.
ITS_OWN = {"key", "salt", "name_on_disk", "seal", "reason_key", "spelling", "message_id", "token"}
PLAIN = {"text/plain", "text/csv", "text/calendar", "application/json", "application/pdf"}
HTML_OF_RSS = {"description", "{http://purl.org/rss/1.0/modules/content/}encoded"}
CONTROLS, LEFT_OUT = {"input", "textarea", "select", "button"}, {"file", "image", "reset"}
DATA = {"image/svg+xml", "text/javascript", "application/javascript"}


def takes_free_text(field):
    return (
        isinstance(field, models.CharField | models.TextField)
        and not isinstance(field, models.SlugField | models.URLField | SealedJSONField)
        and not (field.choices or field.unique or field.primary_key)
        and field.name not in ITS_OWN
    )


def fill_every_row():
    """Vectors in all text of all rows, as if they had come in by whatever form there is."""
    filled = set()
    for model in (one for app in OWN_APPS for one in apps.get_app_config(app).get_models()):
        fields = [field for field in model._meta.concrete_fields if takes_free_text(field)]
        for row in model._base_manager.all():
            for field in fields:
                is_address = isinstance(field, models.EmailField)
                text = ADDRESS if is_address else vector_of(field.max_length)
                try:
                    with transaction.atomic():
                        model._base_manager.filter(pk=row.pk).update(**{field.name: text})
                except DatabaseError:
                    continue  # a constraint holds a list of words, or a row alone has this one
                filled.add(f"{model._meta.label}.{field.name}")
    return filled


def is_html(response):
    return response.get("Content-Type", "").startswith("text/html")


def survivors_in(response):
    """What of the vectors came out as markup, in any kind of answer."""
    kind = response.get("Content-Type", "").partition(";")[0]
    body = b"".join(response)  # what is streamed from a file is closed at its end
    if response.status_code in (301, 302):
        return []
    if kind == "text/html":
        return survivors(body.decode())
    assert response["X-Content-Type-Options"] == "nosniff"
    if kind.endswith("xml") and kind not in DATA:
        feed = ElementTree.fromstring(body)  # noqa: S314 our own
        assert not [one.tag for one in feed.iter() if MARK in one.tag or MARK in str(one.attrib)]
        # In Atom what is HTML says so; in RSS it is what stands for the entry.
        as_html = [
            one for one in feed.iter() if one.get("type") == "html" or one.tag in HTML_OF_RSS
        ]
        return [found for one in as_html for found in survivors(one.text or "")]
    assert kind in PLAIN | DATA or MARK.encode() not in body, kind
    return []


def test_vectors_are_noticed_where_they_come_out_as_markup():
    seen = [bool(survivors(f"<p>{vector}</p>")) for vector in VECTORS]

    assert sum(seen) >= 12
    assert survivors(f'<a href="javascript:{MARK}">x</a>')
    assert survivors(f'<a href="java\tscript&colon;{MARK}">x</a>')
    assert not survivors(f'<a href="mailto:?subject={MARK}">{MARK}</a><input value="{MARK}">')


def test_whatever_is_stored_comes_out_as_text_on_every_page(site):
    rows, values, browsers = site
    Spotlight.objects.update(status="published", published_at=timezone.now())
    Guide.objects.update(status="published")
    filled = fill_every_row()

    found, shown = {}, set()
    for route in routes():
        is_admin = route.startswith("/admin/")
        for role in ["superuser"] if is_admin else ["anonymous", "applicant"]:
            response = browsers[role].get(address_of(route, rows, values))
            if bad := survivors_in(response):
                found[f"{route} {role}"] = bad
            if is_html(response) and MARK in response.text:
                shown.add(route)

    assert found == {}
    assert {
        "signups.Application.statement",
        "signups.Program.purpose",
        "spotlights.Spotlight.body",
        "signups.HistoricalProgram.name",
    } <= filled
    assert {
        "/",
        "/programs/<program_slug>/",
        "/lets-connect/",
        "/lets-connect/<slug>/",
        "/my/application/",
        "/admin/signups/menteeapplication/",
        "/admin/signups/menteeapplication/<object_id>/change/",
        "/admin/signups/program/<object_id>/history/",
        "/admin/matching/matchrun/<object_id>/change/",
    } <= shown
    assert len(shown) > 60


def filled_in(form):
    """A form as somebody sends it who puts a vector wherever words can be written."""
    data = {}
    for field in form.iter():
        name, kind = field.get("name"), field.get("type", "text")
        if field.tag not in CONTROLS or not name or name == TRAP_NAME or kind in LEFT_OUT:
            continue
        if field.tag == "select":
            values = [option.get("value") for option in field.iter("option")]
            data[name] = next(filter(None, values), "")
        elif field.tag == "textarea" or kind in {"text", "search", "url", "tel"}:
            data[name] = vector_of(int(field.get("maxlength", 0)) or None)
        elif kind == "email":
            data[name] = ADDRESS
        elif kind in {"checkbox", "radio"} or field.tag == "button" or kind == "submit":
            data.setdefault(name, field.get("value", "on"))
        else:
            data[name] = field.get("value", "")
    return data


def elements(page):
    return html5lib.parse(page.text, namespaceHTMLElements=False)


def test_whatever_is_sent_comes_back_as_text_from_every_form(site):
    rows, values, browsers = site
    sent = set()
    for route in (one for one in routes() if not re.match("/admin/|.*/files/|.*download/", one)):
        address = address_of(route, rows, values)
        for role in ("anonymous", "applicant"):
            page = browsers[role].get(address)
            if page.status_code != 200 or not is_html(page):
                continue
            for form in elements(page).iter("form"):
                data = filled_in(form)
                if form.get("method", "get") == "get":
                    answer = browsers[role].get(form.get("action") or address, data)
                else:
                    with transaction.atomic():
                        answer = browsers[role].post(form.get("action") or address, data)
                        transaction.set_rollback(True)
                assert survivors_in(answer) == [], route
                if any(MARK in str(value) for value in data.values()):
                    sent.add(route)

    assert {
        "/programs/<program_slug>/<cohort_slug>/apply/<role>/",
        "/my/lost-link/",
        "/my/application/edit/",
    } <= sent


def test_letters_and_sheets_hold_the_words_as_they_were_written(
    client, deliver_letters, django_capture_on_commit_callbacks
):
    cohort, vector = make_cohort(), VECTORS[1]
    data = application_data(
        cohort, "mentee", name=vector, statement=vector, employer=vector, email=ADDRESS
    )

    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            reverse("signups:apply", args=[cohort.program.slug, cohort.slug, "mentee"]), data
        )
    deliver_letters()
    client.force_login(make_chair(cohort.program))
    sheets = [
        client.post(
            reverse("admin:signups_menteeapplication_changelist"),
            {"action": action, "_selected_action": [Application.objects.get().pk]},
        )
        for action in ("export_csv", "export_xlsx")
    ]

    assert mail.outbox
    for letter in mail.outbox:
        assert letter.content_subtype == "plain"
        assert not getattr(letter, "alternatives", [])
    assert any(vector in letter.body for letter in mail.outbox)
    as_csv = next(iter(list(csv.reader(io.StringIO(sheets[0].content.decode("utf-8-sig"))))[1:]))
    workbook = openpyxl.load_workbook(io.BytesIO(sheets[1].content))
    as_xlsx = [cell.value for cell in list(workbook.active.iter_rows())[1]]
    for cells, sheet in ((as_csv, sheets[0]), (as_xlsx, sheets[1])):
        assert {cell for cell in cells if MARK in str(cell)} == {vector, ADDRESS}
        assert sheet["Content-Disposition"].startswith("attachment")
        assert sheet["X-Content-Type-Options"] == "nosniff"
