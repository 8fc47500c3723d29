"""How suggestions and stories arrive, are taken back, and become drafts."""

from __future__ import annotations

import re

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.text import slugify
from django.utils.translation import gettext, override

from mig_site.dates import day_in_words
from mig_site.languages import current_language
from signups.letters import write
from signups.models import Application, ReviewError
from spotlights import suggestion_emails as emails
from spotlights.erasing import erase
from spotlights.models import (
    InterviewQuestion,
    SlugChange,
    Spotlight,
    SpotlightStatus,
    Suggestion,
    SuggestionKind,
    SuggestionStatus,
)
from spotlights.models.suggestions import UNDECIDED, WORDS

# What Markdown takes for more than itself: within a line, and at its beginning.
MEANS_MORE = re.compile(r"([\\`*_\[\]<>&|~])|^(\s*)([#+=-]|\d+(?=[.)]))", re.MULTILINE)

# Stands where an answer goes: an interview has no question without one.
TO_BE_ASKED = "…"


def suggest(suggestion: Suggestion, *, page: str) -> None:
    """Keep a suggestion and confirm it to whoever sent it.

    ``page`` is what tells one page that was opened from another. What was sent from it before,
    word by word, is with the committee already, and nothing is done a second time.
    """
    told = [page, str(suggestion.program_id), *(str(getattr(suggestion, f)) for f in WORDS)]
    digest = salted_hmac("spotlights.suggestions", "\n".join(told), algorithm="sha256")
    suggestion.kind, suggestion.fingerprint = SuggestionKind.LEADER, digest.hexdigest()
    suggestion.language = current_language()
    try:
        with transaction.atomic():
            suggestion.save()
            write([emails.suggestion_received(suggestion)])
    except IntegrityError:
        if not Suggestion.objects.filter(fingerprint=suggestion.fingerprint).exists():
            raise


@transaction.atomic
def tell_story(story: Suggestion, application: Application) -> None:
    """Keep what somebody tells of their own mentorship, or what they tell now instead.

    Raises ReviewError when something was made of it already.
    """
    before = Suggestion.objects.select_for_update(no_key=True, of=["self"])
    before = before.filter(application=application).first()
    if before and before.status == SuggestionStatus.DRAFTED:
        raise ReviewError(f"{before} is made into a draft.")
    now = timezone.now()
    story.pk, story.kind = before and before.pk, SuggestionKind.STORY
    story.application, story.program = application, application.cohort.program
    story.person_name = application.name
    story.position_title, story.library = application.position_title, application.employer
    story.language, story.may_be_written_to = current_language(), True
    story.consented_at, story.withdrawn_at = now, None
    story.status, story.moved_at, story.moved_by = SuggestionStatus.NEW, now, None
    story.note = before.note if before else ""
    story.arrived_at = before.arrived_at if before else now
    story.save()
    write([emails.story_received(story)])


@transaction.atomic
def take_back_story(story: Suggestion) -> None:
    """Forget what somebody told, and what was made of it; only that it was taken back stays."""
    story = Suggestion.objects.select_for_update(no_key=True, of=["self"]).get(pk=story.pk)
    if story.status == SuggestionStatus.WITHDRAWN:
        return
    spotlight = story.spotlight
    now = timezone.now()
    emptied = dict.fromkeys(WORDS, "")
    Suggestion.objects.filter(pk=story.pk).update(
        **emptied,
        status=SuggestionStatus.WITHDRAWN,
        spotlight=None,
        consented_at=None,
        withdrawn_at=now,
        moved_at=now,
        moved_by=None,
    )
    if spotlight:
        take_down(spotlight)


def take_down(spotlight: Spotlight) -> None:
    """Withdraw what the public has seen, so that its address says so; delete what it has not."""
    if spotlight.status == SpotlightStatus.PUBLISHED:
        spotlight.withdraw()
    elif spotlight.status != SpotlightStatus.WITHDRAWN:
        erase(spotlight)


