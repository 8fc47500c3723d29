"""The ledger of letters, to see what left and what did not."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import pluralize

from signups.admin.scoped import ReviewAdmin
from signups.letters import enqueue
from signups.models import Letter


@admin.register(Letter)
class LetterAdmin(ReviewAdmin):
    """Letters as they were written; a refused one can be sent again."""

    list_display = [
        "subject",
        "to",
        "program",
        "status",
        "written_at",
        "sent_at",
        "n_tries",
        "fault",
    ]
    list_select_related = ["program"]
    list_filter = [
        "status",
        ("program", admin.RelatedOnlyFieldListFilter),
        ("application__cohort", admin.RelatedOnlyFieldListFilter),
    ]
    search_fields = ["to", "subject"]
    date_hierarchy = "written_at"
    actions = ["send_again"]

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("signups.change_letter")

    @admin.action(description="Send refused letters again", permissions=["resend"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Letter]) -> None:
        count = 0
        for letter in queryset:
            with transaction.atomic():
                if letter.send_again():
                    letter.refresh_from_db()
                    enqueue(letter)
                    count += 1
        n_all = len(queryset)
        message = f"{count} of {n_all} letter{pluralize(n_all)} put in the queue again."
        self.message_user(request, message, messages.SUCCESS)
