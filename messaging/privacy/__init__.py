"""What texting keeps about a person: listens to contacts.privacy."""

from contacts.privacy import erasing, exporting
from messaging.models import Recipient
from messaging.privacy.erase import erase
from messaging.privacy.export import export


def listen() -> None:
    """And whoever opted out before they were erased is known again with the number."""
    from django.db.models.signals import post_save

    from contacts.models import Phone

    erasing.connect(erase, dispatch_uid="messaging.privacy")
    exporting.connect(export, dispatch_uid="messaging.privacy")
    post_save.connect(_recall, sender=Phone, dispatch_uid="messaging.privacy")


def _recall(instance: object, created: bool, **_: object) -> None:
    if created:
        Recipient.objects.recall([instance.e164])  # type: ignore[attr-defined]
