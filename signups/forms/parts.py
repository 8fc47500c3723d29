"""What an intake asks beside the application itself: parts, each with a form of its own."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Fieldset, Layout
from django import forms

from signups.models import Application, Cohort, Role


class Part(forms.Form):
    """A section of the intake whose answers are not kept in the application.

    A part without fields is not shown. Field names need not be told apart from those of other
    parts: each part has its ``prefix``.
    """

    legend: str
    note: str = ""  # a template with what is said below the legend

    def __init__(
        self,
        *args: Any,
        cohort: Cohort,
        role: Role,
        application: Application | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.cohort = cohort
        self.role = role
        self.application = application  # the one being changed, if any
        self.ask()
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        note = [HTML(f'{{% include "{self.note}" %}}')] if self.note else []
        self.helper.layout = Layout(Fieldset(self.legend, *note, *self.fields))

    def ask(self) -> None:
        """Add the fields that this cohort asks of this role, with the answers given before."""
        raise NotImplementedError

    def save(self, application: Application) -> None:
        """Keep the answers of a valid form, in the transaction that saves the application."""
        raise NotImplementedError
