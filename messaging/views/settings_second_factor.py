"""One's own authenticator: set up, shown once with recovery codes, renewed, turned off."""

from __future__ import annotations

from base64 import b32encode

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from contacts.access import needs
from contacts.roles import Right
from messaging.models import RecoveryCode
from messaging.signing_in import second_factor
from messaging.views.request import Request
from messaging.views.signing_in import WRONG

REQUIRED = "Your role needs an authenticator here, so it cannot be turned off."


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("code")
@needs(Right.OWN)
def second_factor_page(request: Request) -> HttpResponse:
    """Whatever is done here takes a code."""
    user, problem = request.user, ""
    if request.method == "POST":
        asked, typed = request.POST.get("do", ""), request.POST.get("code", "")[:100]
        if second_factor.device_of(user) is None:
            codes = second_factor.confirm(user, typed)
            if codes:
                return _show(request, codes)
            problem = WRONG
        elif asked == "off" and second_factor.is_required(user):
            problem = REQUIRED
        elif second_factor.passes(user, typed):
            return _do(request, asked)
        else:
            problem = WRONG
    return _page(request, problem)


def _do(request: Request, asked: str) -> HttpResponse:
    if asked == "codes":
        return _show(request, second_factor.new_codes(request.user))
    if asked == "off":
        second_factor.forget(request.user, by=request.user)
        request.session.pop(second_factor.PASSED, None)
        notices.success(request, "Your password alone signs you in from now on.")
        return redirect("settings:profile")
    request.session[second_factor.PASSED] = True
    return redirect("home")


def _show(request: Request, codes: list[str]) -> HttpResponse:
    """The answer to the POST is the one page that ever shows them."""
    request.session[second_factor.PASSED] = True
    return render(request, "settings/recovery_codes.html", {"codes": codes})


def _page(request: Request, problem: str) -> HttpResponse:
    device = second_factor.device_of(request.user)
    context = {
        "device": device,
        "problem": problem,
        "is_required": second_factor.is_required(request.user),
        "is_passed": bool(request.session.get(second_factor.PASSED)),
        "codes_left": RecoveryCode.objects.filter(user=request.user).count(),
    }
    if device is None:
        scanned = second_factor.unconfirmed(request.user)
        side, dots = second_factor.picture(scanned)
        key = b32encode(scanned.bin_key).decode()
        grouped = " ".join(key[n : n + 4] for n in range(0, len(key), 4))
        context |= {"side": side, "dots": dots, "key": grouped}
    status = 422 if problem else 200
    return render(request, "settings/second_factor.html", context, status=status)
