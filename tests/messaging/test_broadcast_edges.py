"""Broadcasts between two people, and after something they rest on has changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from contacts.models import Tag
from messaging import broadcasts, outbox
from messaging.forms.broadcast import BroadcastForm
from messaging.models import Broadcast, Message, Number, Status, Template
from tests.messaging.test_broadcasts import Make, crowd, go, make

__all__ = ["crowd", "make"]  # fixtures


def test_resumed_it_still_waits_for_its_moment(make: Make) -> None:
    broadcast, when = make(), timezone.now() + timedelta(days=2)
    go(broadcast, send_at=when)

    broadcasts.pause(broadcast)
    broadcasts.resume(broadcast)
    broadcasts.work()

    leaves = Message.objects.order_by("send_after").values_list("send_after", flat=True)
    assert len(leaves) == 6
    assert leaves[0] >= when


@pytest.mark.usefixtures("crowd")
def test_a_list_by_a_tag_that_is_gone_texts_nobody(alice: User, number: Number) -> None:
    broadcast = Broadcast.objects.create(name="A", text="Hi", author=alice, query="tag=999")

    broadcasts.work()

    assert not broadcast.recipients.exists()


def test_started_while_somebody_edits_nobody_is_texted_twice(
    alices_browser: Client, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    broadcast = make()
    is_valid = BroadcastForm.is_valid

    def meanwhile_started(form: Any) -> bool:
        monkeypatch.undo()
        go(Broadcast.objects.get(pk=broadcast.pk))
        return is_valid(form)

    monkeypatch.setattr(BroadcastForm, "is_valid", meanwhile_started)
    edited = {"name": "B", "text": "Other", "tags": list(Tag.objects.values_list("pk", flat=True))}
    alices_browser.post(f"/broadcasts/{broadcast.pk}/edit/", edited)
    broadcasts.work()
    alices_browser.post(f"/broadcasts/{broadcast.pk}/start/", {})
    broadcasts.work()

    assert Message.objects.count() == 6


def test_who_was_sent_it_again_by_hand_is_not_retried(make: Make, alice: User) -> None:
    broadcast = make()
    go(broadcast)
    Message.objects.update(status=Status.DELIVERED)
    Message.objects.filter(text="Hi Ida").update(status=Status.FAILED)
    outbox.send_again(Message.objects.get(text="Hi Ida"), author=alice)

    assert not broadcasts.retry_failed(broadcast)
    broadcasts.work()

    assert Message.objects.filter(text="Hi Ida").count() == 2


def test_a_template_is_put_in_by_its_name(alices_browser: Client, alice: User, crowd: Tag) -> None:
    Template.objects.create(name="rent", text="Hi {first_name|there}, rent is due", owner=alice)
    typed = {"name": "Rent", "text": "/rent Thanks!", "tags": [crowd.pk]}

    assert alices_browser.post("/broadcasts/new/", typed).status_code == 302

    assert Broadcast.objects.get().text == "Hi {first_name|there}, rent is due Thanks!"
    refused = alices_browser.post("/broadcasts/new/", typed | {"text": "/nothing"})
    assert refused.status_code == 422
    assert "no template called" in refused.content.decode()


def test_once_all_have_left_it_is_finished_and_can_still_be_retried(make: Make) -> None:
    broadcast = make()
    go(broadcast)
    broadcasts.call_for_work()
    broadcast.refresh_from_db()
    assert broadcast.state == "queued", "its texts wait"

    Message.objects.update(status=Status.FAILED, reason="absent", settled_at=timezone.now())
    broadcasts.call_for_work()

    broadcast.refresh_from_db()
    assert broadcast.state == "finished"
    assert broadcasts.retry_failed(broadcast)
    broadcasts.work()
    assert Message.objects.filter(status=Status.QUEUED).count() == 6
