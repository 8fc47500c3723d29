"""What becomes of files that are larger than any form of ours takes."""

from __future__ import annotations

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class CutOffHandler(TemporaryFileUploadHandler):
    """Keeps nothing of a file once it has become larger than any form takes, but its size.

    The rest is read and thrown away, neither held in memory nor written to disk: a form can then
    say what is wrong beside the field, where a connection that was cut would only look broken.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) <= settings.LARGEST_UPLOAD_MB * 2**20:
            super().receive_data_chunk(raw_data, start)
        else:
            self.file.seek(0)
            self.file.truncate()
