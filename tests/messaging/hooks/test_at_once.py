"""Several at once: nothing is told as it was before, and nothing twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from contacts.models import Contact
from messaging.hooks import keeping
from messaging.hooks.delivering import deliver
from messaging.models import Courier, Delivery, Hook
from tests.messaging.gateways.server import Server

pytestmark = [pytest.mark.storage, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _on_this_machine(settings: Any) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = True


def in_thread(work: Callable[..., Any], *args: Any) -> Any:
    try:
        return work(*args)
    finally:
        connection.close()


def test_a_change_that_is_not_committed_yet_is_told_when_it_is(
    carol: Contact, listener: Server, for_threads: None
) -> None:
    Courier.objects.create(pk=1)
    Hook.objects.create(url=listener.url, on_contact=True)
    Contact.objects.filter(pk=carol.pk).update(job_title="Mason")
    changed, told = threading.Event(), threading.Event()

    def change() -> None:
        with transaction.atomic():
            Contact.objects.filter(pk=carol.pk).update(job_title="Roofer")
            changed.set()
            told.wait(1)

    with ThreadPoolExecutor(2) as threads:
        changing = threads.submit(in_thread, change)
        assert changed.wait(10)
        threads.submit(in_thread, deliver).result(20)
        told.set()
        changing.result(20)
    deliver()

    titles = [one.json["data"]["job_title"] for one in listener.received]
    assert titles[-1] == "Roofer"
    assert not Delivery.objects.filter(state="waiting").exists()


def test_four_workers_tell_each_piece_of_news_once(listener: Server, for_threads: None) -> None:
    Courier.objects.create(pk=1)
    hook = Hook.objects.create(url=listener.url)
    news = [keeping.ping(hook) for _ in range(40)]

    with ThreadPoolExecutor(4) as threads:
        counts = [threads.submit(in_thread, deliver) for _ in range(4)]
        done = [one.result(30) for one in counts]
    deliver()

    ids = [one.headers["webhook-id"] for one in listener.received]
    assert len(ids) == len(set(ids)) == len(news)
    assert sum(done) <= len(news)
    assert Delivery.objects.filter(state="delivered").count() == len(news)
