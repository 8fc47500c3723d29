"""What caches may keep, what they ask again about, and what goes over the wire."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from mig_site.caching import CompressTextMiddleware, PrivateByDefaultMiddleware, public_page
from signups.models import AccessLink
from spotlights.models import SpotlightStatus
from tests.factories import make_cohort, make_mentee
from tests.spotlights.factories import make_spotlight


def page(body="What everybody reads. " * 20, **headers):
    return lambda request: HttpResponse(body, headers=headers)


def test_page_for_everybody_is_asked_about_each_time_and_answered_in_short(rf):
    view = public_page(page())

    first = view(rf.get("/"))
    again = view(rf.get("/", headers={"If-None-Match": first["ETag"]}))

    assert first["Cache-Control"] == again["Cache-Control"] == "public, no-cache"
    assert first["ETag"].startswith('W/"')
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert "Last-Modified" not in first


def test_page_that_changed_is_sent_again(rf):
    old = public_page(page("Before"))(rf.get("/"))

    new = public_page(page("After"))(rf.get("/", headers={"If-None-Match": old["ETag"]}))

    assert (new.status_code, new.content) == (200, b"After")


def test_page_may_be_kept_for_as_long_as_its_view_says(rf):
    view = public_page(max_age=60, stale_while_revalidate=600)(page())

    said = view(rf.get("/"))["Cache-Control"].split(", ")

    assert sorted(said) == ["max-age=60", "public", "stale-while-revalidate=600"]


def test_page_that_knows_its_last_change_is_asked_about_by_it(rf):
    changed_at = datetime(2026, 3, 1, 12, 0, 0, 500, tzinfo=UTC)
    view = public_page(last_changed=lambda request: changed_at)(page())

    first = view(rf.get("/"))
    same = view(rf.get("/", headers={"If-Modified-Since": first["Last-Modified"]}))
    older = view(rf.get("/", headers={"If-Modified-Since": "Sun, 01 Mar 2026 11:59:59 GMT"}))

    assert first["Last-Modified"] == "Sun, 01 Mar 2026 12:00:00 GMT"
    assert (same.status_code, older.status_code) == (304, 200)


def test_change_of_an_entry_is_not_taken_for_that_of_a_list(rf):
    """A list that lost its newest entry changed later than any entry that is left."""
    view = public_page(page(**{"Last-Modified": "Sun, 01 Mar 2026 12:00:00 GMT"}))

    answer = view(rf.get("/", headers={"If-Modified-Since": "Mon, 02 Mar 2026 12:00:00 GMT"}))

    assert (answer.status_code, "Last-Modified" in answer) == (200, False)


@pytest.mark.parametrize("status", [301, 302, 404, 410])
def test_only_what_is_there_is_public(rf, status):
    view = public_page(lambda request: HttpResponse(status=status))

    assert PrivateByDefaultMiddleware(view)(rf.get("/"))["Cache-Control"] == "private, no-store"


def test_view_that_says_itself_who_may_keep_its_page_is_believed(rf):
    view = public_page(page(**{"Cache-Control": "private, no-store"}))

    answer = PrivateByDefaultMiddleware(view)(rf.get("/"))

    assert (answer["Cache-Control"], "ETag" in answer) == ("private, no-store", False)


def test_page_is_nobody_elses_unless_it_says_otherwise(rf):
    assert PrivateByDefaultMiddleware(page())(rf.get("/"))["Cache-Control"] == "private, no-store"


def test_public_page_that_has_to_do_with_a_cookie_is_not_kept(rf):
    def with_cookie(request):
        response = page()(request)
        response.set_cookie("a", "b")
        return response

    for view in (with_cookie, page(Vary="Accept-Encoding, Cookie")):
        answer = PrivateByDefaultMiddleware(public_page(view))(rf.get("/"))

        assert (answer["Cache-Control"], "ETag" in answer) == ("private, no-store", False)


def test_text_is_compressed_and_pictures_are_not(rf):
    request = rf.get("/", headers={"Accept-Encoding": "gzip"})

    text = CompressTextMiddleware(public_page(page()))(request)
    picture = CompressTextMiddleware(page(**{"Content-Type": "image/png"}))(request)

    assert gzip.decompress(text.content) == page()(request).content
    assert (text["Content-Encoding"], text["Vary"]) == ("gzip", "Accept-Encoding")
    assert text["ETag"] == public_page(page())(request)["ETag"]
    assert "Content-Encoding" not in picture


@pytest.mark.django_db
def test_message_waits_for_a_page_that_is_for_one_person(client):
    mentee = make_mentee(make_cohort())
    client.get(AccessLink.new_address(application=mentee).removeprefix(settings.SITE_URL))
    client.post(reverse("signups:keep_for_next"))
    said = "This is for people who were left without a place."

    public = client.get(mentee.cohort.program.get_absolute_url())
    personal = client.get(reverse("signups:my_application"))

    assert (said in public.text, said in personal.text) == (False, True)
    assert "Cookie" not in public.get("Vary", "")
    assert "Cookie" in personal["Vary"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["home", "spotlights:list", "spotlights:feed"])
def test_withdrawn_spotlight_is_gone_at_once_from_caches_that_ask(client, name):
    spotlight = make_spotlight(title="Taken back")
    before = client.get(reverse(name))
    page_before = client.get(spotlight.get_absolute_url())
    spotlight.status = SpotlightStatus.WITHDRAWN
    spotlight.save()

    after = client.get(reverse(name), headers={"If-None-Match": before["ETag"]})
    page_after = client.get(
        spotlight.get_absolute_url(), headers={"If-None-Match": page_before["ETag"]}
    )

    assert "Taken back" in before.text
    assert before["Cache-Control"] == page_before["Cache-Control"] == "public, no-cache"
    assert (after.status_code, "Taken back" in after.text) == (200, False)
    assert (page_after.status_code, page_after["Cache-Control"]) == (410, "private, no-store")
