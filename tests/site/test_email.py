"""Letters of a site that is only tried: on the console and in a folder, as people would read."""

import email
import email.policy
from pathlib import Path

from django.core import mail

from mig_site.email import ConsoleAndFolderBackend

SUBJECT = "Ada O'Hara, meet Zoë"
BODY = "Dear Ada O'Hara,\n\nZoë <zoe@example.org> looks forward to it.\n"


def send(capsys, to="ada@example.org"):
    """Send one letter through the backend; returns what was printed, and the files it left."""
    message = mail.EmailMessage(SUBJECT, BODY, "committee@example.org", [to])
    ConsoleAndFolderBackend().send_messages([message])
    return capsys.readouterr().out


def test_letter_is_one_readable_file(settings, capsys):
    printed = send(capsys)

    [path] = Path(settings.EMAIL_FILE_PATH).iterdir()
    assert path.suffix == ".eml"
    assert "ada" in path.name
    letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert (letter["Subject"], letter["To"]) == (SUBJECT, "ada@example.org")
    assert letter.get_content() == BODY
    # Readable without a mail program, too.
    assert BODY in path.read_text(encoding="utf-8")
    assert BODY in printed


def test_every_letter_has_a_file_of_its_own(settings, capsys):
    send(capsys)
    send(capsys)

    assert len(list(Path(settings.EMAIL_FILE_PATH).iterdir())) == 2


def test_long_address_fits_the_name_of_a_file(settings, capsys):
    send(capsys, to=f"{'a' * 64}@{'.'.join(['b' * 60] * 3)}.org")

    [path] = Path(settings.EMAIL_FILE_PATH).iterdir()
    assert path.suffix == ".eml"
