"""What is stored about people, in words and field by field: the privacy statement shows it.

A test compares this table with the models: whoever adds a field says here what it holds of whom,
or that it tells nothing of anybody.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of thing that is stored about people."""

    what: str | Promise
    why: str | Promise
    who_reads: str | Promise
    fields: dict[str, str]  # by model: the names of its fields


KINDS = [
    Kind(
        what=_("Your application: name, pronouns, e-mail address and what you answered"),
        why=_("To decide whether you take part and with whom, and to write to you."),
        who_reads=_(
            "The program’s committee. After a pair is approved, your partner reads your name, "
            "pronouns, work, e-mail address and statement."
        ),
        fields={
            "signups.Application": "name email pronouns position_title employer employer_row "
            "membership_number career_stage library_type other_library_types region time_zone "
            "capacity topics_in_own_words statement meeting_ways languages times formats topics "
            "language promises_orientation agrees_to_rules submitted_at edited_at role cohort",
            "signups.TopicChoice": "application topic rank years",
            "signups.FormatChoice": "application format rank places",
            "signups.Answer": "application question kind wording is_sensitive texts upload",
            "signups.Upload": "reference name shown_name n_bytes draft made_at",
            "signups.Employer": "name",
            "signups.EmployerSpelling": "employer spelling normalised",
        },
    ),
    Kind(
        what=_("Whom you would like as a partner, or must not be paired with"),
        why=_("To make a pair that both wish for, and none that must not be."),
        who_reads=_("The program’s committee."),
        fields={
            "signups.Wish": "application wanted_name_or_email wanted",
            "matching.Conflict": "mentee mentor reason words made_by made_at",
        },
    ),
    Kind(
        what=_("Identity answers, if you gave any"),
        why=_(
            "To meet a wish for a mentor who shares something with you, where both agreed to it, "
            "and to count who takes part in groups of five or more."
        ),
        who_reads=_(
            "Nobody but the program’s identity stewards, one answer at a time, and each reading is "
            "recorded. They are encrypted where they are stored, and shown to no partner."
        ),
        fields={
            "signups.IdentityAnswer": "application dimension chosen is_for_matching wants_shared "
            "answered_at",
            "signups.IdentityReading": "reader program application dimension read_at",
        },
    ),
    Kind(
        what=_("What you told about barriers, if you did"),
        why=_("To learn what has to change in libraries."),
        who_reads=_(
            "The committee, in counts of five people or more, and your words only if you let us "
            "quote them without your name. They are encrypted where they are stored."
        ),
        fields={"signups.BarrierAnswer": "application told may_be_quoted answered_at"},
    ),
    Kind(
        what=_("What the committee decided on your application and says of it"),
        why=_("To decide fairly and to know later what was decided."),
        who_reads=_("The program’s committee; the decision, and that there are comments, you too."),
        fields={
            "signups.Application": "status decided_at decided_by lacked_place told_status told_at "
            "keep_for_next_at left_out_before priority_marked_at priority_marked_by "
            "priority_reason",
            "signups.Comment": "application words written_by written_at",
            "signups.Rating": "application reader points words rated_at",
            "signups.GateState": "gate application state how reason decided_by decided_at",
            "signups.MemberCheckRow": "check_made application finding why version",
            "signups.MemberCheck": "gate made_at made_by n_rows applied_at",
            "signups.OrientationPlace": "application session uid sequence changed_at",
        },
    ),
    Kind(
        what=_("The pairs you were considered for, and what you answered to them"),
        why=_("To make pairs, to explain them, and never to propose one twice that was refused."),
        who_reads=_("The program’s committee; of an offer, you and the other person."),
        fields={
            "matching.Pairing": "run mentee mentor format points reasons alternatives "
            "mentee_best_points mentor_best_points status version recommended_by decided_by "
            "decided_at introduced_at ended_at",
            "matching.PairingComment": "pairing words written_by written_at",
            "matching.Decision": "pairing number act kind reason words overridden status_before "
            "status_after made_by made_at undoes",
            "matching.Offer": "pairing made_by made_at answer_by n_extensions outcome closed_at",
            "matching.OfferReply": "offer role application answer reason words answered_at",
            "matching.FormatOffer": "application format made_by made_at answer answered_at",
            "matching.Unmatched": "run mentee reason best_points rules smallest_change "
            "alternatives",
            "matching.RunProof": "run content",
            "matching.RunAnswers": "run shortages places topics n_blocking blocking fairness "
            "potential reached trades",
        },
    ),
    Kind(
        what=_("Drafts: an application that you saved to finish later"),
        why=_("So that you can finish it."),
        who_reads=_("Nobody but you. What is in them is encrypted where it is stored."),
        fields={
            "signups.Draft": "cohort role email language answers version begun_at saved_at "
            "reminded_at"
        },
    ),
    Kind(
        what=_("Letters to you, and the links in them"),
        why=_("So that each letter leaves once, and that its link opens what is yours."),
        who_reads=_(
            "The program’s committee reads letters. Of a link, only a fingerprint is kept."
        ),
        fields={
            "signups.Letter": "key program application draft inquiry about to reply_to subject "
            "body link calendar message_id earlier_message_ids written_at status n_tries "
            "not_before leased_until sent_at fault emptied_at",
            "signups.AccessLink": "token_hash application draft inquiry made_at expires_at "
            "revoked_at",
            "signups.UnsubscribeLink": "token_hash application made_at expires_at",
            "signups.NewsSubscription": "application asked_at",
            "django_tasks_database.DBTaskResult": "args_kwargs traceback",
        },
    ),
    Kind(
        what=_("Questions that you ask us: name, e-mail address and what was written"),
        why=_("To answer you."),
        who_reads=_("The committee you asked."),
        fields={
            "signups.Inquiry": "program name email subject language state asked_at written_at "
            "fingerprint",
            "signups.InquiryMessage": "inquiry words written_by written_at",
        },
    ),
    Kind(
        what=_("Portraits: what a spotlight says of the person in it"),
        why=_("So that people meet who leads libraries."),
        who_reads=_(
            "Everybody, once it is published with the person’s consent. Their address, and what "
            "they said of it, the editors alone."
        ),
        fields={
            "spotlights.Spotlight": "person_name pronouns position_title library town "
            "library_type title summary pull_quote body portrait portrait_alt consent_given_on "
            "consent_to consent_note contact_email",
            "spotlights.InterviewQuestion": "spotlight question answer",
            "spotlights.SpotlightLink": "spotlight label url",
            "spotlights.SearchEntry": "words",
            "spotlights.Reading": "spotlight letter wording sent_at sent_by",
            "spotlights.PortrayedLink": "token_hash spotlight made_at expires_at revoked_at",
            "spotlights.Reply": "spotlight kind words wording said_at settled_at settled_by",
        },
    ),
    Kind(
        what=_("Suggestions of leaders, and the story that you told of your own mentorship"),
        why=_("To find out whom others would like to read about, and to write with your words."),
        who_reads=_(
            "The committee’s editors and chairs. What is made of it is published only with the "
            "consent of the person it is about."
        ),
        fields={
            "spotlights.Suggestion": "kind program application language from_name from_email "
            "may_be_named may_be_written_to person_name position_title library town reach why "
            "hoped happened would_tell naming consented_at withdrawn_at status note arrived_at "
            "moved_at moved_by spotlight fingerprint",
        },
    ),
    Kind(
        what=_("From where something was sent: a keyed fingerprint of the network address"),
        why=_("To hold off programs that would send without end. Kept for an hour."),
        who_reads=_("Nobody."),
        fields={"signups.Attempt": "deed place made_at"},
    ),
    Kind(
        what=_("Of committee members: their seat, login and what they changed"),
        why=_("So that only they get in, and that it can be seen who decided what."),
        who_reads=_("The committee; name, role and library of a public seat everybody."),
        fields={
            "signups.CommitteeSeat": "program name library role user is_public",
            "auth.User": "password last_login is_superuser username first_name last_name email "
            "is_staff is_active date_joined groups user_permissions",
            "admin.LogEntry": "action_time user content_type object_id object_repr action_flag "
            "change_message",
            "sessions.Session": "session_data expire_date",
            "axes.AccessAttempt": "user_agent ip_address username http_accept path_info "
            "attempt_time get_data post_data failures_since_start",
            "axes.AccessFailureLog": "user_agent ip_address username http_accept path_info "
            "attempt_time locked_out",
            "axes.AccessLog": "user_agent ip_address username http_accept path_info attempt_time "
            "logout_time session_hash",
            "otp_static.StaticDevice": "user name confirmed throttling_failure_timestamp "
            "throttling_failure_count created_at last_used_at",
            "otp_static.StaticToken": "device token",
            "otp_totp.TOTPDevice": "user name confirmed throttling_failure_timestamp "
            "throttling_failure_count created_at last_used_at key step t0 digits tolerance drift "
            "last_t",
        },
    ),
]

