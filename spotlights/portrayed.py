"""How the person portrayed is asked, and what follows from what they say."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from mig_site.dates import day_in_words
from signups.history import record
from signups.letters import LINK_PLACEHOLDER, NEW_ADDRESS, NotWantedError, write
from signups.models import Letter, LetterLink
from spotlights import emails
from spotlights.announcing import LINK_IN_PREVIEW
from spotlights.models import (
    PortrayedLink,
    PublishingError,
    Reading,
    Reply,
    ReplyKind,
    Spotlight,
    SpotlightStatus,
)

NOTE_BY_LINK = "By the link in our letter"

# More than that, and a letter to the committee is the better way.
MAX_OPEN_CHANGES = 5


class TextChangedError(Exception):
    """The spotlight has been changed since the person was shown what they answer to."""


def check_sending(spotlight: Spotlight) -> None:
    """Raises PublishingError when there is nobody to send a spotlight to, or nothing to read."""
    if not spotlight.contact_email:
        raise PublishingError(
            f"“{spotlight}” cannot be sent: there is no e-mail address of {spotlight.person_name}. "
            "Write it under Consent, save, and press the button again."
        )
    if not spotlight.has_text():
        raise PublishingError(
            f"“{spotlight}” cannot be sent: it says nothing yet. Write a text, or a question with "
            "its answer."
        )


@transaction.atomic
def send_to_read(spotlight: Spotlight, *, by: User, n_before: int) -> bool:
    """Write the letter with the link; False when one was written since the page was opened.

    ``n_before`` is how many such letters there were then. Raises PublishingError as above.
    """
    check_sending(spotlight)
    letter = emails.to_read(spotlight, n_before=n_before)
    if not write([letter]):
        return False
    Reading.objects.create(
        spotlight=spotlight,
        letter=Letter.objects.get(key=letter.key),
        wording=spotlight.wording(),
        sent_by=by,
    )
    return True


def preview(spotlight: Spotlight, *, n_before: int) -> Letter:
    """The letter as it would be written now, not saved."""
    letter = emails.to_read(spotlight, n_before=n_before)
    letter.body = letter.body.replace(LINK_PLACEHOLDER, LINK_IN_PREVIEW)
    return letter


def new_address(letter: Letter) -> str:
    """The link for one sending of a letter to the person portrayed."""
    reading = Reading.objects.filter(letter=letter).select_related("spotlight").first()
    if reading is None or reading.spotlight.contact_email != letter.to:
        raise NotWantedError("The spotlight is gone, or is to be read at another address.")
    return PortrayedLink.new_address(reading.spotlight)


NEW_ADDRESS[LetterLink.PORTRAIT] = new_address


@transaction.atomic
def agree(spotlight: Spotlight, *, seen: str) -> None:
    """Note that they agree to the text they have seen.

    Raises TextChangedError when it reads otherwise by now.
    """
    spotlight = _locked(spotlight)
    if spotlight.wording() != seen:
        raise TextChangedError
    if spotlight.consent_given_on and spotlight.consent_to == seen:
        return
    _note_consent(spotlight, wording=seen, note=NOTE_BY_LINK)
    _note_reply(spotlight, ReplyKind.CONSENT)


@transaction.atomic
def ask_for_change(spotlight: Spotlight, *, words: str) -> bool:
    """Bring the committee what should be changed; False when too much is waiting there already."""
    spotlight = _locked(spotlight)
    if spotlight.replies.open().count() >= MAX_OPEN_CHANGES:
        return False
    _note_reply(spotlight, ReplyKind.CHANGE, words=words)
    return True


@transaction.atomic
def take_back(spotlight: Spotlight, *, words: str = "") -> None:
    """Take a spotlight from the public at once, or say that it should never get there.

    A second time changes nothing. The committee can publish it only when they agree anew.
    """
    spotlight = _locked(spotlight)
    was_public = spotlight.status == SpotlightStatus.PUBLISHED
    last = spotlight.replies.exclude(kind=ReplyKind.CHANGE).first()
    is_said = last is not None and last.kind != ReplyKind.CONSENT
    if is_said and not was_public and not spotlight.consent_given_on:
        return
    if was_public:
        spotlight.withdraw()
    _note_consent(spotlight, wording="", note="")
    kind = ReplyKind.WITHDRAWAL if was_public else ReplyKind.DECLINE
    _note_reply(spotlight, kind, words=words)


@transaction.atomic
def note_edit(spotlight: Spotlight, *, before: str, is_agreed: bool) -> list[str]:
    """Note to which text the consent belongs after an edit; returns what the editor must know.

    ``before`` is the wording before the edit; ``is_agreed`` says that with it the editor noted
    their consent to the text as it stands now. What was scheduled waits for a new consent.
    """
    after = spotlight.wording()
    if spotlight.consent_given_on is None:
        covered = ""
    elif is_agreed:
        covered = after
    else:
        covered = spotlight.consent_to or before or after
    if covered != spotlight.consent_to:
        spotlight.consent_to = covered
        Spotlight.objects.filter(pk=spotlight.pk).update(consent_to=covered)
    if covered in ("", after) or before == after:
        return []
    day = day_in_words(spotlight.consent_given_on)
    sentences = [
        f"The text is no longer the one that {spotlight.person_name} agreed to on {day}: send it "
        "to read once more."
    ]
    if spotlight.is_scheduled():
        spotlight.unschedule()
        sentences.append("It was taken off the schedule until they agree; it is in review again.")
    elif spotlight.is_published():
        sentences.append("It stays public as it is now.")
    return sentences


def settle(reply: Reply, *, by: User) -> bool:
    """Note that a change was seen to; False when somebody has done so."""
    return bool(
        Reply.objects.open().filter(pk=reply.pk).update(settled_at=timezone.now(), settled_by=by)
    )


def _locked(spotlight: Spotlight) -> Spotlight:
    rows = Spotlight.objects.select_for_update(no_key=True, of=["self"])
    return rows.select_related("program").get(pk=spotlight.pk)


def _note_consent(spotlight: Spotlight, *, wording: str, note: str) -> None:
    spotlight.consent_given_on = (
        timezone.localdate(timezone=spotlight.program.time_zone) if wording else None
    )
    spotlight.consent_to, spotlight.consent_note = wording, note
    fields = ["consent_given_on", "consent_to", "consent_note"]
    # A query, not ``save``: readers see nothing new, so the date of the last change stays.
    Spotlight.objects.filter(pk=spotlight.pk).update(
        **{name: getattr(spotlight, name) for name in fields}
    )
    record(spotlight, by=None)


def _note_reply(spotlight: Spotlight, kind: ReplyKind, *, words: str = "") -> None:
    reply = Reply.objects.create(
        spotlight=spotlight, kind=kind, words=words, wording=spotlight.wording()
    )
    write([emails.reply_to_committee(reply)])
