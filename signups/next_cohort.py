"""People who were left without a place: kept if they ask, and first in line the next time."""

from __future__ import annotations

from django.utils import timezone

from signups.models import Application, ApplicationStatus


def was_left_out(application: Application) -> bool:
    """Whether someone has been told that there is no place, and the cohort goes on without them."""
    status = application.known_status
    if status == ApplicationStatus.DECLINED:
        return application.lacked_place
    return status == ApplicationStatus.WAITLISTED and _has_begun(application)


def _has_begun(application: Application) -> bool:
    cohort = application.cohort
    begins_on = cohort.starts_on or cohort.ends_on
    return begins_on is not None and begins_on <= timezone.localdate()


def ask_to_be_kept(application: Application, *, asks: bool) -> bool:
    """Note the wish of someone left out, or take it back; False when there is nothing to wish."""
    if not was_left_out(application):
        return False
    # What was decided since the page was opened is not undone by an old wish.
    unchanged = Application.objects.not_erased().filter(
        pk=application.pk, status=application.status
    )
    if asks:
        unchanged.filter(keep_for_next_at=None).update(keep_for_next_at=timezone.now())
    else:
        unchanged.update(keep_for_next_at=None)
    return True


def note_left_out_before(application: Application) -> None:
    """Put a new application first in line when its writer asked so the last time.

    Only the last application to the program in the same role counts: who had a place since is in
    line like everyone.
    """
    last = (
        Application.objects.from_address(application.email)
        .filter(cohort__program=application.cohort.program_id, role=application.role)
        .exclude(cohort=application.cohort_id)
        .order_by("-submitted_at", "-pk")
        .first()
    )
    if last and last.keep_for_next_at:
        application.left_out_before = True
        application.save(update_fields=["left_out_before"])
