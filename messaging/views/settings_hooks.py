"""Webhooks of ours: who hears of what, and how each telling of it went."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts import audit
from contacts.access import needs
from contacts.paging import Page, page
from contacts.roles import Right
from messaging.forms.settings_hooks import HookForm
from messaging.hooks import keeping
from messaging.models import Delivery, Hook
from messaging.views.request import Request
from messaging.views.settings_events import readable

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@needs(Right.RUN)
def hook_list(request: Request) -> HttpResponse:
    return render(request, "settings/hooks.html", {"hooks": Hook.objects.all()})


@get_or_post
@needs(Right.RUN)
@never_cache
def hook_create(request: Request) -> HttpResponse:
    """The answer to the POST shows the secret."""
    form = HookForm(request.POST or None, instance=Hook(owner=request.user))
    if form.is_valid() and Hook.objects.count() >= keeping.MOST:
        form.add_error(
            None, f"There are {keeping.MOST} webhooks already: delete one that nobody needs."
        )
    if form.is_valid():
        with audit.noting(audit.Action.SETTINGS, by=request.user) as say:
            saved = form.save()
            say(f"Added webhook {saved.pk}")
        return _show_secret(request, saved)

    return _form(request, form, None)


@get_or_post
@needs(Right.RUN)
def hook_edit(request: Request, pk: int) -> HttpResponse:
    hook = get_object_or_404(Hook, pk=pk)
    form = HookForm(request.POST or None, instance=hook)
    if form.is_valid():
        with audit.noting(audit.Action.SETTINGS, by=request.user) as say:
            saved = form.save()
            say(f"Webhook {saved.pk}: {', '.join(form.changed_data)}")
        notices.success(request, f"Saved {saved}.")
        return redirect("settings:hook-detail", pk)

    return _form(request, form, get_object_or_404(Hook, pk=pk))


@require_safe
@needs(Right.RUN)
def hook_detail(request: Request, pk: int) -> HttpResponse:
    """With the log of what it was told, newest first."""
    hook = get_object_or_404(Hook, pk=pk)
    return render(request, "settings/hook_detail.html", {"hook": hook} | _log(request, hook))


@require_safe
@needs(Right.RUN)
def report_list(request: Request) -> HttpResponse:
    """What was told to addresses of single texts (D7's report_url)."""
    return render(request, "settings/reports.html", _log(request, None))


def _log(request: Request, hook: Hook | None) -> dict[str, Any]:
    rows = Delivery.objects.filter(hook=hook).defer("body", "response")
    state = request.GET.get("state", "")
    if state in Delivery.State.values:
        rows = rows.filter(state=state)
    found: Page[Delivery] = page(rows, "-at", cursor=request.GET.get("cursor", ""))
    return {"page": found, "asked": state, "states": Delivery.State.choices}


@get_or_post
@needs(Right.RUN)
@never_cache
def hook_rotate(request: Request, pk: int) -> HttpResponse:
    hook = get_object_or_404(Hook, pk=pk)
    if request.method != "POST":
        return render(request, "settings/hook_rotate.html", {"hook": hook})

    with audit.noting(audit.Action.SETTINGS, by=request.user) as say:
        keeping.rotate(hook)
        say(f"Webhook {pk}: a new secret")
    return _show_secret(request, hook)


@get_or_post
@needs(Right.RUN)
def hook_delete(request: Request, pk: int) -> HttpResponse:
    hook = get_object_or_404(Hook, pk=pk)
    if request.method != "POST":
        return render(request, "settings/hook_delete.html", {"hook": hook})

    with audit.noting(audit.Action.SETTINGS, by=request.user) as say:
        hook.delete()
        say(f"Deleted webhook {pk}")
    notices.success(request, f"Deleted {hook}: it is told nothing any more.")
    return redirect("settings:hook-list")


@require_POST
@needs(Right.RUN)
def hook_switch(request: Request, pk: int) -> HttpResponse:
    """Pauses one that is on, and the other way round."""
    hook = get_object_or_404(Hook, pk=pk)
    with audit.noting(audit.Action.SETTINGS, by=request.user) as say:
        keeping.switch(hook, on=not hook.active)
        say(f"Webhook {pk}: switched")
    words = "is told again, also what happened meanwhile" if hook.active else "is paused"
    notices.success(request, f"{hook} {words}.")
    return redirect("settings:hook-detail", pk)


@require_POST
@needs(Right.RUN)
def hook_ping(request: Request, pk: int) -> HttpResponse:
    keeping.ping(get_object_or_404(Hook, pk=pk))
    notices.info(request, "A test is on its way: it stands on top of the log.")
    return redirect("settings:hook-detail", pk)


@require_safe
@needs(Right.RUN)
def delivery_detail(request: Request, pk: int) -> HttpResponse:
    news = get_object_or_404(Delivery.objects.select_related("hook"), pk=pk)
    context = {"news": news, "hook": news.hook, "body": readable(news.body.encode(), "")}
    return render(request, "settings/delivery.html", context)


@require_POST
@needs(Right.RUN)
def delivery_again(request: Request, pk: int) -> HttpResponse:
    keeping.again(get_object_or_404(Delivery, pk=pk))
    notices.info(request, "It is delivered once more, with the same words.")
    return redirect("settings:delivery-detail", pk)


def _show_secret(request: Request, hook: Hook) -> HttpResponse:
    return render(request, "settings/hook_secret.html", {"hook": hook})


def _form(request: Request, form: HookForm, hook: Hook | None) -> HttpResponse:
    context = {"form": form, "hook": hook}
    status = 422 if form.errors else 200
    return render(request, "settings/hook_form.html", context, status=status)
