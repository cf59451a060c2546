"""Deals."""

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from ninja import Router

from contacts.deleting import delete
from contacts.filters import DealFilters
from contacts.models import Deal
from messaging import facts
from messaging.api import responses, shapes, storing
from messaging.api.doors import Caller, found, needs, once, refuse
from messaging.models import Scope

router = Router(tags=["records"], by_alias=True)


@router.get("/deals", response=responses.Deals)
@needs(Scope.READ)
def deal_list(
    request: Caller,
    q: str = "",
    stage: str = "",
    contact: shapes.Id | None = None,
    company: shapes.Id | None = None,
    cursor: str = "",
) -> Any:
    """Current deals, newest first; q searches as the list of deals does."""
    asked = {"contact": contact, "company": company}
    rows = _deals(request).filter(**{name: pk for name, pk in asked.items() if pk is not None})
    filters = DealFilters({"q": q, "stage": stage}, queryset=rows, request=request)
    if not filters.is_valid():
        raise refuse(filters.form)
    show = storing.concealed(request.user, facts.deal)
    return shapes.items(filters.qs, "-created_at", cursor, show)


@router.post("/deals", response={201: responses.DealTold})
@needs(Scope.WRITE)
@once
def deal_create(request: Caller, given: shapes.DealIn) -> Any:
    deal = storing.new(Deal, request.user)
    storing.store(request.user, deal, given.model_dump(exclude_unset=True))
    return 201, _told(request, deal.pk)


@router.get("/deals/{pk}", response=responses.DealTold)
@needs(Scope.READ)
def deal_detail(request: Caller, pk: int) -> Any:
    return _told(request, pk)


@router.patch("/deals/{pk}", response=responses.DealTold)
@needs(Scope.WRITE)
@transaction.atomic
def deal_change(request: Caller, pk: int, given: shapes.DealIn) -> Any:
    deal = found(_deals(request).select_for_update(of=("self",)), pk)
    with storing.noting(deal, request.user):
        storing.store(request.user, deal, given.model_dump(exclude_unset=True))
    return _told(request, pk)


@router.delete("/deals/{pk}", response={204: None})
@needs(Scope.WRITE)
def deal_delete(request: Caller, pk: int) -> Any:
    """Texts written on it stay in Communications."""
    delete(found(_deals(request), pk), by=request.user)
    return HttpResponse(status=204)


def _deals(request: Caller) -> Any:
    rows = Deal.objects.visible_to(request.user)
    return rows.select_related("contact", "company").prefetch_related("custom__field")


def _told(request: Caller, pk: int) -> Any:
    return storing.shown(_deals(request), request.user, pk, facts.deal)
