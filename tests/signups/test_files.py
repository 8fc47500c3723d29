"""Files that applicants hand in: taken, carried through every step, and read by few."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from signups.forms.questions import field_name
from signups.models import AccessLink, Answer, Application, Draft, Role, Upload
from signups.models.uploads import store
from signups.uploads import forget_abandoned_files
from tests.factories import (
    application_data,
    make_chair,
    make_cohort,
    make_mentee,
    make_question,
    make_user,
    pdf,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    return make_cohort()


@pytest.fixture
def question(cohort):
    return make_question(cohort, wording="Your résumé?", kind="file", is_required=True)


def name_of(question):
    return f"questions-{field_name(question)}"


def post(client, cohort, question, value, **data):
    url = reverse("signups:apply", args=[cohort.program.slug, cohort.slug, "mentee"])
    return client.post(
        url, application_data(cohort, Role.MENTEE, **data) | {name_of(question): value}
    )


def hand_in(application, question, *, shown_name="cv.pdf"):
    """An answer with a file, as if the form had been sent with it."""
    question.record(application, [shown_name], Upload.keep(pdf(), shown_name=shown_name))
    return application.answers.get(question=question)


def files_in_store():
    try:
        return sorted(store().listdir("")[1])
    except FileNotFoundError:
        return []


def open_link_to(client, target):
    kind = "draft" if isinstance(target, Draft) else "application"
    address = AccessLink.new_address(**{kind: target})
    client.get(address.removeprefix("http://127.0.0.1:8000"))


def content_of(response):
    return b"".join(response.streaming_content)


def test_a_file_goes_from_the_form_over_the_summary_into_the_application(client, cohort, question):
    checked = post(client, cohort, question, pdf("My CV\u202e.pdf", content=b"Ada"), step="check")
    upload = Upload.objects.get()
    html = checked.content.decode()
    sent = post(client, cohort, question, upload.reference)

    assert checked.template_name == "signups/apply_check.html"
    assert "My CV.pdf (19\xa0bytes)" in html
    assert f'<input type="hidden" name="{name_of(question)}" value="{upload.reference}">' in html
    assert sent.status_code == 302
    answer = Answer.objects.get()
    assert (answer.upload, answer.in_words) == (upload, "My CV.pdf")
    with upload.open() as file:
        assert file.read() == b"%PDF-1.7\nAda\n%%EOF\n"
    assert files_in_store() == [upload.name]
    assert "CV" not in upload.name


def test_a_file_stays_when_another_answer_is_wrong_or_changed(client, cohort, question):
    wrong = post(client, cohort, question, pdf(), step="check", email="nobody")
    reference = Upload.objects.get().reference
    again = post(client, cohort, question, reference, step="change")

    for page in (wrong, again):
        html = page.content.decode()
        assert "Chosen before: letter.pdf" in html
        assert f'name="{name_of(question)}" value="{reference}"' in html
    assert [anchor for anchor, _, _ in wrong.context["intake"].faults] == ["id_email"]


def test_a_draft_holds_its_file_until_it_is_sent(client, cohort, question):
    post(client, cohort, question, pdf(), step="save")
    draft, upload = Draft.objects.get(), Upload.objects.get()
    Upload.objects.update(made_at=timezone.now() - timedelta(days=30))
    forget_abandoned_files()
    open_link_to(client, draft)
    page = client.get(reverse("signups:my_draft")).content.decode()
    client.post(
        reverse("signups:my_draft"),
        application_data(cohort, Role.MENTEE)
        | {name_of(question): upload.reference, "version": draft.version},
    )

    assert "Chosen before: letter.pdf" in page
    assert Draft.objects.count() == 0
    assert Answer.objects.get().upload == upload
    forget_abandoned_files()
    assert files_in_store() == [upload.name]


def test_a_late_file_is_kept_with_the_draft(client, cohort, question):
    cohort.mentee_closes_at = timezone.now() - timedelta(minutes=5)
    cohort.save()

    response = post(client, cohort, question, pdf())

    assert response.status_code == 403
    assert Upload.objects.get().draft == Draft.objects.get()


def test_a_file_can_be_taken_away_and_replaced(client, cohort):
    question = make_question(cohort, kind="file")
    mentee = make_mentee(cohort)
    first = hand_in(mentee, question).upload
    open_link_to(client, mentee)
    url = reverse("signups:edit")

    def edit(**data):
        version = Application.objects.get().version
        answers = application_data(cohort, Role.MENTEE, version=version)
        return client.post(url, answers | data)

    assert "Chosen before: cv.pdf" in client.get(url).content.decode()
    edit(**{name_of(question): first.reference})
    assert Answer.objects.get().upload == first
    edit(**{name_of(question): pdf("new.pdf")})
    second = Answer.objects.get().upload
    assert (second.shown_name, Upload.objects.count()) == ("new.pdf", 1)
    edit(**{name_of(question): second.reference, f"{name_of(question)}-remove": "on"})
    assert (Answer.objects.count(), Upload.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("cv.pdf", b"<html>%PDF-1.7 %%EOF", "This is not a whole PDF file."),
        ("cv.pdf", b"%PDF-1.7 cut off", "This is not a whole PDF file."),
        ("cv.docx", b"PK\x03\x04", "This is not a whole PDF file."),
        ("cv.pdf", b"%PDF-1.7" + b"x" * 2**20 + b"%%EOF", "This file has 1.0\xa0MB; 1 MB"),
    ],
)
def test_only_a_whole_pdf_of_bearable_size_is_taken(
    client, settings, cohort, question, name, content, sentence
):
    settings.MAX_FILE_MB = 1
    file = SimpleUploadedFile(name, content, "application/pdf")

    checked = post(client, cohort, question, file, step="check")
    file.seek(0)
    saved = post(client, cohort, question, file, step="save")

    [(_, label, fault)] = checked.context["intake"].faults
    assert (label, fault.startswith(sentence)) == ("Your résumé?", True)
    assert saved.context["held_up"].startswith(f"Nothing is saved yet. Your résumé?: {sentence}")
    assert "I would like to learn to lead a team." in saved.content.decode()
    assert (files_in_store(), Draft.objects.count()) == ([], 0)


def test_a_pdf_is_known_by_its_content_whatever_it_is_called(client, cohort, question):
    file = pdf("../../etc/passwd\x00")
    file.content_type = "text/html"

    post(client, cohort, question, file, step="check")

    upload = Upload.objects.get()
    assert "/" not in upload.shown_name
    assert (upload.name.endswith(".pdf"), len(upload.name)) == (True, 36)


def test_a_wrong_file_does_not_replace_the_one_chosen_before(client, cohort, question):
    post(client, cohort, question, pdf(), step="check")
    reference = Upload.objects.get().reference
    url = reverse("signups:apply", args=[cohort.program.slug, cohort.slug, "mentee"])

    page = client.post(
        url,
        application_data(cohort, Role.MENTEE, step="check")
        | {name_of(question): [reference, SimpleUploadedFile("cv.txt", b"text")]},
    )

    assert f'name="{name_of(question)}" value="{reference}"' in page.content.decode()


def test_the_file_of_one_application_cannot_be_taken_by_another(client, cohort, question):
    answer = hand_in(make_mentee(cohort), question)

    response = post(client, cohort, question, answer.upload.reference)

    [(_, _, fault)] = response.context["intake"].faults
    assert fault == "The file chosen before is no longer here: choose it again."
    assert "cv.pdf" not in response.content.decode()


def test_of_two_who_send_one_file_the_first_has_it(cohort, question):
    first, second = make_mentee(cohort), make_mentee(cohort)
    upload = hand_in(first, question).upload

    question.record(second, ["cv.pdf"], upload)

    assert [a.application for a in Answer.objects.all()] == [first]
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.create(
            application=second,
            question=question,
            kind="file",
            wording="Your résumé?",
            is_sensitive=False,
            texts=["cv.pdf"],
            upload=upload,
        )


def test_a_file_that_is_not_asked_for_is_not_kept(client, cohort):
    question = make_question(cohort, kind="file", role="mentor")

    response = post(client, cohort, question, pdf())

    assert (response.status_code, Upload.objects.count(), files_in_store()) == (302, 0, [])


def test_what_nobody_sent_is_thrown_away_after_two_days(
    client, cohort, question, django_capture_on_commit_callbacks
):
    kept = hand_in(make_mentee(cohort), question).upload
    gone = hand_in(make_mentee(cohort), question)
    gone.application.delete()
    Upload.keep(pdf(), shown_name="left.pdf")
    Upload.objects.update(made_at=timezone.now() - timedelta(days=3))
    fresh = Upload.keep(pdf(), shown_name="just now.pdf")

    with django_capture_on_commit_callbacks(execute=True):
        n_gone = forget_abandoned_files()

    assert n_gone == 2
    assert set(Upload.objects.all()) == {kept, fresh}
    assert files_in_store() == sorted([kept.name, fresh.name])


def test_files_that_no_row_knows_are_thrown_away_once_they_are_old(monkeypatch):
    store().save(f"{'a1' * 16}.pdf", ContentFile(b"lost"))
    store().save("not-ours.pdf", ContentFile(b"someone else's"))

    assert forget_abandoned_files() == 0
    monkeypatch.setattr(
        type(store()), "get_modified_time", lambda self, name: timezone.now() - timedelta(days=3)
    )
    assert forget_abandoned_files() == 1
    assert files_in_store() == ["not-ours.pdf"]


def test_erasing_answers_deletes_their_files(cohort, question, django_capture_on_commit_callbacks):
    mentee = make_mentee(cohort)
    hand_in(mentee, question)

    with django_capture_on_commit_callbacks(execute=True):
        mentee.answers.all().erase()

    assert (Answer.objects.count(), Upload.objects.count(), files_in_store()) == (0, 0, [])


# Who may read it


def test_the_applicant_reads_the_file_through_the_link_and_nobody_elses(client, cohort, question):
    mentee, other = make_mentee(cohort), make_mentee(cohort)
    own, foreign = hand_in(mentee, question), hand_in(other, question)
    url = reverse("signups:my_file", args=[own.pk])

    assert client.get(url).url == reverse("signups:lost_link")
    open_link_to(client, mentee)
    response = client.get(url)

    assert content_of(response) == b"%PDF-1.7\nA letter.\n%%EOF\n"
    assert {
        name: response[name]
        for name in (
            "Content-Type",
            "Content-Disposition",
            "X-Content-Type-Options",
            "Cache-Control",
        )
    } == {
        "Content-Type": "application/pdf",
        "Content-Disposition": f'attachment; filename="answer-{own.pk}.pdf"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    assert url in client.get(reverse("signups:my_application")).content.decode()
    assert client.get(reverse("signups:my_file", args=[foreign.pk])).status_code == 404


def test_the_committee_reads_files_of_its_own_program(client, cohort, question):
    mentee = make_mentee(cohort)
    answer = hand_in(mentee, question)
    url = reverse("signups:committee_file", args=[answer.pk])
    chair, stranger = make_chair(cohort.program), make_chair(make_cohort().program)
    seat_without_permission = make_chair(cohort.program)
    seat_without_permission.groups.clear()

    assert client.get(url).url == f"{reverse('admin:login')}?next={url}"
    client.force_login(chair)
    page = client.get(reverse("admin:signups_menteeapplication_change", args=[mentee.pk]))
    assert url in page.content.decode()
    assert content_of(client.get(url)) == b"%PDF-1.7\nA letter.\n%%EOF\n"
    for user, status in [(stranger, 404), (seat_without_permission, 403), (make_user(), 404)]:
        client.force_login(user)
        assert client.get(url).status_code == status


def test_a_sensitive_file_needs_the_permission(client, cohort):
    question = make_question(cohort, kind="file", is_sensitive=True)
    answer = hand_in(make_mentee(cohort), question)
    client.force_login(make_chair(cohort.program))

    assert client.get(reverse("signups:committee_file", args=[answer.pk])).status_code == 404


def test_a_file_has_no_address_of_its_own(client, cohort, question, settings):
    upload = hand_in(make_mentee(cohort), question).upload

    addresses = ["/", settings.STATIC_URL, "/files/", "/var/files/", "/media/"]
    answers = {client.get(f"{address}{upload.name}").status_code for address in addresses}

    assert files_in_store() == [upload.name]
    assert answers == {404}
