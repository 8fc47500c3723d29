"""Portraits: encoded anew, in several sizes, refused with a sentence, gone when they are to go."""

import io
import os
import time
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from PIL import Image

from spotlights import forms
from spotlights.models import Spotlight
from spotlights.pictures import Picture, PictureError, keep, read_picture
from spotlights.retention import forget_unused_pictures
from tests.spotlights.factories import make_draft, make_spotlight, spotlight_data
from tests.spotlights.html import parse
from tests.spotlights.pictures import bomb, encoded, photo, photo_of_a_phone_held_upright
from tests.spotlights.test_admin import change_page, make_editor

ALT = "Maren laughs between two shelves."


def read(data: bytes) -> Image.Image:
    return read_picture(io.BytesIO(data), n_bytes=len(data))


def files_in_store() -> dict[str, bytes]:
    folder = Path(storages["public"].location)
    return {path.name: path.read_bytes() for path in folder.glob("*")} if folder.exists() else {}


def make_portrayed(**fields) -> Spotlight:
    spotlight = make_spotlight(portrait_alt=ALT, **fields)
    with transaction.atomic():
        spotlight.show(keep(read(photo())))
        spotlight.save()
    return spotlight


def send_portrait(client, spotlight, data: bytes, **answers):
    file = SimpleUploadedFile("me.jpg", data, "image/jpeg")
    answers = {"portrait_file": file, "portrait_alt": ALT} | answers
    return client.post(change_page(spotlight), spotlight_data(spotlight, **answers))


def fault(response) -> list[str]:
    return response.context["adminform"].form.errors.get("portrait_file", [])


