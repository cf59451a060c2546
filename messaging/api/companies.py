"""Companies."""

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from ninja import Router

from contacts.deleting import delete
from contacts.filters import CompanyFilters
from contacts.models import Company
from messaging import facts
from messaging.api import responses, shapes, storing
from messaging.api.doors import Caller, found, needs, once
from messaging.models import Scope

router = Router(tags=["records"], by_alias=True)


@router.get("/companies", response=responses.Companies)
@needs(Scope.READ)
def company_list(request: Caller, q: str = "", cursor: str = "") -> Any:
    """Current companies by name; q searches as the list of companies does."""
    rows = CompanyFilters({"q": q}, queryset=_companies(request), request=request).qs
    return shapes.items(rows, "sort_name", cursor, storing.concealed(request.user, facts.company))


@router.post("/companies", response={201: responses.CompanyTold})
@needs(Scope.WRITE)
@once
def company_create(request: Caller, given: shapes.CompanyIn) -> Any:
    company = storing.new(Company, request.user)
    storing.store(request.user, company, given.model_dump(exclude_unset=True))
    return 201, _told(request, company.pk)


@router.get("/companies/{pk}", response=responses.CompanyTold)
@needs(Scope.READ)
def company_detail(request: Caller, pk: int) -> Any:
    return _told(request, pk)


@router.patch("/companies/{pk}", response=responses.CompanyTold)
@needs(Scope.WRITE)
@transaction.atomic
def company_change(request: Caller, pk: int, given: shapes.CompanyIn) -> Any:
    company = found(_companies(request).select_for_update(of=("self",)), pk)
    with storing.noting(company, request.user):
        storing.store(request.user, company, given.model_dump(exclude_unset=True))
    return _told(request, pk)


@router.delete("/companies/{pk}", response={204: None})
@needs(Scope.WRITE)
def company_delete(request: Caller, pk: int) -> Any:
    """Its people and deals stay, without it."""
    delete(found(_companies(request), pk), by=request.user)
    return HttpResponse(status=204)


def _companies(request: Caller) -> Any:
    rows = Company.objects.visible_to(request.user)
    return rows.select_related("main_contact").prefetch_related("custom__field")


def _told(request: Caller, pk: int) -> Any:
    return storing.shown(_companies(request), request.user, pk, facts.company)
