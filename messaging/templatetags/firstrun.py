"""{% first_steps as steps %}: what a newcomer does until the first text has left."""

from __future__ import annotations

from django import template
from django.template.context import Context

from messaging import firstrun

register = template.Library()


@register.simple_tag(takes_context=True)
def first_steps(context: Context) -> list[firstrun.Step]:
    """The four steps; [] once they are done. One query then."""
    return firstrun.steps(context["user"])
