"""
Whom seven's `to` may name beside numbers: contacts by their whole name, and groups, our tags:
these for who may broadcast.
"""

from __future__ import annotations

from itertools import chain
from typing import Any

from contacts import search
from contacts.models import Contact
from contacts.roles import Right, may
from messaging.dialects.seven_parameters import MOST_RECIPIENTS
from messaging.models import Token

TOO_MANY = MOST_RECIPIENTS + 1  # of a group, however large: enough to refuse it


def numbers(token: Token, named: list[str]) -> list[str]:
    """
    In an order of their own, so that two calls lock phones in the same one. A name that nobody
    has, or several, stays: it is refused like a number that is none.
    """
    return sorted(chain.from_iterable(_of(token, one) for one in named))


def _of(token: Token, one: str) -> list[str]:
    if any(char.isdigit() for char in one):
        return [one]
    people: Any = Contact.objects.visible_to(token.user).current().prefetch_related("phones")
    called = list(people.filter(sort_name=search.clean(one).casefold())[:2])
    if len(called) > 1:
        return [one]
    tagged = people.filter(tags__name__iexact=search.clean(one), phones__isnull=False).distinct()
    found = called or (tagged[:TOO_MANY] if may(token.user, Right.BROADCAST) else [])
    return [phone.e164 for who in found if (phone := who.phone_to_text())] or [one]
