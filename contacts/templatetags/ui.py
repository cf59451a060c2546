"""
Template tags of the design system: icons, avatars, where we are, and times.

The catalogue with markup to copy is docs/design.md.
"""

import re
from datetime import datetime
from functools import cache
from zlib import crc32

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide

register = template.Library()

HUES = 8
MINUTE, HOUR, DAY = 60, 3600, 86400


@cache
def _icon(name: str, size: int) -> str:
    looks = {"aria_hidden": "true", "focusable": "false", "stroke_width": "1.75"}
    return lucide(name, size=size, **looks)


@register.simple_tag
def icon(name: str, size: int = 16) -> str:
    """A lucide icon as inline SVG, hidden from screen readers; `size` in px.

    Raises lucide.IconDoesNotExist for a name lucide does not have.
    """
    return _icon(name + "", size)


def display_name(person: object) -> str:
    """The full name where there is one (users), else how the thing calls itself."""
    full_name = getattr(person, "get_full_name", None)
    return (full_name() if callable(full_name) else "") or str(person)


def initials(name: str) -> str:
    """Letters of the first and the last word: "Maren van Aldous" is "MA"; "" without letters."""
    words = [word for word in name.split() if word[0].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def hue(name: str) -> int:
    """1 to 8, always the same for the same name: the class `hue-N`."""
    return crc32(name.casefold().encode()) % HUES + 1


@register.simple_tag
def avatar(person: object, size: str = "sm") -> SafeString:
    """A round badge with initials; `size` is xs (20 px), sm (28), md (36) or lg (56)."""
    name = display_name(person)
    return format_html(
        '<span class="avatar avatar--{} hue-{}" aria-hidden="true">{}</span>',
        size,
        hue(name),
        initials(name) or _icon("user", 14),
    )


@register.filter
def hue_class(name: object) -> str:
    """`hue-N` for a tag or a person: {{ tag|hue_class }}."""
    return f"hue-{hue(str(name))}"


@register.simple_tag(takes_context=True)
def nav_current(context: Context, *names: str) -> str:
    """` aria-current="page"` on the named view, `"true"` on a view whose name begins so.

    `contacts:contact` stands for contact-list, contact-detail and contact-edit alike; one string
    may hold several names.
    """
    request: HttpRequest | None = context.get("request")
    match = getattr(request, "resolver_match", None)
    here: str = match.view_name if match else ""
    known = tuple(" ".join(names).split())
    if here.startswith(known):
        return format_html(' aria-current="{}"', "page" if here in known else "true")
    return ""


def _time(when: datetime, words: str) -> SafeString:
    local = timezone.localtime(when)
    full = format_date(local, "l j F Y, H:i:s T")
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), full, words)


def since_words(when: datetime, now: datetime) -> str:
    """How long ago, or how soon, in the fewest words: "now", "3 min ago", "in 2 h", "12 Mar"."""
    local = timezone.localtime(when)
    apart = abs((now - when).total_seconds())
    if apart < MINUTE:
        return "now"
    if apart < 7 * DAY:
        return _short(when, now, apart)
    return format_date(local, "j M" if local.year == timezone.localtime(now).year else "j M Y")


def _short(when: datetime, now: datetime, apart: float) -> str:
    for unit, word in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if apart >= unit:
            words = f"{int(apart // unit)} {word}"
            break
    return f"in {words}" if when > now else f"{words} ago"


@register.filter
def breakable(address: str) -> SafeString:
    """An e-mail address that breaks after its @ and its dots, if it has to, not within a word."""
    first, *others = re.split(r"(?<=[@.])", address)
    return format_html("{}{}", first, format_html_join("", "<wbr>{}", ((one,) for one in others)))


@register.filter
def since(when: datetime | None) -> str:
    """Relative time in a <time> element whose title is the full date; "" for None."""
    return _time(when, since_words(when, timezone.now())) if when else ""


@register.filter
def clock(when: datetime | None) -> str:
    """Time of day, "09:41", in a <time> element whose title is the full date; "" for None."""
    return _time(when, format_date(timezone.localtime(when), "H:i")) if when else ""


@register.filter
def day(when: datetime | None) -> str:
    """The words of a day rule: "Today", "Yesterday", "Thursday 19 November", "… 2025"."""
    if when is None:
        return ""
    local, today = timezone.localtime(when), timezone.localtime()
    apart = (today.date() - local.date()).days
    if apart in (0, 1):
        return "Yesterday" if apart else "Today"
    return format_date(local, "l j F" if local.year == today.year else "l j F Y")
