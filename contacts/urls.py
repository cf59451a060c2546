"""Addresses of people, companies and deals. The paths are a public contract."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse
from django.urls import URLPattern, path

from contacts import search
from contacts.models import Company, Contact
from contacts.views import (
    bulk,
    comments,
    duplicates,
    importing,
    notifications,
    privacy,
    saved,
    suggest,
)
from contacts.views.company import COMPANY
from contacts.views.contact import CONTACT
from contacts.views.deal import DEAL
from contacts.views.detail import record_detail
from contacts.views.editing import record_archive, record_create, record_delete, record_edit
from contacts.views.exporting import contact_export
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
    path("contacts/<int:pk>/data/", privacy.contact_data, name="contact-data"),
    path("contacts/<int:pk>/erase/", privacy.contact_erase, name="contact-erase"),
    path("contacts/bulk/", bulk.contact_bulk, name="contact-bulk"),
    path("contacts/bulk/count/", bulk.bulk_count, name="bulk-count"),
    path("contacts/bulk/<int:pk>/", bulk.bulk_progress, name="bulk-progress"),
    path("contacts/bulk/<int:pk>/undo/", bulk.bulk_undo, name="bulk-undo"),
    path("contacts/duplicates/", duplicates.duplicate_list, name="duplicate-list"),
    path("contacts/duplicates/search/", duplicates.duplicate_search, name="duplicate-search"),
    path("contacts/duplicates/<int:pk>/", duplicates.duplicate_merge, name="duplicate-merge"),
    path(
        "contacts/duplicates/<int:pk>/dismiss/",
        duplicates.duplicate_dismiss,
        name="duplicate-dismiss",
    ),
    path("merges/<int:pk>/undo/", duplicates.merge_undo, name="merge-undo"),
    path("contacts/export/", contact_export, name="contact-export"),
    path("contacts/import/", importing.import_list, name="import"),
    path("contacts/import/<int:pk>/", importing.import_detail, name="import-detail"),
    path("contacts/import/<int:pk>/progress/", importing.import_progress, name="import-progress"),
    path("contacts/import/<int:pk>/undo/", importing.import_undo, name="import-undo"),
    path("contacts/import/<int:pk>/resume/", importing.import_resume, name="import-resume"),
    path("contacts/import/<int:pk>/skipped/", importing.import_skipped, name="import-skipped"),
    path("views/new/", saved.view_create, name="view-create"),
    path("views/<int:pk>/", saved.view_edit, name="view-edit"),
    path("views/<int:pk>/keep/", saved.view_keep, name="view-keep"),
    path("views/<int:pk>/delete/", saved.view_delete, name="view-delete"),
    path("team/suggest/", notifications.team_suggest, name="team-suggest"),
    path("notifications/", notifications.notification_list, name="notification-list"),
    path("notifications/read/", notifications.notification_read, name="notification-read"),
    path("notifications/<int:pk>/", notifications.notification_open, name="notification-open"),
    path("find/", find, name="find"),
    path("tags/suggest/", suggest.tag_suggest, name="tag-suggest"),
    path("comments/<int:pk>/edit/", comments.comment_edit, name="comment-edit"),
    path("comments/<int:pk>/delete/", comments.comment_delete, name="comment-delete"),
]
