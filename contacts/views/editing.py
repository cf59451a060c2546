"""Adding, changing, archiving and deleting a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from contacts import changes, deleting, meanwhile
from contacts.access import needs
from contacts.forms import RecordForm
from contacts.forms.zones import zones
from contacts.models import Comment, Record
from contacts.models.member import sees
from contacts.roles import Right
from contacts.views.kinds import Kind

if TYPE_CHECKING:
    from django.contrib.auth.models import User

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@get_or_post
@needs(Right.EDIT)
def record_create(request: HttpRequest, *, kind: Kind) -> HttpResponse:
    asked = {name: value for name, value in request.GET.items() if name in kind.form.base_fields}
    form = kind.form(request.POST or None, user=request.user, initial=asked)
    if form.is_valid():
        record = form.save()
        messages.success(request, f"{record} was added.")
        return redirect(record)

    return form_page(request, kind, form)


@get_or_post
@needs(Right.EDIT)
def record_edit(request: HttpRequest, pk: int, *, kind: Kind) -> HttpResponse:
    record = get_object_or_404(kind.rows(request.user), pk=pk)
    before = changes.snapshot(record)
    form = kind.form(request.POST or None, user=request.user, instance=record)
    if form.is_valid() and _may_save(request, form, before):
        with transaction.atomic():
            rows = kind.model.objects.visible_to(request.user).select_for_update(of=("self",))
            get_object_or_404(rows, pk=pk)  # unless somebody deleted it meanwhile
            saved = form.save()
            changes.note(saved, author=cast("User", request.user), before=before)
        messages.success(request, f"{saved} was saved.")
        return redirect(saved if sees(request.user, saved) else kind.list_url)

    return form_page(request, kind, form, record)


def _may_save(request: HttpRequest, form: RecordForm, now: changes.Snapshot) -> bool:
    """Unless somebody else saved the same fields since it was shown."""
    if not (shown := request.POST.get("shown", "")):
        return True
    stored = type(form.instance)._default_manager.get(pk=form.instance.pk)
    return meanwhile.settle(form, shown, stored, now, changes.snapshot(form.instance))


def form_page(
    request: HttpRequest, kind: Kind, form: RecordForm, record: Record | None = None
) -> HttpResponse:
    # A fresh copy: the form has written what was typed, good or bad, into the one it was given.
    stored = record and get_object_or_404(kind.rows(request.user), pk=record.pk)
    context = {"record_type": kind, "form": form, "record": stored, "zones": zones()}
    if stored:
        context["shown"] = _shown(request, form, stored)
    return render(request, kind.template("form"), context, status=422 if form.is_bound else 200)


def _shown(request: HttpRequest, form: RecordForm, stored: Record) -> str:
    """Its marks; of a form that comes back those it came with, unless it has told what is new."""
    given = request.POST.get("shown", "")
    return given if given and not form.has_clashes else meanwhile.marks(changes.snapshot(stored))


@require_POST
@needs(Right.EDIT)
def record_archive(request: HttpRequest, pk: int, *, kind: Kind) -> HttpResponse:
    """Archives, or with restore=1 brings back. Doing it twice is doing it once."""
    record = get_object_or_404(kind.rows(request.user), pk=pk)
    restores = bool(request.POST.get("restore"))
    record.archived_at = None if restores else (record.archived_at or timezone.now())
    record.save(update_fields=["archived_at", "updated_at"])
    words = "is back from the archive" if restores else "was archived: it left the lists"
    messages.success(request, f"{record} {words}.")
    return redirect(record)


@get_or_post
@needs(Right.EDIT)
def record_delete(request: HttpRequest, pk: int, *, kind: Kind) -> HttpResponse:
    record = get_object_or_404(kind.rows(request.user), pk=pk)
    if request.method != "POST":
        deleting.check(record, request.user)
        context = {"record_type": kind, "record": record, "links": kind.links(record)}
        words = {"question": f"Delete {record}?", "words": what_goes(record, kind)}
        return render(request, "contacts/record_delete.html", context | words)

    name = str(record)
    deleting.delete(record, by=request.user)
    messages.success(request, f"{name} was deleted.")
    return redirect(kind.list_url)


def what_goes(record: Record, kind: Kind) -> str:
    """What a deletion takes along, and what it leaves."""
    on_it = Comment.objects.on(record).filter(kind=Comment.Kind.COMMENT).count()
    comments = f" with {on_it} comment{'s' * (on_it != 1)}" if on_it else ""
    texts = " Texts that were sent and received stay in Communications"
    texts += ", where every team sees them then." if deleting.gives_texts_away(record) else "."
    return f"The {kind.noun} goes{comments}, and cannot be brought back.{texts}"
