"""The records in Django's admin: for repairs, not for daily work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from contacts.models import Comment, Company, Contact, Deal, Phone, Tag

if TYPE_CHECKING:
    _PhoneInline = admin.TabularInline[Phone, Contact]
    _ContactAdmin = admin.ModelAdmin[Contact]
    _CompanyAdmin = admin.ModelAdmin[Company]
    _DealAdmin = admin.ModelAdmin[Deal]
    _PhoneAdmin = admin.ModelAdmin[Phone]
    _TagAdmin = admin.ModelAdmin[Tag]
    _CommentAdmin = admin.ModelAdmin[Comment]
else:
    _PhoneInline = admin.TabularInline
    _ContactAdmin = _CompanyAdmin = _DealAdmin = admin.ModelAdmin
    _PhoneAdmin = _TagAdmin = _CommentAdmin = admin.ModelAdmin


class PhoneInline(_PhoneInline):
    model = Phone
    extra = 0


@admin.register(Contact)
class ContactAdmin(_ContactAdmin):
    list_display = ["name", "company", "email", "owner", "last_texted_at", "texts_sent"]
    list_select_related = ["company", "owner"]
    search_fields = ["sort_name", "email"]
    autocomplete_fields = ["company", "tags"]
    inlines = [PhoneInline]
    show_full_result_count = False


@admin.register(Company)
class CompanyAdmin(_CompanyAdmin):
    list_display = ["name", "main_contact", "owner"]
    list_select_related = ["main_contact", "owner"]
    search_fields = ["sort_name"]
    autocomplete_fields = ["main_contact"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}


@admin.register(Deal)
class DealAdmin(_DealAdmin):
    list_display = ["title", "contact", "company", "stage", "amount", "due_on"]
    list_select_related = ["contact", "company"]
    list_filter = ["stage"]
    search_fields = ["title"]
    autocomplete_fields = ["contact", "company"]


@admin.register(Phone)
class PhoneAdmin(_PhoneAdmin):
    list_display = ["e164", "contact", "kind", "is_primary"]
    list_select_related = ["contact"]
    search_fields = ["e164"]
    autocomplete_fields = ["contact"]
    show_full_result_count = False


@admin.register(Tag)
class TagAdmin(_TagAdmin):
    list_display = ["name", "hue"]
    search_fields = ["name"]


@admin.register(Comment)
class CommentAdmin(_CommentAdmin):
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
