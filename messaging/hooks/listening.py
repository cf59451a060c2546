"""What has to be told to Django once: when triggers are made, and that somebody listens now."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.migrations.operations import AlterField, RemoveField, RenameField
from django.db.models.signals import post_migrate, post_save, pre_migrate

from messaging.hooks import bell, noticing
from messaging.models import Hook


def listen(app: AppConfig) -> None:
    pre_migrate.connect(_remove, sender=app, dispatch_uid="messaging.hooks")
    post_migrate.connect(_install, sender=app, dispatch_uid="messaging.hooks")
    post_save.connect(bell.forget, sender=Hook, dispatch_uid="messaging.hooks")


def _remove(using: str, plan: list[Any], **_: Any) -> None:
    """Only where it has to be: what changes without them is told to nobody."""
    connection = connections[using]
    if (connection.vendor == "sqlite" and plan) or any(
        _alters(operation) for migration, _ in plan for operation in migration.operations
    ):
        noticing.remove(connection)


def _alters(operation: Any) -> bool:
    """A column that triggers name, which PostgreSQL neither retypes nor drops beneath them."""
    kinds = (AlterField, RemoveField, RenameField)
    return isinstance(operation, kinds) and operation.model_name_lower in noticing.WATCHED


def _install(using: str, **_: Any) -> None:
    noticing.install(connections[using])