@transaction.atomic
def make_draft(suggestion: Suggestion, *, by: User) -> Spotlight:
    """Begin a spotlight with what a suggestion says; raises ReviewError when that was done.

    Nobody has agreed to its being published: what people agree to is that a committee writes with
    their words, and they read what becomes of it before they agree to that.
    """
    locked = Suggestion.objects.select_for_update(no_key=True, of=["self"])
    suggestion = locked.select_related("program", "application").get(pk=suggestion.pk)
    if suggestion.status not in UNDECIDED:
        raise ReviewError(f"{suggestion} is {suggestion.get_status_display().lower()}.")
    with override(suggestion.language):
        spotlight = _story_draft(suggestion) if suggestion.is_story else _leader_draft(suggestion)
    suggestion.note_draft(spotlight, by=by)
    return spotlight


def _leader_draft(suggestion: Suggestion) -> Spotlight:
    """Who it is about, and questions that can be asked of anybody."""
    spotlight = Spotlight.objects.create(
        program=suggestion.program,
        language=suggestion.language,
        title=suggestion.person_name,
        slug=_free_slug(suggestion.person_name),
        person_name=suggestion.person_name,
        position_title=suggestion.position_title,
        library=suggestion.library,
        town=suggestion.town,
        consent_note="Suggested by somebody else: ask the person first.",
    )
    questions = [
        gettext("How did you come to work in libraries?"),
        gettext("What stood in your way, and who helped?"),
        gettext("What are you proud of this year?"),
        gettext("What would you tell somebody who does not see themselves as a leader?"),
    ]
    _ask(spotlight, dict.fromkeys(questions, TO_BE_ASKED))
    return spotlight


def _story_draft(story: Suggestion) -> Spotlight:
    """The three answers of somebody's own story, word by word."""
    name = story.shown_name or gettext("Somebody who took part")
    title = gettext("What mentoring was for %(name)s") % {"name": name}
    is_named = bool(story.shown_name)
    agreed_on = timezone.localdate(story.consented_at, story.program.time_zone)
    with override(None):
        note = (
            f"Told by themselves, {day_in_words(agreed_on)}, to be named: "
            f"{story.get_naming_display().lower()}. They read it before they agree to it."
        )
    spotlight = Spotlight.objects.create(
        program=story.program,
        language=story.language,
        title=title[:160],
        slug=_free_slug(title if is_named else gettext("a story of mentoring")),
        person_name=name,
        # Where somebody works names them, in many a town.
        position_title=story.position_title if is_named else "",
        library=story.library if is_named else "",
        contact_email=story.application.email,
        consent_note=note,
    )
    _ask(
        spotlight,
        {
            gettext("What did you hope for?"): as_markdown(story.hoped),
            gettext("What happened?"): as_markdown(story.happened),
            gettext("What would you tell someone who hesitates?"): as_markdown(story.would_tell),
        },
    )
    return spotlight


def _ask(spotlight: Spotlight, questions: dict[str, str]) -> None:
    InterviewQuestion.objects.bulk_create(
        InterviewQuestion(spotlight=spotlight, position=position, question=question, answer=answer)
        for position, (question, answer) in enumerate(questions.items(), start=1)
        if answer
    )


def _free_slug(words: str) -> str:
    """A slug that no spotlight has or had."""
    stem = slugify(words)[:140] or "spotlight"
    taken = {*Spotlight.objects.filter(slug__startswith=stem).values_list("slug", flat=True)}
    taken |= {*SlugChange.objects.filter(slug__startswith=stem).values_list("slug", flat=True)}
    number, slug = 1, stem
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug


def as_markdown(text: str) -> str:
    """Somebody's plain words, such that Markdown shows them as they were typed."""
    return MEANS_MORE.sub(lambda found: _escaped(*found.groups()), text)


def _escaped(within: str | None, before: str | None, begins: str | None) -> str:
    if within:
        return f"\\{within}"
    # A number is taken for a list by the sign after it.
    return f"{before}{begins}\\" if begins.isdigit() else f"{before}\\{begins}"


def stories_told(application: Application) -> list[dict[str, object]]:
    """What somebody told of their mentorship, and what became of it: to keep."""
    return [
        {
            "what you hoped": story.hoped,
            "what happened": story.happened,
            "what you would tell someone who hesitates": story.would_tell,
            "how to be named": story.get_naming_display(),
            "you agreed": story.consented_at and story.consented_at.isoformat(),
            "state": story.get_status_display(),
        }
        for story in Suggestion.objects.filter(application=application.pk)
    ]
