"""What a committee fills in to make a spotlight."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.files.uploadedfile import UploadedFile
from PIL import Image

from spotlights.models import Spotlight
from spotlights.pictures import MAX_MB, PictureError, keep, read_picture


class PictureField(forms.FileField):
    """Takes a picture, and gives it as it will be shown; refusals say how to mend them."""

    widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"})

    def clean(self, data: UploadedFile | None, initial: object = None) -> Image.Image | None:
        file = super().clean(data, initial)
        if not isinstance(file, UploadedFile):
            return None
        try:
            return read_picture(file.file, n_bytes=file.size)
        except PictureError as error:
            raise forms.ValidationError(str(error)) from error


class SpotlightForm(forms.ModelForm):
    portrait_file = PictureField(
        label="Portrait",
        required=False,
        help_text=f"JPEG, PNG or WebP, up to {MAX_MB} MB. It is made smaller, and where and with "
        "what it was taken is taken out. A new one replaces the one before.",
    )
    remove_portrait = forms.BooleanField(label="Take the portrait away", required=False)

    class Meta:
        model = Spotlight
        fields = "__all__"  # noqa: DJ007 - the admin's fieldsets choose
        widgets = {
            "summary": AdminTextareaWidget(attrs={"rows": 3}),
            "pull_quote": AdminTextareaWidget(attrs={"rows": 2}),
            "body": AdminTextareaWidget(attrs={"rows": 30}),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        stays = self.instance.portrait and not data.get("remove_portrait")
        # The constraint that says so is not validated: the picture itself is no field here.
        if (data.get("portrait_file") or stays) and not data.get("portrait_alt"):
            self.add_error(
                "portrait_alt", "Say what the portrait shows, for people who cannot see it."
            )
        return data

    def place_portrait(self, spotlight: Spotlight) -> bool:
        """Give ``spotlight`` the portrait that was chosen, or none; whether that changed it.

        Its fields are saved by the caller, in a transaction.
        """
        image = self.cleaned_data.get("portrait_file")
        if image:
            spotlight.show(keep(image))
        elif self.cleaned_data.get("remove_portrait") and spotlight.portrait:
            spotlight.show(None)
        else:
            return False
        return True
