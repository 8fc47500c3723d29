"""The letters about suggestions and stories, one function each."""

from __future__ import annotations

from mig_site.email import render_letter
from signups.letters import letter_to
from signups.models import Letter, LetterLink
from spotlights.models import Suggestion


def suggestion_received(suggestion: Suggestion) -> Letter:
    """Confirms that a suggestion arrived, says what comes next, and how to take it back.

    It holds none of the words that were sent: anybody can type anybody's address into a form.
    """
    return _letter_on(suggestion, about="received")


def thank_you(suggestion: Suggestion) -> Letter:
    """Thanks for a suggestion or a story, once, and says what was decided."""
    if suggestion.is_story:
        return _letter_to_writer(suggestion, about="thanks")
    return _letter_on(suggestion, about="thanks")


def story_received(story: Suggestion) -> Letter:
    """Confirms that a story arrived, each time it is told; it can be changed or taken back."""
    return _letter_to_writer(story, about=f"received/{story.consented_at.isoformat()}")


def _letter_on(suggestion: Suggestion, *, about: str) -> Letter:
    subject, body = render_letter(
        f"spotlights/suggestion_{about}.txt",
        {"suggestion": suggestion, "program": suggestion.program},
        language=suggestion.language,
    )
    return Letter(
        key=f"{suggestion.letters_key}{about}",
        program=suggestion.program,
        to=suggestion.from_email,
        reply_to=suggestion.program.contact_email,
        subject=subject,
        body=body,
    )


def _letter_to_writer(story: Suggestion, *, about: str) -> Letter:
    return letter_to(
        story.application,
        key=f"{story.letters_key}{about}",
        template=f"spotlights/story_{about.partition('/')[0]}.txt",
        context={"story": story},
        link=LetterLink.APPLICATION,
    )
