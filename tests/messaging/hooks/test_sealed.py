"""What signs webhooks is encrypted where it stands, and a change of SECRET_KEY loses nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from messaging.forms.settings_hooks import HookForm
from messaging.hooks import keeping
from messaging.hooks.delivering import deliver
from messaging.models import Delivery, Hook
from messaging.models.sealed import Unreadable, seal, unseal
from tests.messaging.hooks.test_delivering import is_signed

URL = "https://93.184.216.34/in"


@pytest.fixture
def hook(db: None) -> Hook:
    return Hook.objects.create(url=URL, on_status=True, headers="X-Key: a-password")


def stored(hook: Hook) -> tuple[str, str, str]:
    """As whoever reads the file or a backup sees it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT secret, previous_secret, headers FROM messaging_hook WHERE id = %s", [hook.pk]
        )
        row: tuple[str, str, str] = cursor.fetchone()
    return row


@pytest.mark.storage
def test_what_is_stored_says_nothing_and_what_is_read_is_whole(hook: Hook) -> None:
    keeping.rotate(hook)
    kept = Hook.objects.get()

    assert (kept.secrets, kept.headers) == (hook.secrets, "X-Key: a-password")
    assert len(kept.secrets) == 2
    for words, plain in zip(stored(hook), (*kept.secrets, kept.headers), strict=True):
        assert plain not in words
        assert unseal(words) == plain


def test_nothing_stays_nothing_and_the_same_words_never_look_the_same() -> None:
    assert (seal(""), unseal("")) == ("", "")
    assert seal("whsec_x") != seal("whsec_x")


def test_after_a_new_key_the_old_one_still_opens(hook: Hook, settings: Any) -> None:
    secret, old = hook.secret, settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-key-" * 5, [old]

    kept = Hook.objects.get()
    kept.save()
    settings.SECRET_KEY_FALLBACKS = []

    assert kept.secret == secret
    assert Hook.objects.get().secret == secret, "saving it sealed it with the new one"


def test_without_the_key_nothing_is_sent_unsigned_and_nothing_is_lost(
    hook: Hook, settings: Any
) -> None:
    secret, old, before = hook.secret, settings.SECRET_KEY, stored(hook)
    settings.SECRET_KEY = "another-key-" * 5
    kept = Hook.objects.get()
    keeping.ping(kept)

    assert deliver() == 1
    form = HookForm({"url": URL, "note": "Changed", "events": ["on_status"]}, instance=kept)
    assert form.is_valid(), form.errors
    form.save()

    assert isinstance(kept.secret, Unreadable)
    assert Delivery.objects.get().problem == (
        "Its secret was sealed with another SECRET_KEY: make a new secret for it."
    )
    assert stored(hook) == before
    settings.SECRET_KEY = old
    assert Hook.objects.get().secret == secret, "the key came back"


def test_a_new_secret_makes_one_whose_key_is_gone_work(
    db: None, settings: Any, listener: Any
) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    hook = Hook.objects.create(url=f"{listener.url}/in", on_status=True)
    settings.SECRET_KEY = "another-key-" * 5
    secret = keeping.rotate(Hook.objects.get())
    keeping.ping(hook)

    deliver()

    assert is_signed(listener.received[0], secret)


@pytest.mark.storage
@pytest.mark.slow
def test_the_migration_seals_what_is_there_and_opens_it_again(transactional_db: None) -> None:
    def migrate(name: str) -> None:
        call_command("migrate", "messaging", name, verbosity=0)

    migrate("0025_second_person")
    loader = MigrationExecutor(connection).loader
    then = loader.project_state([("messaging", "0025_second_person")]).apps
    rows = then.get_model("messaging", "Hook").objects
    row = rows.create(url=URL, secret="whsec_plain", headers="X: y")
    try:
        migrate("0026_sealed_secrets")
        sealed = stored(row)
        migrate("0025_second_person")
        opened = stored(row)
    finally:
        call_command("migrate", verbosity=0)

    assert [unseal(words) for words in sealed] == ["whsec_plain", "", "X: y"]
    assert "plain" not in sealed[0]
    assert opened == ("whsec_plain", "", "X: y")
    assert Hook.objects.get().secret == "whsec_plain"
