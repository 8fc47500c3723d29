"""The letters to the two people of a pair, one function each."""

from __future__ import annotations

from functools import partial

from matching.in_other_words import reasons_for
from matching.models import FormatOffer, Offer, OfferReply, Pairing
from matching.without_mentor import FORMAT_OFFERED, WORDS
from mig_site.email import render_letter
from signups.letters import letter_to
from signups.models import Application, Letter, LetterLink, Role

N_REASONS = 4  # a letter gives the strongest ones, not a table


def offer(one: Offer, *, to: Role) -> Letter:
    """Puts a pair to one of its people: who the other is and why, and nothing to reach them by."""
    reasons = partial(reasons_for, one.pairing, to, N_REASONS)
    return _about_offer(one, to=to, about="made", context={"reasons": reasons})


def offer_reminder(one: Offer, *, to: Role) -> Letter:
    """Recalls an offer whose time ends soon; once for each time that was given."""
    return _about_offer(one, to=to, about="reminder")


def offer_extended(one: Offer, *, to: Role) -> Letter:
    """Tells that there is more time for an answer."""
    return _about_offer(one, to=to, about="extended")


def offer_let_go(one: Offer, *, to: Role, names_partner: bool = True) -> Letter:
    """Tells that an offer came to nothing, and not by whom.

    Without the partner's name where everything about the partner is being erased.
    """
    letter = _about_offer(one, to=to, about="let_go", context={"names_partner": names_partner})
    if not names_partner:
        letter.about = None
    return letter


def _about_offer(
    one: Offer, *, to: Role, about: str, context: dict[str, object] | None = None
) -> Letter:
    pairing = one.pairing
    application, partner = pairing.person(to), pairing.person(to.other)
    # The cohort that was fetched with the mentee: each application would fetch its own.
    application.cohort = pairing.mentee.cohort
    return letter_to(
        application,
        key=f"offer_{about}/{pairing.pk}/{to}/{one.n_extensions}",
        template=f"matching/offer_{about}.txt",
        context={
            "cohort": application.cohort,
            "offer": one,
            "partner": partner,
            "their_role": to.other.value,
            **(context or {}),
        },
        about=partner,
        link=LetterLink.APPLICATION,
    )


def question_to_committee(one: Offer, reply: OfferReply) -> Letter:
    """Brings the committee what someone asks before answering."""
    person = reply.application
    program = one.pairing.mentee.cohort.program
    subject, body = render_letter(
        "matching/question_to_committee.txt",
        {"offer": one, "reply": reply, "person": person, "program": program},
    )
    return Letter(
        key=f"question_to_committee/{reply.pk}/{reply.answered_at.isoformat()}",
        program=program,
        about_id=person.pk,
        to=program.contact_address,
        reply_to=person.email,
        subject=subject,
        body=body,
    )


def introduction_to_mentee(pairing: Pairing) -> Letter:
    return _introduction(pairing, to=Role.MENTEE)


def introduction_to_mentor(pairing: Pairing) -> Letter:
    return _introduction(pairing, to=Role.MENTOR)


def _introduction(pairing: Pairing, *, to: Role) -> Letter:
    people = {Role.MENTEE: pairing.mentee, Role.MENTOR: pairing.mentor}
    application = people[to]
    # The mentor would fetch a copy of the same.
    application.cohort = pairing.cohort
    return letter_to(
        application,
        key=f"introduction/{pairing.pk}/{to}",
        template=f"matching/introduction_to_{to}.txt",
        context={
            "cohort": pairing.cohort,
            "partner": people[to.other],
            "format": pairing.format,
            "reasons": partial(reasons_for, pairing, to, N_REASONS),
        },
        about=people[to.other],
    )


def mentorship_ended(pairing: Pairing, *, to: Role) -> Letter:
    """Tells that a mentorship has ended, and nothing of the other person."""
    application = {Role.MENTEE: pairing.mentee, Role.MENTOR: pairing.mentor}[to]
    application.cohort = pairing.cohort
    return letter_to(
        application,
        key=f"mentorship_ended/{pairing.pk}/{to}",
        template="matching/mentorship_ended.txt",
        context={"cohort": pairing.cohort},
    )


def format_offered(one: FormatOffer) -> Letter:
    """Asks somebody without a mentor whether they would like a format they had not chosen."""
    application = one.application
    return letter_to(
        application,
        key=f"{FORMAT_OFFERED}{one.pk}",
        template="matching/format_offered.txt",
        context={"cohort": application.cohort, "format": one.format},
        link=LetterLink.APPLICATION,
    )


def committee_words(application: Application, *, subject: str, words: str, page: str) -> Letter:
    """Brings somebody without a mentor what the committee writes in its own words."""
    return letter_to(
        application,
        key=f"{WORDS}{application.pk}/{page}",
        template="matching/committee_words.txt",
        context={"cohort": application.cohort, "subject": subject, "words": words},
        link=LetterLink.APPLICATION,
    )
