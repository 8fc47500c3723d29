"""Where committees write guides: their own and those for everybody, with files."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from spotlights.models import Guide, GuideAddress, GuideFile
from tests.factories import make_program, make_spotlight_editor, pdf
from tests.spotlights.guide_factories import guide_data, make_guide, make_guide_file

pytestmark = pytest.mark.django_db

LIST = reverse("admin:spotlights_guide_changelist")
ADD = reverse("admin:spotlights_guide_add")


@pytest.fixture
def editor(client):
    user = make_spotlight_editor(make_program())
    client.force_login(user)
    return user


def change(guide):
    return reverse("admin:spotlights_guide_change", args=[guide.pk])


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def kept_files() -> list[str]:
    try:
        return storages["private"].listdir("guides")[1]
    except FileNotFoundError:
        return []


def one_file(upload, **fields):
    fields = {"label": "The form", "language": "", "position": "0", "upload": upload} | fields
    return {"files-TOTAL_FORMS": "1"} | {f"files-0-{k}": v for k, v in fields.items()}


def test_editors_see_guides_of_their_programs_and_those_for_everybody(client, editor):
    own = make_guide(program=editor.seats.get().program)
    everybodys = make_guide()
    make_guide(program=make_program())

    assert {*client.get(LIST).context["cl"].queryset} == {own, everybodys}


@pytest.mark.parametrize("n_guides", [1, 3])
def test_list_takes_the_same_number_of_queries(client, editor, django_assert_num_queries, n_guides):
    for _ in range(n_guides):
        make_guide_file(make_guide(program=editor.seats.get().program))

    with django_assert_num_queries(8):
        response = client.get(LIST)

    assert response.context["cl"].result_count == n_guides


def test_editor_writes_a_guide_in_two_languages_with_a_file_and_publishes_it(client, editor):
    guide = Guide(title="How to", slug="how-to", audience="mentors", phase="advancing")
    guide.summary, guide.body = "In short.", "At length."
    answers = guide_data(guide, title_es="Cómo", **one_file(pdf("Our form.pdf")), _publish="x")

    client.post(ADD, answers)

    guide = Guide.objects.get()
    assert (guide.title, guide.title_es, guide.is_published()) == ("How to", "Cómo", True)
    file = guide.files.get()
    assert (file.label, file.shown_name, file.kind) == ("The form", "Our form.pdf", "PDF")
    assert kept_files() == [file.name.removeprefix("guides/")]
    assert [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")][-1] == (
        "Published."
    )


def test_a_bad_file_is_refused_beside_its_field_and_nothing_is_saved(client, editor):
    guide = make_guide()
    page = SimpleUploadedFile("form.pdf", b"<script>")

    response = client.post(change(guide), guide_data(guide, title="New", **one_file(page)))

    [form] = response.context["inline_admin_formsets"][0].formset.forms[:1]
    assert form.errors["upload"] == [
        "This is not a PDF, DOCX, XLSX, ODT or ODS file. Save the document in one of these "
        "formats, and choose that."
    ]
    guide.refresh_from_db()
    assert (guide.title == "New", GuideFile.objects.count(), kept_files()) == (False, 0, [])


def test_a_file_is_asked_for(client, editor):
    guide = make_guide()

    response = client.post(change(guide), guide_data(guide, **one_file("")))

    [form] = response.context["inline_admin_formsets"][0].formset.forms[:1]
    assert form.errors["upload"] == ["Choose the file."]


@pytest.mark.parametrize("way", ["tick", "replace", "with the guide"])
def test_what_is_taken_off_leaves_the_store(
    client, editor, way, django_capture_on_commit_callbacks
):
    guide = make_guide(status="draft")
    file = make_guide_file(guide)
    edited = one_file("", id=file.pk, guide=guide.pk) | {"files-INITIAL_FORMS": "1"}

    with django_capture_on_commit_callbacks(execute=True):
        if way == "tick":
            client.post(change(guide), guide_data(guide, **edited, **{"files-0-DELETE": "on"}))
        elif way == "replace":
            client.post(change(guide), guide_data(guide, **edited | {"files-0-upload": pdf()}))
        else:
            client.post(reverse("admin:spotlights_guide_delete", args=[guide.pk]), {"post": "yes"})

    assert f"{file.name}" not in [f"guides/{name}" for name in kept_files()]
    assert len(kept_files()) == (1 if way == "replace" else 0)


def test_a_new_slug_leaves_the_old_address_behind(client, editor):
    guide = make_guide(slug="old")

    client.post(change(guide), guide_data(guide, slug="new"))

    assert [(one.slug, one.guide) for one in GuideAddress.objects.all()] == [("old", guide)]
    assert client.get("/guides/old/").url == "/guides/new/"


def test_an_address_that_leads_elsewhere_is_refused_beside_the_field(client, editor):
    guide, other = make_guide(slug="old"), make_guide()
    GuideAddress.objects.create(slug="taken", guide=guide)

    response = client.post(change(other), guide_data(other, slug="taken"))

    assert response.context["adminform"].errors["slug"] == [
        "This was the address of another guide, and still leads there."
    ]


def test_saving_does_not_undo_what_somebody_else_decided(client, editor):
    guide = make_guide(status="draft")
    data = guide_data(guide, title="Better", status="draft")
    Guide.objects.get(pk=guide.pk).publish()

    client.post(change(guide), data)

    guide.refresh_from_db()
    assert (guide.title, guide.status) == ("Better", "published")


def test_a_published_guide_is_taken_back_before_it_is_deleted(client, editor):
    guide = make_guide()
    delete = {"action": "delete_selected", "_selected_action": [guide.pk], "post": "yes"}

    client.post(LIST, delete)
    assert client.post(reverse("admin:spotlights_guide_delete", args=[guide.pk])).status_code == 403
    assert Guide.objects.exists()

    client.post(LIST, {"action": "take_back_selected", "_selected_action": [guide.pk]})
    client.post(LIST, delete)
    assert not Guide.objects.exists()


def test_publishing_twice_is_told(client, editor):
    guide = make_guide()

    response = client.post(LIST, {"action": "publish_selected", "_selected_action": [guide.pk]})

    assert said(response) == [f"“{guide}” is published already."]


def test_guides_of_other_programs_are_not_found(client, editor):
    guide = make_guide(program=make_program())

    assert client.get(change(guide)).status_code == 404
    client.post(LIST, {"action": "take_back_selected", "_selected_action": [guide.pk]})

    guide.refresh_from_db()
    assert guide.status == "published"
