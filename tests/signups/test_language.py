"""A person's letters come in the language of the page on which they wrote, or that they chose."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from signups import emails
from signups.drafts import remind_of_drafts
from signups.erasing import erase
from signups.models import AccessLink, Application, Draft, Letter, Role
from signups.telling import preview
from tests.factories import application_data, make_cohort, make_mentee

pytestmark = pytest.mark.django_db

PREFIXES = {"en": "", "es": "/es"}
MY_APPLICATION = reverse("signups:my_application")


def apply_url(cohort, language):
    with override(language):
        return reverse("signups:apply", args=[cohort.program.slug, cohort.slug, Role.MENTEE])


def open_application(client, application):
    link = AccessLink.new_address(application=application).removeprefix(settings.SITE_URL)
    return client.get(link, follow=True)


def addresses_in(text):
    """The addresses of this site that a letter names, without its tokens."""
    return set(re.findall(rf"{settings.SITE_URL}(/(?:es/)?(?:my/link/|programs/\S+))", text))


@pytest.mark.parametrize("language", ["en", "es"])
def test_letters_come_in_the_language_of_the_page(client, deliver_letters, language):
    cohort = make_cohort()

    client.post(apply_url(cohort, language), application_data(cohort, Role.MENTEE))
    deliver_letters()

    assert Application.objects.get().language == language
    prefix, [message] = PREFIXES[language], mail.outbox
    assert addresses_in(message.body) == {
        f"{prefix}/my/link/",
        f"{prefix}/programs/{cohort.program.slug}/",
    }


def test_whoever_writes_the_letter_it_is_in_the_language_of_its_reader(client):
    cohort = make_cohort()
    here = {language: make_mentee(cohort, language=language) for language in PREFIXES}

    for language_at_work in PREFIXES:
        with override(language_at_work):
            for language, application in here.items():
                program = f"{PREFIXES[language]}/programs/{cohort.program.slug}/"
                # Also as a chair reads it before it leaves.
                assert addresses_in(preview(application).body) == {program}


def test_letter_about_a_draft_comes_in_the_language_in_which_it_was_last_saved(client):
    cohort = make_cohort(mentee_closes_at=timezone.now() + timedelta(days=2))
    data = application_data(cohort, Role.MENTEE, step="save")
    client.post(apply_url(cohort, "es"), data)
    draft = Draft.objects.get()
    assert draft.language == "es"
    link = AccessLink.new_address(draft=draft).removeprefix(settings.SITE_URL)
    assert link.startswith("/es/my/link/")

    client.get(link)
    client.post(reverse("signups:my_draft"), data | {"version": 1})
    Draft.objects.update(saved_at=timezone.now() - timedelta(days=2))
    remind_of_drafts()

    assert Draft.objects.get().language == "en"
    reminder = Letter.objects.get(key__startswith="draft_reminder/")
    assert addresses_in(reminder.body) <= {f"/programs/{cohort.program.slug}/"}


def test_link_of_a_letter_opens_the_page_in_its_language(client):
    application = make_mentee(make_cohort(), language="es")

    page = open_application(client, application)

    assert page.redirect_chain == [(f"/es{MY_APPLICATION}", 302)]


def test_a_person_chooses_the_language_of_their_letters(client):
    application = make_mentee(make_cohort())
    open_application(client, application)

    chosen = client.post(reverse("signups:choose_language"), {"language": "es"}, follow=True)

    assert chosen.redirect_chain == [(f"/es{MY_APPLICATION}", 302)]
    assert Application.objects.get().language == "es"
    assert [name for name, _ in chosen.context["other_languages"]] == ["en"]


@pytest.mark.parametrize("sent", [{}, {"language": ""}, {"language": "xx"}])
def test_an_unknown_language_is_not_chosen(client, sent):
    application = make_mentee(make_cohort(), language="es")
    open_application(client, application)

    response = client.post(reverse("signups:choose_language"), sent)

    assert (response.status_code, response.url) == (302, MY_APPLICATION)
    assert Application.objects.get().language == "es"


def test_the_database_knows_the_languages():
    application = make_mentee(make_cohort())

    with pytest.raises(IntegrityError, match="application_language_known"):
        Application.objects.filter(pk=application.pk).update(language="xx")


def test_the_language_of_someone_erased_is_forgotten():
    application = make_mentee(make_cohort(), language="es")

    with override("es"):
        erase(application)

    assert Application.objects.get().language == "en"


def test_wrong_draft_language_is_refused_by_the_database():
    cohort = make_cohort()

    with pytest.raises(IntegrityError, match="draft_language_known"):
        Draft.objects.create(cohort=cohort, role=Role.MENTEE, email="a@b.org", language="xx")


def test_calendar_entries_and_letters_leave_the_language_at_work_as_it_was():
    application = make_mentee(make_cohort(), language="es")

    emails.write_application_received(application)

    assert reverse("home") == "/"


def test_what_a_committee_has_not_translated_says_that_it_is_in_english(client):
    cohort = make_cohort(orientation="A talk for everyone.")
    topic, other = cohort.program.topics.order_by("position")[:2]
    topic.name_es = "Catalogación"
    topic.save()

    page = client.get(apply_url(cohort, "es")).text

    assert f'<option value="{topic.pk}">Catalogación</option>' in page
    assert f'<option value="{other.pk}" lang="en">{other.name}</option>' in page
    assert '<span><span lang="en">Video</span></span>' in page
    assert '<span lang="en">A talk for everyone.</span>' in page
    plain = f'<option value="{other.pk}">{other.name}</option>'
    assert plain in client.get(apply_url(cohort, "en")).text
