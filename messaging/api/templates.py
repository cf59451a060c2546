"""Words under a name."""

from typing import Any

from django.http import HttpResponse
from ninja import Router

from contacts.roles import Right
from messaging import templates
from messaging.api import responses, shapes
from messaging.api.doors import Caller, found, needs, once, refuse
from messaging.forms import TemplateForm
from messaging.models import Scope, Template

router = Router(tags=["templates"])
FIELDS = ("name", "text", "is_shared")


class TemplateIn(shapes.Given):
    """name: without its slash; is_shared: with the whole team. Of a change, the rest stays."""

    name: shapes.Name | None = None
    text: shapes.Long | None = None
    is_shared: bool | None = None


@router.get("/templates", response=responses.Templates)
@needs(Scope.READ)
def template_list(request: Caller) -> Any:
    return shapes.every(Template.objects.visible_to(request.user), _response)


@router.post("/templates", response={201: responses.TemplateTold})
@needs(Scope.WRITE, Right.TEMPLATES)
@once
def template_create(request: Caller, given: TemplateIn) -> Any:
    return 201, _response(_keep(request, None, given))


@router.get("/templates/{pk}", response=responses.TemplateTold)
@needs(Scope.READ)
def template_detail(request: Caller, pk: int) -> Any:
    return _response(found(Template.objects.visible_to(request.user), pk))


@router.patch("/templates/{pk}", response=responses.TemplateTold)
@needs(Scope.WRITE, Right.TEMPLATES)
def template_change(request: Caller, pk: int, given: TemplateIn) -> Any:
    """One's own; everybody's for who runs the installation."""
    return _response(_keep(request, _changeable(request, pk), given))


@router.delete("/templates/{pk}", response={204: None})
@needs(Scope.WRITE, Right.TEMPLATES)
def template_delete(request: Caller, pk: int) -> Any:
    templates.delete(_changeable(request, pk), by=request.user)
    return HttpResponse(status=204)


def _changeable(request: Caller, pk: int) -> Any:
    return found(Template.objects.may_be_changed_by(request.user), pk)


def _keep(request: Caller, row: Template | None, given: TemplateIn) -> Any:
    """Raises Problem."""
    said = {name: value for name, value in given.model_dump().items() if value is not None}
    known = {name: getattr(row, name) for name in FIELDS} if row else {"is_shared": True}
    form = TemplateForm(known | said, instance=row, author=request.user)
    if not form.is_valid():
        raise refuse(form)
    return templates.keep(form, by=request.user)


def _response(row: Template) -> dict[str, Any]:
    return {"id": row.pk, **{name: getattr(row, name) for name in FIELDS}}
