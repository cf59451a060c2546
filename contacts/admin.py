"""The records in Django's admin: for repairs, not for daily work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from contacts import audit
from contacts.models import Comment, Company, Contact, Deal, Phone, Tag

if TYPE_CHECKING:
    _AnyAdmin = admin.ModelAdmin[Any]
else:
    _AnyAdmin = admin.ModelAdmin


class NotedAdmin(_AnyAdmin):
    """What is changed here is written in the audit log, too, rows by their keys alone."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        _note(request, "Added", obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        _note(request, "Changed", obj)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for obj in queryset:
            _note(request, "Deleted", obj)
        return super().log_deletions(request, queryset)


def _note(request: HttpRequest, what: str, row: Any) -> None:
    about = f"{what} {row._meta.verbose_name} {row.pk} in the admin"
    audit.note(audit.Action.SETTINGS, by=request.user, about=about)


@admin.register(Contact)
class ContactAdmin(NotedAdmin):
    list_display = ["name", "company", "email", "owner", "last_texted_at", "texts_sent"]
    list_select_related = ["company", "owner"]
    search_fields = ["sort_name", "email"]
    raw_id_fields = ["company", "tags"]
    show_full_result_count = False


@admin.register(Company)
class CompanyAdmin(NotedAdmin):
    list_display = ["name", "main_contact", "owner"]
    list_select_related = ["main_contact", "owner"]
    search_fields = ["sort_name"]
    raw_id_fields = ["main_contact"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}


@admin.register(Deal)
class DealAdmin(NotedAdmin):
    list_display = ["title", "contact", "company", "stage", "amount", "due_on"]
    list_select_related = ["contact", "company"]
    list_filter = ["stage"]
    search_fields = ["title"]
    raw_id_fields = ["contact", "company"]


@admin.register(Phone)
class PhoneAdmin(NotedAdmin):
    list_display = ["e164", "contact", "kind", "is_primary"]
    list_select_related = ["contact"]
    search_fields = ["e164"]
    raw_id_fields = ["contact"]
    show_full_result_count = False


@admin.register(Tag)
class TagAdmin(NotedAdmin):
    list_display = ["name", "hue"]
    search_fields = ["name"]


@admin.register(Comment)
class CommentAdmin(NotedAdmin):
    """To look at. Comments enter by contacts.comments alone."""

    list_display = ["created_at", "kind", "author", "content_type", "object_id"]
    list_select_related = ["author", "content_type"]
    list_filter = ["kind"]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
