"""The files that applicants handed in, for those who may read them."""

from __future__ import annotations

from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from signups.access import known_application, no_trace
from signups.models import Answer


@require_safe
def my_file(request: HttpRequest, answer_id: int) -> HttpResponse:
    """A file of the application whose link was opened."""
    application = known_application(request)
    if application is None:
        return no_trace(redirect("signups:lost_link"))
    return _file_of(get_object_or_404(application.answers.with_files(), pk=answer_id))


@require_safe
@staff_member_required
def committee_file(request: HttpRequest, answer_id: int) -> HttpResponse:
    """A file of an application to one's own program."""
    answers = Answer.objects.readable_by(request.user).with_files().select_related("application")
    answer = get_object_or_404(answers, pk=answer_id)
    if not request.user.has_perm(f"signups.view_{answer.application.role}application"):
        raise PermissionDenied
    return _file_of(answer)


def _file_of(answer: Answer) -> HttpResponse:
    """A file to be saved, never to be shown in a page of ours: it is a stranger's."""
    try:
        file = answer.upload.open()
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        file,
        as_attachment=True,
        # A name of our own: what the sender called it is only shown.
        filename=f"answer-{answer.pk}.pdf",
        content_type="application/pdf",
    )
    response["X-Content-Type-Options"] = "nosniff"
    return no_trace(response)