def test_what_a_camera_wrote_down_is_gone_and_the_picture_stands_upright():
    original = photo_of_a_phone_held_upright()
    assert b"SECRETPHONE" in original
    assert b"SECRETCOMMENT" in original
    assert Image.open(io.BytesIO(original)).getexif().get_ifd(0x8825)

    picture = keep(read(original))

    assert (picture.width, picture.height) == (900, 1200)
    for name, data in files_in_store().items():
        image = Image.open(io.BytesIO(data))
        assert (dict(image.getexif()), image.mode) == ({}, "RGB"), name
        assert not {"exif", "icc_profile", "comment", "xmp"} & image.info.keys(), name
        assert b"SECRET" not in data
        # Lying on its side it would be red above; upright, red is at the right.
        left, right = (image.getpixel((x, image.height // 2)) for x in (5, image.width - 5))
        assert (left[2] > 200, right[0] > 200) == (True, True), name


@pytest.mark.parametrize(
    ("width", "widths"), [(2400, [320, 640, 960]), (500, [320, 500]), (320, [320]), (200, [200])]
)
def test_sizes_are_made_once_and_none_is_larger_than_the_picture(width, widths):
    picture = keep(read(photo(width, width)))

    sizes = {name: Image.open(io.BytesIO(data)).size for name, data in files_in_store().items()}
    assert sizes == {
        f"{picture.key}-{one}.{kind}": (one, one) for one in widths for kind in ("jpg", "webp")
    }
    assert sorted(picture.names) == sorted(sizes)


def test_picture_says_its_addresses():
    picture = Picture("a" * 32, 500, 250)

    assert picture.src == f"/media/{'a' * 32}-500.jpg"
    assert picture.srcset_webp == (
        f"/media/{'a' * 32}-320.webp 320w, /media/{'a' * 32}-500.webp 500w"
    )


def test_transparent_becomes_white_and_other_colours_are_understood():
    clear = Image.new("RGBA", (300, 300), (0, 0, 0, 0))

    assert read(encoded(clear, "PNG")).getpixel((5, 5)) == (255, 255, 255)
    for mode in ("L", "P", "1", "I;16", "LA", "CMYK"):
        format_ = "JPEG" if mode == "CMYK" else "PNG"
        assert read(encoded(Image.new(mode, (300, 300)), format_)).mode == "RGB"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"%PDF-1.7", "not a picture that we can read"),
        (b"", "not a picture that we can read"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture that we can read"),
        (b"<script>alert(1)</script>", "not a picture that we can read"),
        (encoded(Image.new("RGB", (300, 300)), "GIF"), "not a picture that we can read"),
        (encoded(Image.new("RGB", (300, 300)), "TIFF"), "not a picture that we can read"),
        (photo()[:5000], "damaged"),
        (bomb(), "more than 50 million pixels"),
        (bomb(12_000), "more than 50 million pixels"),
        (bomb(8_000), "more than 50 million pixels"),
        (photo(199, 400), "has 199 by 400 pixels"),
        (photo(2000, 400), "a long strip"),
    ],
    ids=[
        "pdf",
        "empty",
        "svg",
        "script",
        "gif",
        "tiff",
        "cut off",
        "large bomb",
        "bomb",
        "small bomb",
        "small",
        "strip",
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_sentence(data, sentence):
    with pytest.raises(PictureError, match=sentence):
        read(data)

    assert files_in_store() == {}


def test_too_many_bytes_are_refused_before_they_are_looked_at():
    with pytest.raises(PictureError, match="12 MB is the most"):
        read_picture(None, n_bytes=40 * 2**20)


@pytest.mark.django_db
def test_committee_gives_a_portrait(client):
    draft = make_draft()
    client.force_login(make_editor(draft.program))

    response = send_portrait(client, draft, photo_of_a_phone_held_upright())

    stored = Spotlight.objects.get()
    assert response.status_code == 302
    assert (stored.portrait_alt, stored.picture.width, stored.picture.height) == (ALT, 900, 1200)
    assert len(files_in_store()) == 6


@pytest.mark.django_db
def test_new_spotlight_comes_with_its_portrait(client):
    draft = make_draft()
    client.force_login(make_editor(draft.program))
    file = SimpleUploadedFile("me.jpg", photo(), "image/jpeg")

    client.post(
        reverse("admin:spotlights_spotlight_add"),
        spotlight_data(draft, slug="new", portrait_file=file, portrait_alt=ALT),
    )

    assert Spotlight.objects.get(slug="new").picture.width == 960


@pytest.mark.django_db
def test_portrait_without_words_for_it_is_refused_beside_the_field(client):
    draft = make_draft()
    client.force_login(make_editor(draft.program))

    response = send_portrait(client, draft, photo(), portrait_alt="")

    assert response.context["adminform"].form.errors == {
        "portrait_alt": ["Say what the portrait shows, for people who cannot see it."]
    }
    assert files_in_store() == {}
    shown = make_portrayed(program=draft.program)
    response = client.post(change_page(shown), spotlight_data(shown, portrait_alt=""))
    assert list(response.context["adminform"].form.errors) == ["portrait_alt"]


@pytest.mark.django_db
def test_refused_portrait_leaves_everything_else_filled_in(client):
    draft = make_draft()
    client.force_login(make_editor(draft.program))

    response = send_portrait(client, draft, bomb(), title="Still here")

    page = parse(response.content.decode())
    [title] = page.iterfind(".//input[@name='title']")
    assert title.get("value") == "Still here"
    assert fault(response)[0].startswith("This picture has more than 50 million pixels")
    assert files_in_store() == {}


@pytest.mark.django_db
def test_forty_megabytes_are_refused_and_kept_nowhere(client, monkeypatch):
    draft = make_draft()
    client.force_login(make_editor(draft.program))

    sizes = []
    monkeypatch.setattr(
        forms,
        "read_picture",
        lambda file, *, n_bytes: (
            sizes.append(os.fstat(file.fileno()).st_size) or read_picture(file, n_bytes=n_bytes)
        ),
    )
    response = send_portrait(client, draft, b"\xff\xd8\xff" + bytes(40 * 2**20))

    [on_disk] = sizes
    file = response.wsgi_request.FILES["portrait_file"]
    assert fault(response)[0].startswith("This file has 40.0\xa0MB; 12 MB is the most.")
    assert (file.size, on_disk) == (40 * 2**20 + 3, 0)


@pytest.mark.django_db
def test_portrait_that_is_replaced_or_taken_away_is_deleted_once_that_is_certain(
    client, django_capture_on_commit_callbacks
):
    spotlight = make_portrayed()
    first = {*files_in_store()}
    client.force_login(make_editor(spotlight.program))

    with django_capture_on_commit_callbacks() as callbacks:
        send_portrait(client, spotlight, photo())
    both = {*files_in_store()}
    for callback in callbacks:
        callback()
    second = {*files_in_store()}
    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            change_page(spotlight), spotlight_data(spotlight, remove_portrait="on", portrait_alt="")
        )

    assert (first < both, second == both - first, len(second)) == (True, True, 6)
    assert files_in_store() == {}
    assert Spotlight.objects.get().picture is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "go",
    [
        Spotlight.withdraw,
        Spotlight.delete,
        lambda spotlight: Spotlight.objects.filter(pk=spotlight.pk).delete(),
    ],
    ids=["withdrawn", "deleted", "deleted with others"],
)
def test_portrait_goes_with_its_spotlight(go, django_capture_on_commit_callbacks):
    spotlight = make_portrayed()
    other = make_portrayed()

    with django_capture_on_commit_callbacks(execute=True):
        go(spotlight)

    assert {*files_in_store()} == {*other.picture.names}
    assert not Spotlight.objects.filter(pk=spotlight.pk).exclude(portrait="").exists()


@pytest.mark.django_db
def test_portrait_of_a_spotlight_that_was_never_saved_is_swept_up():
    spotlight = make_portrayed()
    abandoned, fresh = keep(read(photo())), keep(read(photo()))
    folder = Path(storages["public"].location)
    (folder / "not-ours.txt").write_text("x")
    long_ago = time.time() - 7200
    for name in [*abandoned.names, *spotlight.picture.names, "not-ours.txt"]:
        os.utime(folder / name, (long_ago, long_ago))

    n_gone = forget_unused_pictures()

    assert n_gone == len(abandoned.names)
    assert {*files_in_store()} == {*spotlight.picture.names, *fresh.names, "not-ours.txt"}


@pytest.mark.parametrize(("kind", "type_"), [("jpg", "image/jpeg"), ("webp", "image/webp")])
def test_picture_is_served_for_ever_and_asked_about_in_short(client, kind, type_):
    picture = keep(read(photo()))
    address = reverse("picture", args=[f"{picture.key}-640.{kind}"])

    response = client.get(address)
    again = client.get(address, headers={"If-None-Match": response["ETag"]})

    assert response.status_code == 200
    assert response.content == files_in_store()[f"{picture.key}-640.{kind}"]
    assert response["Content-Type"] == type_
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Cookie" not in response.get("Vary", "")
    assert (again.status_code, again.content) == (304, b"")
    assert client.post(address).status_code == 405


@pytest.mark.parametrize(
    "name",
    [
        "..%2f..%2fsettings.py",
        "../mig_site/settings.py",
        "%2e%2e/secret.txt",
        "secret.txt",
        f"{'a' * 32}-640.webp",
        f"{'a' * 32}-640.webp%00.txt",
        f"{'a' * 32}-640.svg",
        "",
    ],
)
def test_nothing_else_is_served(client, name):
    folder = Path(storages["public"].location)
    folder.mkdir()
    (folder / "secret.txt").write_text("secret")
    (folder.parent / "secret.txt").write_text("secret")

    assert client.get(f"/media/{name}").status_code in (400, 404)
