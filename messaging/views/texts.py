"""Writing a text: on a contact's page, and to any number."""

from __future__ import annotations

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts.access import needs
from contacts.ids import read_pk
from contacts.models import Contact
from contacts.roles import Right
from messaging import chat, colleagues, trackcards
from messaging.forms import QuickTextForm, SendTextForm
from messaging.models import Message, Origin
from messaging.views.live import answer
from messaging.views.request import Request


@require_POST
@needs(Right.TEXT)
def send_text(request: Request, pk: int) -> HttpResponse:
    """The composer of a conversation. A refusal keeps the words, and stands under them."""
    contact = get_object_or_404(Contact.objects.visible_to(request.user), pk=pk)
    form = SendTextForm(request.POST, contact=contact, author=request.user)
    if form.is_valid() and form.send(request.user):
        colleagues.stop_typing(contact, request.user)
        if request.htmx:
            return answer(request, request.POST, composed=True)
        return redirect(f"{contact.get_absolute_url()}?tab=conversation")

    template = "messaging/_text_form.html" if request.htmx else "messaging/send_text.html"
    context = {"contact": contact, "form": form, "htmx": bool(request.htmx)}
    return render(request, template, context, status=422)


@require_POST
@needs(Right.TEXT)
def typing(request: Request, pk: int) -> HttpResponse:
    """The composer says now and then that somebody is writing; colleagues see it by /live/."""
    contact = get_object_or_404(Contact.objects.visible_to(request.user), pk=pk)
    colleagues.note_typing(contact, request.user)
    return HttpResponse(status=204)


@require_safe
@needs(Right.VIEW)
def earlier(request: Request, pk: int) -> HttpResponse:
    """Older bubbles of a conversation, for the place of its Earlier link."""
    contact = get_object_or_404(Contact.objects.visible_to(request.user), pk=pk)
    thread = chat.thread(contact, request.user, cursor=request.GET.get("before", ""))
    place = f"{contact.get_absolute_url()}?tab=conversation&"
    context = {"contact": contact, "thread": thread, "place": place}
    return render(request, "messaging/_earlier.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.TEXT)
def quick_text(request: Request) -> HttpResponse:
    """Two fields and a button. Below it, what became of the one just sent."""
    to = {"to": request.GET.get("to", "")[:60]}
    form = QuickTextForm(request.POST or None, author=request.user, initial=to)
    if form.is_valid() and (message := form.send(request.user)):
        notices.success(request, f"Queued for {message.contact or message.display_phone}.")
        return redirect(f"{reverse('messaging:quick-text')}?sent={message.pk}")

    sent = read_pk(request.GET.get("sent", "")) or 0
    rows = Message.objects.filter(origin=Origin.QUICK, author=request.user)
    found = rows.filter(pk=sent).select_related("contact", "number", "author").first()
    context = {"form": form, "card": found and trackcards.card(found)}
    return render(request, "messaging/quick_text.html", context, status=422 if form.errors else 200)
