"""The committee's own questions, and what applicants answered to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from mig_site.languages import text_of
from signups.models.applications import Application
from signups.models.programs import Cohort
from signups.models.ratings import is_blind_to
from signups.models.roles import Role
from signups.models.scope import CommitteeQuerySet
from signups.models.texts import HistoryOfTexts, second_language
from signups.models.uploads import Upload

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class QuestionKind(models.TextChoices):
    TEXT = "text", "Short text"
    LONG_TEXT = "long_text", "Long text"
    CHOICE = "choice", "One of several options"
    SEVERAL = "several", "Any of several options"
    YES_NO = "yes_no", "Yes or no"
    LINK = "link", "Link"
    FILE = "file", "File (PDF)"


# What people hand in or point to says who they are, as a rule.
IDENTIFYING_KINDS = [QuestionKind.LINK, QuestionKind.FILE]

WITH_OPTIONS = {QuestionKind.CHOICE, QuestionKind.SEVERAL}


class QuestionQuerySet(CommitteeQuerySet):
    program_path = "cohort__program__"

    def asked_of(self, role: Role) -> Self:
        return self.filter(Q(role="") | Q(role=role), is_asked=True)

    def for_files(self) -> Self:
        return self.filter(kind=QuestionKind.FILE)


class Question(models.Model):
    """One question that a committee asks in one cohort, beside those of the form itself."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="questions")
    role = models.CharField(
        "asked of", max_length=6, choices=Role, blank=True, help_text="Blank: both roles."
    )
    kind = models.CharField(max_length=9, choices=QuestionKind, default=QuestionKind.TEXT)
    wording = models.CharField(max_length=300, help_text="The question as people read it.")
    help_text = models.CharField(
        max_length=500, blank=True, help_text="Shown below the question, where people hesitate."
    )
    is_required = models.BooleanField("required", default=False)
    is_sensitive = models.BooleanField(
        "sensitive",
        default=False,
        help_text="Answers are shown only to people who may read sensitive answers.",
    )
    is_asked = models.BooleanField(
        "asked",
        default=True,
        help_text="Take the tick away to stop asking it; answers given before are kept.",
    )
    position = models.PositiveSmallIntegerField(default=0)
    i18n = second_language("wording", "help_text")

    objects = QuestionQuerySet.as_manager()
    history = HistoryOfTexts()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=["", *Role.values]), name="question_role_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=QuestionKind.values), name="question_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return text_of(self, "wording")

    def clean(self) -> None:
        if self.pk and self.answers.exclude(kind=self.kind).exists():
            raise ValidationError(
                {
                    "kind": "People have answered this question already, so its kind stays. Stop "
                    "asking it, and add a new question."
                }
            )

    def record(
        self, application: Application, texts: list[str], upload: Upload | None = None
    ) -> None:
        """Keep an answer with the question as it reads now.

        An answer that says what it said before is left alone: it was given to the question as
        that read then. Call it in the transaction that saves the application.
        """
        earlier = application.answers.filter(question=self)
        if upload:
            # The lock lets one application have the file when two are sent with it at once.
            upload = Upload.objects.select_for_update().get(pk=upload.pk)
            if Answer.objects.filter(upload=upload).exclude(application=application).exists():
                return
        if earlier.filter(texts=texts, upload=upload).exists():
            return
        earlier.erase()
        if texts:
            Answer.objects.create(
                application=application,
                question=self,
                kind=self.kind,
                wording=self.wording,
                is_sensitive=self.is_sensitive,
                texts=texts,
                upload=upload,
            )


class QuestionOption(models.Model):
    """One option of a question; answers copy its text, so it may change or go."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="options")
    text = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=0)
    i18n = second_language("text")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "text"], name="questionoption_once_per_question"
            ),
        ]

    def __str__(self) -> str:
        return text_of(self, "text")


class AnswerQuerySet(CommitteeQuerySet):
    program_path = "application__cohort__program__"

    def readable_by(self, user: User) -> Self:
        """Answers of one's own programs; sensitive ones only with the permission.

        An answer given as sensitive stays so, and one to a question that became so is too. Files
        and links wait where the application is read blind.
        """
        rows = self.visible_to(user).exclude(
            is_blind_to(user, application="application__"), kind__in=IDENTIFYING_KINDS
        )
        if user.has_perm("signups.view_sensitive_answer"):
            return rows
        return rows.filter(is_sensitive=False, question__is_sensitive=False)

    def with_files(self) -> Self:
        return self.filter(kind=QuestionKind.FILE).select_related("upload")

    def erase(self) -> None:
        """Delete these answers together with their files."""
        uploads = list(self.exclude(upload=None).values_list("upload_id", flat=True))
        self.delete()
        Upload.objects.filter(pk__in=uploads).erase()


class Answer(models.Model):
    """What one applicant answered to one question, with the question as it read then."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="answers")
    # A question that has answers is no longer asked, and never deleted.
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    kind = models.CharField(max_length=9, choices=QuestionKind, editable=False)
    wording = models.CharField("question", max_length=300, editable=False)
    is_sensitive = models.BooleanField("sensitive", editable=False)
    # The text, the texts of the chosen options, or the name of the file as it was sent.
    texts = models.JSONField(editable=False)
    upload = models.OneToOneField(
        Upload, on_delete=models.PROTECT, null=True, related_name="answer", editable=False
    )

    objects = AnswerQuerySet.as_manager()

    class Meta:
        ordering = ["question__position", "question"]
        permissions = [("view_sensitive_answer", "Can read answers to sensitive questions")]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "question"], name="answer_once_per_application_and_question"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=QuestionKind.values), name="answer_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(kind=QuestionKind.FILE, upload__isnull=False)
                | ~Q(kind=QuestionKind.FILE) & Q(upload=None),
                name="answer_file_where_one_is_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"Answer to “{self.wording}”"

    @property
    def in_words(self) -> str:
        return "; ".join(self.texts)
