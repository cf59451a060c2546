"""The audit log: who did what that changes what others may do, see or get."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Action(models.TextChoices):
    SIGNED_IN = "signed_in", "Signed in"
    SIGNED_OUT = "signed_out", "Signed out"
    SIGN_IN_FAILED = "sign_in_failed", "Could not sign in"
    ACCOUNT = "account", "Changed an account"
    DEACTIVATED = "deactivated", "Deactivated an account"
    TEAM = "team", "Changed a team"
    TOKEN_MADE = "token_made", "Made a token"
    TOKEN_REVOKED = "token_revoked", "Revoked a token"
    EXPORTED = "exported", "Exported"
    IMPORTED = "imported", "Imported"
    DELETED = "deleted", "Deleted a record"
    ERASED = "erased", "Erased a person"
    MERGED = "merged", "Merged two contacts"
    UNMERGED = "unmerged", "Undid a merge"
    BULK = "bulk", "Changed many contacts"
    BULK_UNDONE = "bulk_undone", "Undid a change of many"
    BROADCAST_STARTED = "broadcast_started", "Started a broadcast"
    BROADCAST_APPROVED = "broadcast_approved", "Approved a broadcast"
    OPTED_IN = "opted_in", "Lifted an opt-out"
    SENT_AGAIN = "sent_again", "Sent an unconfirmed text again"
    RESTORED = "restored", "Restored a backup"
    UNLOCKED = "unlocked", "Unlocked sending"
    SETTINGS = "settings", "Changed settings"


class AuditEntry(models.Model):
    """
    Written by contacts.audit.note() alone, numbered without a gap. `hash` covers the row and the
    hash of the one before it; the database itself refuses to change or delete a row.

    The table is made by its migration and managed by nothing else: neither `flush` nor a foreign
    key reaches it, so an account that is deleted stays here by its key and name.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=150, blank=True)
    action = models.CharField(max_length=24, choices=Action)
    about = models.CharField(max_length=250, blank=True)
    before = models.CharField(max_length=64, blank=True)  # the hash of the row before
    hash = models.CharField(max_length=64)

    class Meta:
        managed = False
        db_table = "contacts_auditentry"
        ordering: ClassVar[list[str]] = ["-number"]

    def __str__(self) -> str:
        return f"{self.number} {self.get_action_display()}"
