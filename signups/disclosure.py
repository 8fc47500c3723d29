"""Everything that is held about an applicant, for the applicant to read."""

from __future__ import annotations

from signups.models import Application, OrientationPlace

# About the keeping, not about the person.
NOT_TOLD = {"id", "version"}


def everything_about(application: Application) -> dict[str, object]:
    """All answers with their questions, the decision on them, and the letters that were written."""
    answers: dict[str, object] = {}
    for field in Application._meta.concrete_fields:
        if field.name not in NOT_TOLD:
            value = getattr(application, field.name)
            is_plain = value is None or isinstance(value, (bool, int, str))
            answers[str(field.verbose_name)] = value if is_plain else str(value)
    for field in Application._meta.many_to_many:
        if field.name != "topics":
            chosen = getattr(application, field.name).all()
            answers[str(field.verbose_name)] = [str(option) for option in chosen]
    answers["topics"] = [str(choice) for choice in application.topic_choices.all()]
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
