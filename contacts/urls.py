"""Addresses of people, companies and deals. The paths are a public contract."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse
from django.urls import URLPattern, path

from contacts import search
from contacts.models import Company, Contact
from contacts.views import comments, notifications, suggest
from contacts.views.company import COMPANY
from contacts.views.contact import CONTACT
from contacts.views.deal import DEAL
from contacts.views.detail import record_detail
from contacts.views.editing import record_archive, record_create, record_delete, record_edit
from contacts.views.find import find
from contacts.views.kinds import Kind
from contacts.views.listing import record_list
from contacts.views.suggest import record_suggest

app_name = "contacts"

VERBS: dict[str, tuple[str, Callable[..., HttpResponse]]] = {
    "list": ("", record_list),
    "create": ("new/", record_create),
    "detail": ("<int:pk>/", record_detail),
    "edit": ("<int:pk>/edit/", record_edit),
    "archive": ("<int:pk>/archive/", record_archive),
    "delete": ("<int:pk>/delete/", record_delete),
}


def screens(kind: Kind) -> list[URLPattern]:
    """All addresses of a record type: contact-list, contact-create, contact-detail and so on."""
    return [
        path(f"{kind.nouns}/{end}", partial(view, kind=kind), name=f"{kind.noun}-{verb}")
        for verb, (end, view) in VERBS.items()
    ]


urlpatterns: list[URLPattern] = [
    *screens(CONTACT),
    *screens(COMPANY),
    *screens(DEAL),
    path(
        "contacts/suggest/",
        partial(record_suggest, model=Contact, find=search.contacts),
        name="contact-suggest",
    ),
    path(
        "companies/suggest/",
        partial(record_suggest, model=Company, find=search.companies),
        name="company-suggest",
    ),
    path("team/suggest/", notifications.team_suggest, name="team-suggest"),
    path("notifications/", notifications.notification_list, name="notification-list"),
    path("notifications/read/", notifications.notification_read, name="notification-read"),
    path("notifications/<int:pk>/", notifications.notification_open, name="notification-open"),
    path("find/", find, name="find"),
    path("tags/suggest/", suggest.tag_suggest, name="tag-suggest"),
    path("comments/<int:pk>/edit/", comments.comment_edit, name="comment-edit"),
    path("comments/<int:pk>/delete/", comments.comment_delete, name="comment-delete"),
]
