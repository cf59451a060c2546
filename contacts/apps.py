from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate

from contacts import words


def keep_words(using: str, **_: Any) -> None:
    words.keep(connections[using])


class ContactsConfig(AppConfig):
    name = "contacts"

    def ready(self) -> None:
        from contacts.importing import work  # noqa: F401 (makes people known to importing.kinds)

        post_migrate.connect(keep_words, sender=self)
