"""The groups that say what someone with a seat on a committee may do."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand
from django.db import transaction

CHAIR_GROUP = "Chairs"
MEMBER_GROUP = "Committee members"
EDITOR_GROUP = "Spotlight editors"
STEWARD_GROUP = "Identity stewards"

# What may be seen, added, changed or deleted is still only what belongs to one's own programs.
EDITED_BY_CHAIRS = [
    "signups.objective",
    "signups.committeeseat",
    "signups.cohort",
    "signups.question",
    "signups.frequentquestion",
    "signups.format",
    "signups.topic",
    "signups.librarytype",
    "signups.careerstage",
    "signups.region",
    "signups.meetingway",
    "signups.availabilitytime",
    "signups.language",
    "signups.gate",
    "signups.orientationsession",
    "signups.identitydimension",
    "signups.identityoption",
    "signups.barrier",
    "signups.support",
    "matching.conflict",
    "spotlights.spotlight",
    "spotlights.guide",
    "spotlights.guidefile",
    "spotlights.interviewquestion",
    "spotlights.spotlightlink",
]


def _all_on(model: str) -> list[str]:
    app, name = model.split(".")
    return [f"{app}.{action}_{name}" for action in ("view", "add", "change", "delete")]


# Shared with the committees of all other programs, so no committee takes one away.
TOPIC_PERMISSIONS = [f"spotlights.{action}_spotlighttopic" for action in ("view", "add", "change")]

# Who reads applications and runs, says what they think of them, and decides nothing.
MEMBER_PERMISSIONS = [
    "signups.view_program",
    "signups.view_objective",
    "signups.view_committeeseat",
    "signups.view_cohort",
    "signups.view_question",
    "signups.view_frequentquestion",
    "signups.view_inquiry",
    "signups.view_format",
    "signups.view_topic",
    "signups.view_librarytype",
    "signups.view_careerstage",
    "signups.view_region",
    "signups.view_meetingway",
    "signups.view_language",
    "signups.view_menteeapplication",
    "signups.view_mentorapplication",
    "signups.add_comment",
    "signups.view_rating",
    "signups.add_rating",
    "matching.view_matchrun",
    "matching.view_matchsettings",
    "matching.view_pairing",
    "matching.add_pairingcomment",
    "matching.propose_pairing",
]

# Suggestions come from the public; they are dealt with and deleted, never typed in.
SUGGESTION_PERMISSIONS = [
    "spotlights.view_suggestion",
    "spotlights.change_suggestion",
    "spotlights.delete_suggestion",
]

CHAIR_PERMISSIONS = [
    *MEMBER_PERMISSIONS,
    *(permission for model in EDITED_BY_CHAIRS for permission in _all_on(model)),
    "signups.add_program",
    "signups.change_program",
    "signups.review_application",
    "signups.tell_application",
    "signups.view_employer",
    "signups.change_employer",
    "signups.merge_employer",
    "signups.view_employerspelling",
    "signups.view_wish",
    "signups.change_wish",
    "signups.check_gate",
    "signups.answer_inquiry",
    "signups.count_identitydimension",
    "signups.report_barrier",
    "signups.view_letter",
    "signups.change_letter",
    "matching.start_matchrun",
    "matching.change_matchsettings",
    "matching.review_pairing",
    "matching.offer_pairing",
    "matching.view_offer",
    "matching.settle_offer",
    "spotlights.publish_spotlight",
    "spotlights.publish_guide",
    *TOPIC_PERMISSIONS,
    *SUGGESTION_PERMISSIONS,
]

# Apart from the chairs, who do not read identity answers. A steward needs a seat too.
STEWARD_PERMISSIONS = [
    "signups.view_identitydimension",
    "signups.count_identitydimension",
    "signups.view_identityanswer",
    "signups.view_identityreading",
    "signups.view_barrier",
    "signups.report_barrier",
]

# Who writes of people does not publish: a chair reads it once more, and lets it out. Guides tell of
# nobody.
EDITOR_PERMISSIONS = [
    *_all_on("spotlights.spotlight"),
    *_all_on("spotlights.guide"),
    *_all_on("spotlights.guidefile"),
    "spotlights.publish_guide",
    *_all_on("spotlights.interviewquestion"),
    *_all_on("spotlights.spotlightlink"),
    *TOPIC_PERMISSIONS,
    *SUGGESTION_PERMISSIONS,
]

GROUPS = {
    MEMBER_GROUP: MEMBER_PERMISSIONS,
    CHAIR_GROUP: CHAIR_PERMISSIONS,
    EDITOR_GROUP: EDITOR_PERMISSIONS,
    STEWARD_GROUP: STEWARD_PERMISSIONS,
}


class Command(BaseCommand):
    help = "Create the groups for committees, or bring their permissions up to date."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        everything = {
            f"{permission.content_type.app_label}.{permission.codename}": permission
            for permission in Permission.objects.select_related("content_type")
        }
        for name, wanted in GROUPS.items():
            group, _ = Group.objects.get_or_create(name=name)
            permissions = [everything[key] for key in set(wanted) if key in everything]
            group.permissions.set(permissions)
            if options["verbosity"]:
                self.stdout.write(f"{name}: {len(permissions)} permissions.")
