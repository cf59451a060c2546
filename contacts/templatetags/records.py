"""Small words of the record pages."""

from __future__ import annotations

from datetime import datetime

from django import template

from contacts.models import NEVER
from contacts.templatetags.ui import since
from contacts.zones import city

register = template.Library()
register.filter(city)


@register.filter
def ever(when: datetime | None) -> str:
    """Relative time in a <time> element; "never" for what has not happened yet."""
    return since(when) if when and when != NEVER else "never"
