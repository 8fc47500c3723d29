"""Fields that forms of spotlights have in common."""

from __future__ import annotations

from django import forms
from django.core.files.uploadedfile import UploadedFile
from PIL import Image

from spotlights.pictures import PictureError, read_picture


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
