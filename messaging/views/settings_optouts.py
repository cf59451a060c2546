"""Who may not be texted, and the ledger of who said what about it."""

from __future__ import annotations

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts import phones, search
from contacts.access import needs, require
from contacts.roles import Right
from messaging import consent, optouts
from messaging.forms.settings_optouts import OptInForm, OptOutForm
from messaging.models import Recipient
from messaging.views.back import back_to_page
from messaging.views.request import Request

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@needs(Right.VIEW)
def optout_list(request: Request) -> HttpResponse:
    typed = search.clean(request.GET.get("q", ""))
    found = optouts.found(typed, request.user, request.GET.get("cursor", ""))
    named = optouts.owners(found.items, request.user)
    rows = [(row, phones.show(row.phone), named.get(row.phone, [])) for row in found.items]
    context = {"page": found, "rows": rows, "q": typed}
    return render(request, "settings/optouts.html", context)


@get_or_post
@needs(Right.EDIT)
def optout_create(request: Request) -> HttpResponse:
    form = OptOutForm(request.POST or None)
    if form.is_valid():
        phone = form.save(request.user)
        notices.success(request, f"{phones.show(phone)} is not texted any more.")
        seen = Recipient.objects.visible_to(request.user).filter(pk=phone).exists()
        return redirect(*(["settings:optout-detail", phone] if seen else ["settings:optout-list"]))

    return render(
        request, "settings/optout_form.html", {"form": form}, status=422 if form.errors else 200
    )


@get_or_post
@needs(Right.VIEW, post=Right.OPT_IN)
def optout_detail(request: Request, phone: str) -> HttpResponse:
    """One number's ledger; a POST writes down that its owner agreed to be texted."""
    recipient = _recipient(request, phone)
    form = OptInForm(request.POST or None)
    if form.is_valid() and form.save(recipient.phone, request.user):
        notices.success(request, f"{phones.show(phone)} may be texted again.")
        return redirect("settings:optout-detail", phone)

    context = {
        "recipient": recipient,
        "display": phones.show(recipient.phone),
        "events": recipient.events.select_related("user")[:200],
        "owners": optouts.owners([recipient], request.user).get(recipient.phone, []),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "settings/optout_detail.html", context, status=status)


@require_POST
@needs(Right.EDIT)
def optout_review(request: Request, phone: str) -> HttpResponse:
    """A person finds that it meant STOP, or (lift=1) that it did not."""
    recipient = _recipient(request, phone)
    if request.POST.get("lift"):
        require(request.user, Right.OPT_IN)
    decide = consent.lift if request.POST.get("lift") else consent.confirm
    if not decide(recipient.phone, request.user):
        notices.warning(request, "Somebody decided that meanwhile.")
    elif request.POST.get("lift"):
        notices.success(request, f"{phones.show(phone)} may be texted again.")
    else:
        notices.success(request, f"{phones.show(phone)} stays opted out.")
    return back_to_page(request, "settings:attention")


def _recipient(request: Request, phone: str) -> Recipient:
    return get_object_or_404(
        Recipient.objects.visible_to(request.user), pk=phone.replace("\x00", "")[:17]
    )
