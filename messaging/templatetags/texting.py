"""
What other pages show of texting:

    {% conversation contact %}                    the pane with the thread and the composer
    {% conversation_pane row asked %}             the same in the inbox
    {% unread contact %}                          how many inbound texts nobody has opened
    {% composer_data record user as triggers %}   for {{ triggers|json_script:"triggers" }}
    {% live_entries page.items record show %}     before the loop over a timeline's entries
    {% include "messaging/_track.html" %}         a track, with `entry`
    {{ contact|consents }}                        who of their phones opted out or agreed, and when
    {{ contact|dead_phones }}                     those a look-up found not to exist
    {{ signed_in.agent|browser }}                 which browser somebody signed in with
    {% live record %}                             once, at the end of the page: it renews itself
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from contacts.models import Comment, Contact, Phone, Record
from contacts.prepared import Prepared
from contacts.roles import granted
from messaging import (
    beside,
    chat,
    colleagues,
    commentbox,
    conversations,
    deadphones,
    news,
    pages,
    standing,
    strangers,
    trackcards,
    wording,
)
from messaging.forms import SendTextForm
from messaging.forms.conversation import choices
from messaging.models import Broadcast, Conversation, Message, Number, Status
from messaging.signing_in.browsers import called
from messaging.standing import Standing

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from django.contrib.auth.models import User
    from django.contrib.contenttypes.models import ContentType
    from django.template.context import Context

register = template.Library()
register.filter("browser", called)


@register.inclusion_tag("messaging/_conversation.html", takes_context=True)
def conversation(context: Context, contact: Contact, form: SendTextForm | None = None) -> Any:
    """The conversation pane of a contact's page: nine queries, however long the thread."""
    row = beside.conversation_of(contact)
    return _pane(context, contact, row, form=form) | {
        "filters": None,
        "place": f"{contact.get_absolute_url()}?tab=conversation&",
    }


@register.inclusion_tag("messaging/_conversation.html", takes_context=True)
def conversation_pane(context: Context, row: Conversation, asked: Any) -> Any:
    """The conversation pane of the inbox. asked: the list beside it (views.inbox.Asked)."""
    return _pane(context, row.contact, row) | {
        "filters": urlencode(asked.fields),
        "place": f"{asked.address(open=row.pk)}&",
    }


def _pane(
    context: Context,
    contact: Contact | None,
    row: Conversation | None,
    form: SendTextForm | None = None,
) -> dict[str, Any]:
    request = context["request"]
    cursor = request.GET.get("before", "")
    opened = request.GET.get("unread", "")
    unread = int(opened) if opened.isascii() and opened.isdigit() and len(opened) < 5 else 0
    thread = chat.thread(
        contact or (row.phone if row else ""),
        request.user,
        cursor=cursor,
        unread=max(unread, row.unread if row else 0),
    )
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "user": request.user,
        "may": granted(request.user),
        "contact": contact,
        "row": row,
        "thread": thread,
        "cursor": cursor,
        "texts": news.token(pages.text_pieces(thread.rows)),
        "typing": colleagues.who_types(contact, request.user) if contact else "",
        "form": form or (_composer(context, contact, thread.rows) if contact else None),
        "team": conversations.team() if row else [],
        "snoozes": choices(),
        "stranger": row is not None and strangers.is_stranger(row),
    }


def _composer(context: Context, contact: Contact, shown: list[Message]) -> SendTextForm:
    user = context["request"].user
    form = SendTextForm(contact=contact, author=user, numbers=_numbers(context))
    ours = [row.pk for row in shown if row.is_outbound]
    whole = len(shown) < chat.SHOWN  # there is no older one either
    if (ours or whole) and not context["request"].GET.get("before"):
        form.newest = ours[-1] if ours else 0
    return form


_active = Prepared(Number.objects.active)


def _numbers(context: Context) -> list[Number]:
    """Ours in use, asked for once in a page."""
    request = context["request"]
    if not hasattr(request, "numbers_in_use"):
        request.numbers_in_use = _active()
    found: list[Number] = request.numbers_in_use
    return found


@register.simple_tag
def unread(contact: Contact) -> int:
    """How many inbound texts of this contact nobody has opened yet."""
    row = beside.conversation_of(contact)
    return row.unread if row else 0


@register.simple_tag(takes_context=True)
def composer_data(
    context: Context, record: Record, author: User | None = None
) -> list[dict[str, str]]:
    return commentbox.told(record, author, active=_numbers(context))


