"""What the command menu finds: people, companies and deals, a few of each."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contacts import search
from contacts.access import needs
from contacts.concealing import conceal
from contacts.roles import Right
from contacts.views.company import COMPANY
from contacts.views.contact import CONTACT
from contacts.views.deal import DEAL

MOST = 6


@require_safe
@needs(Right.VIEW)
def find(request: HttpRequest) -> HttpResponse:
    """Options for the menu. Without words: the people texted last."""
    words = search.clean(request.GET.get("q", ""))
    groups = found(request.user, words) if words else texted_last(request.user)
    context = {"groups": [group for group in groups if group[1]], "words": words}
    return render(request, "contacts/_found.html", context)


def found(user: Any, words: str) -> list[tuple[str, list[Any], str]]:
    """Heading, records, icon: current records only, contacts with what tells them apart."""
    people = CONTACT.model.objects.visible_to(user).current()
    companies = search.companies(COMPANY.model.objects.visible_to(user).current(), words)
    deals = search.deals(DEAL.model.objects.visible_to(user).current(), words)
    people = people.select_related("company").prefetch_related("phones")
    deals = deals.select_related("contact").order_by("-pk")[:MOST]
    return [
        ("Contacts", list(conceal(search.first(people, words, MOST), user)), ""),
        ("Companies", list(companies.order_by("sort_name", "pk")[:MOST]), COMPANY.icon),
        ("Deals", list(conceal(deals, user)), DEAL.icon),
    ]


def texted_last(user: Any) -> list[tuple[str, list[Any], str]]:
    people = CONTACT.model.objects.visible_to(user).current()
    people = people.select_related("company").prefetch_related("phones")
    people = people.order_by("-last_texted_at", "-pk")[:MOST]
    return [("Texted last", list(conceal(people, user)), "")]
