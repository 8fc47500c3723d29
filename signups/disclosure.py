"""Everything that is held about an applicant, for the applicant to read."""

from __future__ import annotations

from signups.models import (
    Application,
    BarrierAnswer,
    Inquiry,
    NewsSubscription,
    OrientationPlace,
)

# About the keeping, not about the person; how an employer is compared tells how others spell it.
NOT_TOLD = {"id", "version", "employer_row"}
# Told below with what was added to them.
WITH_MORE = {"topics": "topic", "formats": "format"}


def everything_about(application: Application) -> dict[str, object]:
    """All answers with their questions, the decision on them, and the letters that were written."""
    answers: dict[str, object] = {}
    for field in Application._meta.concrete_fields:
        if field.name not in NOT_TOLD:
            value = getattr(application, field.name)
            is_plain = value is None or isinstance(value, (bool, int, str))
            answers[str(field.verbose_name)] = value if is_plain else str(value)
    for field in Application._meta.many_to_many:
        if field.name not in WITH_MORE:
            chosen = getattr(application, field.name).all()
            answers[str(field.verbose_name)] = [str(option) for option in chosen]
    for name, option in WITH_MORE.items():
        choices = getattr(application, f"{option}_choices").select_related(option)
        answers[name] = [str(choice) for choice in choices]
    # As it was written, and not whether somebody of that name has applied.
    answers["people in mind"] = [str(wish) for wish in application.wishes.all()]
    return {
        "program": str(application.cohort.program),
        "application": answers,
        "questions of the committee": [
            {"question": answer.wording, "answer": answer.texts}
            for answer in application.answers.all()
        ],
        "asked before the start": [
            {"of": state.gate.what, "state": state.get_state_display(), "note": state.in_words}
            for state in application.gate_states.select_related(
                "gate__minimum_stage", "gate__cohort__program", "decided_by"
            )
        ],
        "orientation sessions": [
            place.session.when
            for place in OrientationPlace.objects.held()
            .filter(application=application.pk)
            .select_related("session__cohort__program")
        ],
        "about who you are": [
            {
                "question": answer.dimension.name,
                "answer": answer.in_words,
                "may be used in matching": answer.is_for_matching,
                "wants a mentor who shares it": answer.wants_shared,
                "answered": answer.answered_at.isoformat(),
            }
            for answer in application.identity_answers.with_options()
        ],
        "read by someone": [
            {"question": reading.dimension.name, "when": reading.read_at.isoformat()}
            for reading in application.identity_readings.select_related("dimension")
        ],
        # That the committee spoke of the person, and when; not its words: see docs/retention.md.
        "comments of the committee": [
            {"when": comment.written_at.isoformat()} for comment in application.comments.all()
        ],
        "ratings by the committee": [
            {"when": rating.rated_at.isoformat()}
            for rating in application.ratings.order_by("rated_at")
        ],
        "asked for news of spotlights": [
            one.asked_at.isoformat()
            for one in NewsSubscription.objects.filter(application=application.pk)
        ],
        "barriers": _barriers(application),
        # The link to the application came to the address that these were asked from.
        "questions asked": [
            {
                "of": str(inquiry.program or ""),
                "about": inquiry.subject,
                "messages": [
                    {"when": message.written_at.isoformat(), "words": message.words}
                    for message in inquiry.messages.all()
                ],
            }
            for inquiry in Inquiry.objects.filter(email__iexact=application.email)
            .select_related("program")
            .prefetch_related("messages")
        ],
        "letters": [
            {
                "subject": letter.subject,
                "to": letter.to,
                "written": letter.written_at.isoformat(),
                "sent": letter.sent_at and letter.sent_at.isoformat(),
                "status": letter.get_status_display(),
            }
            for letter in application.letters.all()
        ],
    }


def _barriers(application: Application) -> dict[str, object] | None:
    answer = BarrierAnswer.objects.filter(application=application).first()
    if answer is None:
        return None
    program, told = application.cohort.program, answer.told
    return {
        "what stood in my way": [str(o) for o in program.barriers.filter(pk__in=told["barriers"])],
        "in my own words": told["barriers_words"],
        "what would have helped": [
            str(o) for o in program.supports.filter(pk__in=told["supports"])
        ],
        "what would have helped, in my own words": told["supports_words"],
        "may be quoted without my name": answer.may_be_quoted,
        "answered": answer.answered_at.isoformat(),
    }