@register.simple_tag
def whom(record: Record) -> str:
    """The everyday name of whom a text from this record goes to; "" if nobody can be texted."""
    contact = record.leads_to()
    return contact.short_name if contact and contact.phone_to_text() else ""


@register.simple_tag(takes_context=True)
def live_entries(
    context: Context, entries: Iterable[Comment], record: Record, show: str = ""
) -> SafeString:
    """What the browser holds of this timeline; also looks up where its texts were typed."""
    entries = list(entries)
    is_first_page = not context["request"].GET.get("cursor")
    trackcards.gather(entries, record, context["request"].user)
    trackcards.gather_sharers(entries, record, context["request"].user)
    trackcards.gather_replies(entries, is_first_page=is_first_page)
    if not is_first_page:
        return SafeString()
    field = '<input type="hidden" form="live" name="{}" id="live-{}" value="{}">'
    token = news.token(pages.entry_pieces(entries))
    return format_html(
        field + '<input type="hidden" form="live" name="show" value="{}">',
        "entries",
        "entries",
        token,
        show,
    )


@register.inclusion_tag("messaging/_live_form.html")
def live(page: Record | str, rev: str = "") -> dict[str, str]:
    """The hidden form that asks for news: of a record's page, or of one called `page`."""
    return {"page": page if isinstance(page, str) else pages.name(page), "rev": rev}


@register.simple_tag
def track_card(entry: Comment) -> trackcards.Card:
    """The card of a timeline's entry that is a track."""
    track: Any = entry.track
    return trackcards.card(
        track.message,
        elsewhere=getattr(entry, "elsewhere", None),
        also=getattr(entry, "also", None),
        reply=getattr(entry, "reply", None),
    )


@register.simple_tag
@cache
def tick(status: str, is_call: bool = False) -> SafeString:
    """The tick of a status, drawn once."""
    words = {"status": status, "label": _label(status, is_call)}
    return render_to_string("components/_tick.html", words)


@register.simple_tag
@cache
def pill(status: str, is_call: bool = False) -> SafeString:
    """The pill of a status, drawn once."""
    words = {"status": status, "label": _label(status, is_call)}
    return render_to_string("components/_status.html", words)


def _label(status: str, is_call: bool) -> str:
    named = Status(status)
    return wording.OF_CALLS.get(named, named.label) if is_call else str(named.label)


@register.filter
def person_of(row: Message | Conversation) -> str:
    """The other side of a text or a conversation: the contact's name, else the number."""
    return row.contact.name if row.contact else wording.show_phone(row.phone)


@register.filter
def phone_of(row: Conversation) -> str:
    """The phone of the last text."""
    return wording.show_phone(row.phone)


@register.filter
def name_of(user: User) -> str:
    """A member of the team, as colleagues call them."""
    return wording.person(user)


@register.filter
def soon(when: datetime) -> str:
    """A moment to come: "14:05", "23 Nov, 09:00"."""
    return wording.soon(when)


@register.filter
def leaves(row: Broadcast) -> str:
    """When a broadcast leaves, if not at once."""
    return wording.leaves(row)


@register.filter
def money(price: Decimal) -> str:
    """A price without zeros that say nothing: "0.075", and "10", which Decimal calls 1E+1."""
    return f"{price.normalize():f}"


@register.filter
def waits(message: Message) -> str:
    """What a queued text waits for."""
    return wording.waiting(message, timezone.now())


@register.filter
def signature(message: Message, user: User) -> str:
    """Who wrote an outbound text, briefly: You, Tobias K., Automatic answer."""
    return chat.signature(message, user)


@register.filter
def plural_of(kind: ContentType) -> str:
    """What a record type calls its records: Contacts, Deals."""
    model = kind.model_class()
    return str(model._meta.verbose_name_plural).capitalize() if model else kind.name


@register.filter
def consents(contact: Contact) -> dict[str, Standing]:
    """What is known of the consent of their phones."""
    known = beside.maybe_blocked(contact) or beside.maybe_agreed(contact)
    return standing.of(contact) if known else {}


@register.filter
def of_phone(consents: dict[str, Standing], phone: Phone) -> Standing | None:
    return consents.get(phone.e164)


@register.filter
def dead_phones(contact: Contact) -> dict[str, str]:
    """Those of their phones that a look-up found not to exist: what it said."""
    return deadphones.of(contact) if beside.maybe_dead(contact) else {}