# Fields of the models above that tell nothing of anybody.
TELLS_NOTHING = {
    "signups.Application": "version erased_at",
    "signups.CommitteeSeat": "position",
    "signups.Employer": "program",
    "signups.EmployerSpelling": "program",
    "spotlights.Spotlight": "program slug language portrait_width portrait_height status "
    "published_at is_featured updated_at topics",
    "spotlights.InterviewQuestion": "position",
    "spotlights.SpotlightLink": "position",
    "django_tasks_database.DBTaskResult": "status enqueued_at started_at finished_at priority "
    "task_path worker_ids queue_name backend_name run_after return_value exception_class_path",
}

# Models of programs and their work, which hold nothing about a person.
ABOUT_NOBODY = {
    "signups.Program",
    "signups.Objective",
    "signups.Cohort",
    "signups.Format",
    "signups.Topic",
    "signups.LibraryType",
    "signups.CareerStage",
    "signups.Region",
    "signups.MeetingWay",
    "signups.Language",
    "signups.AvailabilityTime",
    "signups.Barrier",
    "signups.Support",
    "signups.FrequentQuestion",
    "signups.Gate",
    "signups.IdentityDimension",
    "signups.IdentityOption",
    "signups.OrientationSession",
    "signups.Question",
    "signups.QuestionOption",
    "spotlights.SlugChange",
    "spotlights.Announcement",
    "spotlights.SpotlightTopic",
    "spotlights.Guide",
    "spotlights.GuideAddress",
    "spotlights.GuideFile",
    "spotlights.ShippedGuide",
    "matching.MatchRun",
    "matching.MatchSettings",
    "matching.CriterionSetting",
    "matching.GoalSetting",
    "auth.Permission",
    "auth.Group",
    "contenttypes.ContentType",
    "axes.AccessAttemptExpiration",
}
