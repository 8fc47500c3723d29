"""How a letter leaves: rendered from a plain-text template, and handed to a mail backend."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.console import EmailBackend as ConsoleBackend
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import get_valid_filename
from django.utils.translation import override


def render_letter(
    template: str, context: dict[str, object], *, language: str = settings.LANGUAGE_CODE
) -> tuple[str, str]:
    """Subject and body of ``templates/emails/<template>``: its first line, and all the rest.

    In the language of whoever reads it, with links to pages in that language, also where somebody
    else is at work in another one. A function in the context is called in that language too.
    """
    with override(language):
        text = render_to_string(
            template, {"site_url": settings.SITE_URL, **context}, using="plaintext"
        )
    subject, body = text.split("\n", 1)
    return subject.strip(), body.strip() + "\n"


class ConsoleAndFolderBackend(ConsoleBackend):
    """For trying the site: prints each message and keeps it as an ``.eml`` file in a folder."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.folder = Path(settings.EMAIL_FILE_PATH)

    def write_message(self, message: EmailMessage) -> None:
        super().write_message(message)
        self.folder.mkdir(parents=True, exist_ok=True)
        moment = timezone.now().strftime("%Y%m%d-%H%M%S-%f")
        # An address may be longer than the name of a file.
        name = get_valid_filename(f"{moment}-{'-'.join(message.to)}"[:200])
        (self.folder / f"{name}.eml").write_bytes(message.message().as_bytes())
