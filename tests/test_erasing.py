"""Erasing oneself: what goes, what stays to be counted, and who hears of it."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
from django.apps import apps
from django.core import mail
from django.db import connection, models
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from matching.erasing import erase_and_part
from matching.introductions import introduce
from matching.loading import load_instance
from matching.models import Offer, OfferReply, Pairing, PairingStatus, Unmatched
from matching.offers import as_seen, make_offers
from signups.emails import write_application_received
from signups.erasing import erase
from signups.intake import Intake, StaleError
from signups.models import (
    AccessLink,
    Application,
    Draft,
    Letter,
    LetterStatus,
    MenteeApplication,
    ReviewError,
    Role,
    Upload,
)
from signups.models.links import hash_of
from tests.factories import (
    application_data,
    make_chair,
    make_cohort,
    make_mentee,
    make_mentor,
    make_question,
    pdf,
)
from tests.matching.factories import make_pairing, make_run
from tests.signups.identity import answer, make_dimension
from tests.signups.test_files import files_in_store, hand_in
from tests.walk import places_that_hold

pytestmark = pytest.mark.django_db

NAME = "Quirina Oyelaran-Vex"
EMAIL = "quirina.oyelaran@vex-library.example"
WORDS = "Zanzibar shelving by moonlight"

ERASE = reverse("matching:erase")
MENTEES = reverse("admin:signups_menteeapplication_changelist")


def link_in(message):
    return re.search(r"/my/link/(\S+)/", message.body)[1]


def open_link_of(client, application):
    address = AccessLink.new_address(application=application)
    client.get(re.search(r"/my/link/\S+", address)[0])


def introduced(mentee, mentor):
    chair = make_chair(mentee.cohort.program)
    pairing = make_pairing(mentee, mentor)
    pairing.approve(by=chair)
    introduce(mentee.cohort, [pairing.pk])
    pairing.refresh_from_db()
    return pairing


def test_after_erasing_nothing_anywhere_tells_of_the_person(client, admin_client, deliver_letters):
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    url = reverse("signups:apply", args=[cohort.program.slug, cohort.slug, "mentee"])
    answers = application_data(
        cohort,
        Role.MENTEE,
        name=NAME,
        email=EMAIL,
        statement=WORDS,
        topics_in_own_words=WORDS,
        employer=f"{NAME} Library",
    )
    client.post(url, answers | {"step": "save"})
    client.post(url, answers)
    client.post(url, answers)  # a second time: a letter says that the first one stands
    client.post(reverse("signups:lost_link"), {"email": EMAIL})
    deliver_letters()
    tokens = [link_in(message) for message in mail.outbox]
    person = MenteeApplication.objects.get()
    data = {"_selected_action": [person.pk], "confirmed": "yes", "action": "accept_selected"}
    admin_client.post(MENTEES, data)
    run = make_run(cohort)
    Unmatched.objects.filter(run=run).update(reason=f"Nobody for {NAME}")
    partner = make_mentor(cohort)
    other_mentor = make_mentor(cohort)
    make_pairing(person, other_mentor).reject(by=chair)
    pairing = introduced(person, partner)
    admin_client.post(
        reverse("admin:matching_pairing_changelist"),
        {"action": "reject_selected", "_selected_action": [pairing.pk], "confirmed": "yes"},
    )
    proposed = make_pairing(person, other_mentor)
    admin_client.post(
        reverse("admin:matching_pairing_changelist"),
        {"action": "reject_selected", "_selected_action": [proposed.pk], "confirmed": "yes"},
    )
    deliver_letters()
    DBTaskResult.objects.update(traceback=f"SMTPRecipientsRefused: {EMAIL}")
    client.get(reverse("signups:open_link", args=[tokens[-1]]))
    before = places_that_hold(NAME, EMAIL, WORDS)
    assert len(tokens) == 4
    assert {
        "admin.LogEntry.object_repr",
        "django_tasks_database.DBTaskResult.traceback",
        "matching.Unmatched.reason",
        "signups.Application.email",
        "signups.Application.name",
        "signups.Draft.answers",
        "signups.Letter.body",
        "signups.Letter.subject",
        "signups.Letter.to",
    } <= set(before)
    response = client.post(ERASE)

    assert (response.status_code, response.url) == (302, reverse("matching:erased"))
    hashes = [hash_of(token) for token in tokens]
    assert places_that_hold(NAME, EMAIL, WORDS, *tokens, *hashes) == []
    # What reports count has stayed.
    erased = Application.objects.get(pk=person.pk)
    assert (erased.role, erased.status, erased.cohort) == (Role.MENTEE, "accepted", cohort)
    assert (erased.name, erased.email) == ("Erased", f"erased-{person.pk}@example.invalid")
    assert erased.erased_at is not None
    assert [list(getattr(erased, f.name).all()) for f in Application._meta.many_to_many] == [[]] * 6
    deliver_letters()
    assert places_that_hold(NAME, EMAIL, WORDS, *tokens, *hashes) == []


def test_a_wish_for_a_lost_link_goes_too(client, deliver_letters):
    person = make_mentee(make_cohort(), email=EMAIL)
    client.post(reverse("signups:lost_link"), {"email": EMAIL.upper()})
    deliver_letters()
    assert places_that_hold(EMAIL) != []

    erase(person)

    assert places_that_hold(EMAIL) == []


def test_files_and_answers_about_oneself_go_too(django_capture_on_commit_callbacks):
    cohort = make_cohort()
    person = make_mentee(cohort, name=NAME, email=EMAIL)
    dimension = make_dimension(cohort.program, "Zanzibar?", ("Only here",))
    answer(person, dimension, "Only here")
    question = make_question(cohort, wording="Your résumé?", kind="file")
    hand_in(person, question, shown_name="Quirina.pdf")
    draft = Draft.objects.create(cohort=cohort, role=Role.MENTOR, email=EMAIL)
    Upload.objects.filter(pk=Upload.keep(pdf(), shown_name="Quirina-2.pdf").pk).update(draft=draft)
    assert len(files_in_store()) == 2

    with django_capture_on_commit_callbacks(execute=True):
        erase(person)

    assert places_that_hold(NAME, EMAIL, "Quirina") == []
    assert (files_in_store(), person.identity_answers.count()) == ([], 0)


def test_what_belongs_to_an_application_goes_with_it_or_is_known_to_erasing():
    relations = [
        relation
        for relation in Application._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete and hasattr(relation, "on_delete")
    ]
    kept = {
        f"{relation.related_model._meta.label}.{relation.field.name}"
        for relation in relations
        if relation.on_delete is not models.CASCADE
    }

    # Each of these is dealt with by name in erasing.py; a new one has to be as well.
    assert kept == {
        "signups.IdentityReading.application",
        "signups.Letter.about",
        "signups.Letter.application",
        "matching.Conflict.mentee",
        "matching.Conflict.mentor",
        "matching.Pairing.mentee",
        "matching.Pairing.mentor",
        "matching.OfferReply.application",
        "matching.Unmatched.mentee",
    }


def test_no_address_is_kept_where_erasing_does_not_look():
    fields = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.EmailField) and not model._meta.proxy
    }

    assert fields == {
        "auth.User.email",  # a login of the committee
        "signups.Application.email",
        "signups.Draft.email",
        "signups.Inquiry.email",
        "signups.HistoricalProgram.contact_email",  # the program's own, as it was
        "signups.Letter.reply_to",  # the program's own
        "signups.Letter.to",
        "signups.Program.contact_email",
        "spotlights.Suggestion.from_email",  # see also spotlights/suggestion_erasing.py
        "spotlights.Spotlight.contact_email",  # of who is portrayed, as long as the portrait
    }


def test_the_page_asks_first_and_changes_nothing(client):
    person = make_mentee(make_cohort())
    open_link_of(client, person)

    page = client.get(ERASE)
    client.head(ERASE)

    assert "Erase everything about you?" in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"
    person.refresh_from_db()
    assert person.erased_at is None


def test_a_stranger_erases_nobody(client):
    person = make_mentee(make_cohort())

    response = client.post(ERASE)

    assert (response.status_code, response.url) == (302, reverse("signups:lost_link"))
    person.refresh_from_db()
    assert person.erased_at is None


def test_a_link_opens_nothing_any_more(client, deliver_letters):
    person = make_mentee(make_cohort())
    address = re.search(r"/my/link/\S+", AccessLink.new_address(application=person))[0]
    client.get(address)

    client.post(ERASE)

    assert client.get(address).url == f"{reverse('signups:lost_link')}?failed"
    assert client.get(reverse("signups:my_application")).url == reverse("signups:lost_link")
    client.post(reverse("signups:lost_link"), {"email": person.email})
    deliver_letters()
    assert mail.outbox == []


def test_an_erased_application_is_not_opened_even_with_a_link_that_was_kept(client):
    person = make_mentee(make_cohort())
    erase(person)
    open_link_of(client, person)

    assert client.get(reverse("signups:my_application")).url == reverse("signups:lost_link")
    assert client.get(reverse("matching:download")).url == reverse("signups:lost_link")


def test_a_chair_who_looks_at_a_link_stays_signed_in(client):
    cohort = make_cohort()
    client.force_login(make_chair(cohort.program))
    open_link_of(client, make_mentee(cohort))

    client.post(ERASE)

    assert client.get(reverse("admin:index")).status_code == 200


def test_an_erased_application_cannot_be_decided_matched_or_mailed():
    cohort = make_cohort()
    chair = make_chair(cohort.program)
    person, mentor = make_mentee(cohort), make_mentor(cohort)
    proposal = make_pairing(person, mentor)
    stale = Application.objects.get(pk=person.pk)
    erase_and_part(person)

    for decide in (stale.decline, Application.objects.get(pk=person.pk).decline):
        with pytest.raises(ReviewError):
            decide(by=chair)
    proposal.refresh_from_db()
    assert proposal.status == PairingStatus.SUPERSEDED
    with pytest.raises(ReviewError, match="no longer takes part"):
        make_pairing(person, mentor).approve(by=chair)
    instance, _ = load_instance(cohort, salt="pepper")
    assert (instance.mentee_ids, instance.mentor_ids) == ((), (mentor.pk,))
    write_application_received(Application.objects.get(pk=person.pk))
    assert Letter.objects.count() == 0


def test_the_admin_does_not_show_erased_applications(client):
    cohort = make_cohort()
    person, other = make_mentee(cohort), make_mentee(cohort)
    erase(person)
    client.force_login(make_chair(cohort.program))

    listed = client.get(MENTEES)
    opened = client.get(reverse("admin:signups_menteeapplication_change", args=[person.pk]))

    assert [row.pk for row in listed.context["cl"].result_list] == [other.pk]
    assert opened.status_code == 404


def test_a_change_that_was_being_sent_saves_nothing():
    cohort = make_cohort()
    person = make_mentee(cohort, status="received", decided_at=None)
    stale = Application.objects.get(pk=person.pk)
    data = QueryDict(mutable=True)
    for name, value in application_data(cohort, Role.MENTEE).items():
        data.setlist(name, value if isinstance(value, list) else [value])
    intake = Intake(cohort, Role.MENTEE, data=data, application=stale)
    assert intake.is_valid()
    erase(person)

    with pytest.raises(StaleError):
        intake.change(seen_version=person.version)

    person.refresh_from_db()
    assert (person.name, person.statement) == ("Erased", "")


def test_the_same_person_may_apply_again(client):
    cohort = make_cohort()
    url = reverse("signups:apply", args=[cohort.program.slug, cohort.slug, "mentee"])
    client.post(url, application_data(cohort, Role.MENTEE))
    erase(Application.objects.get())

    client.post(url, application_data(cohort, Role.MENTEE))

    assert Application.objects.not_erased().get().email == "ada@example.org"


@pytest.mark.parametrize(("has_other_application", "n_left"), [(False, 0), (True, 1)])
def test_drafts_of_the_address_go_too(has_other_application, n_left):
    cohort = make_cohort()
    person = make_mentee(cohort, email="ada@example.org")
    Draft.objects.create(cohort=cohort, role="mentee", email="Ada@example.org")
    Draft.objects.create(cohort=cohort, role="mentor", email="ada@example.org")
    stranger = Draft.objects.create(cohort=cohort, role="mentee", email="bob@example.org")
    if has_other_application:
        make_mentee(make_cohort(cohort.program), email="ada@example.org")

    erase(person)

    left = Draft.objects.exclude(pk=stranger.pk)
    assert [(draft.role, draft.email) for draft in left] == [("mentor", "ada@example.org")] * n_left
    assert Draft.objects.filter(pk=stranger.pk).exists()


def test_a_running_mentorship_ends_and_the_other_one_is_told_only_that(client, deliver_letters):
    cohort = make_cohort(ends_on=timezone.localdate())
    person, partner = make_mentee(cohort, name=NAME, email=EMAIL), make_mentor(cohort)
    pairing = introduced(person, partner)
    deliver_letters()
    mail.outbox.clear()
    open_link_of(client, person)
    assert "Your mentorship ends." in client.get(ERASE).content.decode()

    client.post(ERASE)
    deliver_letters()

    pairing.refresh_from_db()
    assert (pairing.status, pairing.ended_at is not None, pairing.reasons) == (
        PairingStatus.APPROVED,
        True,
        [],
    )
    [message] = mail.outbox
    assert message.to == [partner.email]
    assert message.subject == f"Your mentorship in {cohort.program} has ended"
    assert NAME not in message.body
    # The place is free again.
    make_pairing(make_mentee(cohort), partner).approve(by=make_chair(cohort.program))


def test_an_offer_goes_with_the_person_and_the_other_one_reads_no_name(deliver_letters):
    cohort = make_cohort()
    person, partner = make_mentee(cohort, name=NAME, email=EMAIL), make_mentor(cohort)
    chair = make_chair(cohort.program)
    pairing = make_pairing(person, partner)
    pairing.approve(by=chair)
    in_a_week = timezone.now() + timedelta(days=7)
    make_offers(cohort, [as_seen(pairing)], answer_by=in_a_week, by=chair)
    deliver_letters()
    mail.outbox.clear()

    erase_and_part(person)
    deliver_letters()

    assert (Offer.objects.count(), OfferReply.objects.count()) == (0, 0)
    [message] = mail.outbox
    assert message.to == [partner.email]
    assert message.subject == f"{cohort.program}: this pair did not come about"
    assert NAME not in message.body


def test_a_mentor_who_goes_leaves_a_mentee_who_can_be_matched_again():
    cohort = make_cohort()
    mentee, mentor = make_mentee(cohort), make_mentor(cohort)
    introduced(mentee, mentor)

    erase_and_part(mentor)

    instance, _ = load_instance(cohort, salt="pepper")
    assert (instance.mentee_ids, instance.mentor_ids) == ((mentee.pk,), ())
    make_pairing(mentee, make_mentor(cohort)).approve(by=make_chair(cohort.program))


def test_nobody_is_told_when_the_cohort_has_ended_or_nobody_was_introduced(deliver_letters):
    over = make_cohort(ends_on=timezone.localdate() - timedelta(days=1))
    person = make_mentee(over)
    introduced(person, make_mentor(over))
    cohort = make_cohort()
    approved = make_mentee(cohort)
    make_pairing(approved, make_mentor(cohort)).approve(by=make_chair(cohort.program))
    deliver_letters()
    mail.outbox.clear()

    erase_and_part(person)
    erase_and_part(approved)
    deliver_letters()

    assert mail.outbox == []
    assert Pairing.objects.to_introduce().count() == 0


def test_a_letter_about_the_person_that_has_not_left_never_does(deliver_letters):
    cohort = make_cohort()
    person, partner = make_mentee(cohort), make_mentor(cohort)
    introduced(person, partner)

    erase_and_part(person)
    deliver_letters()

    assert [message.subject for message in mail.outbox] == [
        f"Your mentorship in {cohort.program} has ended"
    ]
    letter = Letter.objects.get(key__startswith="introduction/")
    assert (letter.status, letter.body, letter.about) == (LetterStatus.REFUSED, "", None)
    assert letter.send_again() is False


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
def test_a_chair_who_introduces_at_that_moment_leaves_nothing_behind():
    for number in range(10):
        cohort = make_cohort()
        person, partner = make_mentee(cohort, name=f"{NAME} {number}"), make_mentor(cohort)
        pairing = make_pairing(person, partner)
        pairing.approve(by=make_chair(cohort.program))
        together = threading.Barrier(2)

        def do(deed, *arguments, together=together):
            together.wait()
            try:
                deed(*arguments)
            finally:
                connection.close()

        threads = [
            threading.Thread(target=do, args=(introduce, cohort, [pairing.pk])),
            threading.Thread(target=do, args=(erase_and_part, person)),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert places_that_hold(NAME, person.email) == []
        # Who was introduced is told that it ended; who was not hears nothing.
        keys = [letter.key.split("/")[0] for letter in partner.letters.order_by("pk")]
        assert keys in ([], ["introduction", "mentorship_ended"])
