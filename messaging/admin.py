"""
The admin: numbers and triggers can be changed; what was sent, and who agreed to what, only read.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db.models import Model
from django.http import HttpRequest

from contacts.admin import NotedAdmin
from messaging.models import (
    Attempt,
    ConsentEvent,
    Conversation,
    Event,
    Message,
    Number,
    Recipient,
    Template,
    Trigger,
)


@admin.register(Number)
class NumberAdmin(NotedAdmin):
    list_display = ("label", "address", "gateway", "daily_limit", "active", "is_default")
    list_filter = ("gateway", "active")
    search_fields = ("label", "address")


@admin.register(Trigger)
class TriggerAdmin(NotedAdmin):
    list_display = ("prefix", "number", "active")
    list_filter = ("active",)


@admin.register(Template)
class TemplateAdmin(NotedAdmin):
    list_display = ("name", "owner", "is_shared", "updated_at")
    list_filter = ("is_shared",)
    search_fields = ("name",)


admin.site.unregister(User)


@admin.register(User)
class AccountAdmin(NotedAdmin, UserAdmin):  # type: ignore[type-arg]
    """Django's own page, with what it changes in the audit log."""


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Shown, never changed: the machinery and the ledger write these rows."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AttemptInline(admin.StackedInline):  # type: ignore[type-arg]
    model = Attempt
    extra = 0
    can_delete = False
    fields = ("attempt_no", "started_at", "outcome", "reason", "http_status", "elapsed_ms")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "direction", "phone", "number", "status", "reason")
    list_filter = ("direction", "status", "gateway")
    list_select_related = ("number",)
    inlines = (AttemptInline,)


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    list_display = ("started_at", "message_id", "attempt_no", "outcome", "reason", "http_status")
    list_filter = ("outcome",)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("received_at", "gateway", "state", "problem")
    list_filter = ("gateway", "state")


@admin.register(Recipient)
class RecipientAdmin(ReadOnlyAdmin):
    list_display = ("phone", "opted_out_at", "needs_review")
    list_filter = ("needs_review",)
    search_fields = ("phone__startswith",)


@admin.register(ConsentEvent)
class ConsentEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "recipient_id", "kind", "source", "user")
    list_filter = ("kind", "source")
    list_select_related = ("user",)


@admin.register(Conversation)
class ConversationAdmin(ReadOnlyAdmin):
    list_display = ("phone", "contact", "number", "last_at", "unread")
    list_select_related = ("contact", "number")


def without_dangers() -> None:
    """
    Take pages away: django-q2's, where a task's `func` names any Python function, and would run
    it; those of authenticators, which show what everybody's codes are made from; and accounts,
    whose door (settings, people) ends their sessions and tokens and writes the audit log.
    """
    closed = {"django_q", "otp_totp", "auth"}
    theirs: list[type[Model]] = [
        model for model in admin.site._registry if model._meta.app_label in closed
    ]
    admin.site.unregister(theirs)


without_dangers()
