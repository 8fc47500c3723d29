"""The pages of the second step of a login: passing it, setting it up, and taking it away."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import django_otp
from django import forms
from django.contrib import admin, messages
from django.contrib.auth import authenticate
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import pluralize
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mig_site import second_factor
from mig_site.second_factor import Attempt
from signups.access import no_trace

View = Callable[[HttpRequest], HttpResponse]

WRONG = "This code does not fit. Wait for the next one in your app, and type in all six digits."
WRONG_OF_TWO = (
    "This code does not fit. Wait for the next one in your app, or type in a recovery code that "
    "you have not used yet."
)


class CodeForm(forms.Form):
    """A code of the app, or one of the recovery codes."""

    code = forms.CharField(
        label="Code",
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "none",
                "spellcheck": "false",
                "aria-describedby": "id_code_error id_code_help",
            }
        ),
    )


class PasswordForm(forms.Form):
    """What someone proves before a step that would help a stranger."""

    password = forms.CharField(
        label="Your password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def of_staff(view: View) -> View:
    """For people with a login to the admin, verified or not; see also SecondFactorMiddleware."""

    @wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        if not admin.site.has_permission(request):
            return redirect("admin:login")
        return no_trace(view(request))

    return wrapped


@require_http_methods(["GET", "HEAD", "POST"])
@of_staff
def code(request: HttpRequest) -> HttpResponse:
    """Ask for a code; nothing else is shown to this login before it is right."""
    user, goes_to = request.user, _next(request)
    if not user.has_second_factor or user.is_verified():
        return redirect(goes_to)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        attempt = second_factor.check(user, form.cleaned_data["code"])
        if attempt.device:
            _remember(request, attempt)
            if isinstance(attempt.device, second_factor.StaticDevice):
                n_left = second_factor.n_recovery_codes(user)
                left = f"{n_left} {pluralize(n_left, 'is,are')} left"
                message = f"That recovery code is used up now; {left}."
                messages.info(request, message)
            return redirect(goes_to)
        form.add_error("code", _why(attempt, WRONG_OF_TWO))
    return _page(request, "code", "A code from your app", form=form, next=goes_to)


@require_GET
@of_staff
def overview(request: HttpRequest) -> HttpResponse:
    """Whether this login has a second step, and what can be done about it."""
    if not request.user.has_second_factor:
        return redirect("second_factor_set_up")
    return _overview(request)


def _overview(request: HttpRequest, **forms_shown: PasswordForm) -> HttpResponse:
    forms_shown = {
        "renew_form": PasswordForm(prefix="renew"),
        "off_form": PasswordForm(prefix="off"),
    } | forms_shown
    return _page(
        request,
        "overview",
        "Two-step login",
        n_codes=second_factor.n_recovery_codes(request.user),
        app=second_factor.app_of(request.user),
        is_required=second_factor.is_required_of(request.user),
        **forms_shown,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@of_staff
def set_up(request: HttpRequest) -> HttpResponse:
    """Show a key to an app, and take it into use when it makes a right code."""
    user = request.user
    if user.has_second_factor:
        return redirect("second_factor")
    if "begin" in request.POST:
        second_factor.begin(user)
        return redirect("second_factor_set_up")
    app = second_factor.app_to_confirm(user)
    form = CodeForm(request.POST if app and request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        attempt = second_factor.confirm(user, "".join(form.cleaned_data["code"].split()))
        if attempt.device:
            _remember(request, attempt)
            return _recovery_codes(request, is_new=True)
        form.add_error("code", _why(attempt, WRONG))
    return _page(
        request,
        "set_up",
        "Two-step login",
        form=form,
        app=app,
        key=second_factor.key_in_words(app) if app else "",
        is_required=second_factor.is_required_of(user),
    )


@require_GET
@of_staff
def qr(request: HttpRequest) -> HttpResponse:
    """The picture of a key that no app has proved to know yet; later nobody sees it again."""
    app = second_factor.app_to_confirm(request.user)
    if app is None or request.user.has_second_factor:
        raise Http404
    return HttpResponse(second_factor.qr_code(app), content_type="image/svg+xml")


@require_POST
@of_staff
def renew_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes in place of the old ones, shown this once."""
    if not request.user.has_second_factor:
        return redirect("second_factor_set_up")
    form = PasswordForm(request.POST, prefix="renew")
    if not _knows_password(request, form):
        return _overview(request, renew_form=form)
    return _recovery_codes(request, is_new=False)


@require_POST
@of_staff
def switch_off(request: HttpRequest) -> HttpResponse:
    """Go back to the password alone, where that is allowed."""
    if not request.user.has_second_factor:
        return redirect("second_factor_set_up")
    if second_factor.is_required_of(request.user):
        message = "The second step is required for your role, so it cannot be switched off."
        messages.warning(request, message)
        return redirect("second_factor")
    form = PasswordForm(request.POST, prefix="off")
    if not _knows_password(request, form):
        return _overview(request, off_form=form)
    second_factor.switch_off(request.user)
    messages.success(request, "Your password alone lets you in again.")
    return redirect("admin:index")


def _recovery_codes(request: HttpRequest, *, is_new: bool) -> HttpResponse:
    codes = second_factor.new_recovery_codes(request.user)
    return _page(request, "codes", "Your recovery codes", codes=codes, is_new=is_new)


def _remember(request: HttpRequest, attempt: Attempt) -> None:
    request.session.cycle_key()
    django_otp.login(request, attempt.device)


def _knows_password(request: HttpRequest, form: PasswordForm) -> bool:
    if not form.is_valid():
        return False
    # Not check_password: guessing at it here is held up as it is at the login.
    password = form.cleaned_data["password"]
    if not authenticate(request, username=request.user.get_username(), password=password):
        form.add_error("password", "This is not the password of this login.")
        return False
    return True


def _why(attempt: Attempt, wrong: str) -> str:
    if attempt.locked_until is None:
        return wrong
    n_seconds = max(1, int((attempt.locked_until - timezone.now()).total_seconds()) + 1)
    wait = f"{n_seconds} seconds" if n_seconds < 120 else f"{-(-n_seconds // 60)} minutes"
    if n_seconds == 1:
        wait = "a second"
    return f"Several codes did not fit, so the next one is looked at in {wait} only."


def _next(request: HttpRequest) -> str:
    """Where the person was going, as far as that is a page of this site."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if is_ours else reverse("admin:index")


def _page(request: HttpRequest, name: str, title: str, **context: object) -> HttpResponse:
    context = admin.site.each_context(request) | {"title": title} | context
    # Before the second step, the menu would name pages that are still closed.
    if second_factor.step_before(request.user):
        context |= {"is_nav_sidebar_enabled": False, "available_apps": []}
    return TemplateResponse(request, f"admin/second_factor/{name}.html", context)
