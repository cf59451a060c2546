"""
Pieces of pages that are kept once they are drawn (messaging.fragments):

    {% timeline_entries page.items %}      day rules and entries; after {% live_entries … %}
    {% bubble b fresh %}                   one bubble of a conversation
    {% drawn_chart days id="days" title="…" %}
    {% drawn_later form %}                 when a text leaves
    {% fixed "components/_keys.html" %}    a template that takes nothing
    {% by_role "components/_palette.html" %}    one that shows what somebody of this role may do
    {% navigation "tabbar" %}              the links of the shell
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from contacts.roles import granted, role_of
from messaging import fragments, wording

if TYPE_CHECKING:
    from datetime import date

    from django.template.context import Context

    from contacts.models import Comment
    from messaging.chat import Bubble
    from messaging.dashboard.charts import Chart
    from messaging.forms import SendTextForm

register = template.Library()


@register.simple_tag(takes_context=True)
def timeline_entries(context: Context, entries: Iterable[Comment]) -> SafeString:
    user = context["user"]
    made: list[SafeString] = []
    above: date | None = None
    zone = timezone.get_current_timezone()
    for entry in entries:
        if (day := wording.date_of(entry.created_at, zone)) != above:
            above, words = day, wording.day(entry.created_at)
            made.append(format_html('<li class="day-rule">{}</li>', words))
        made.append(
            fragments.entry(entry, user, zone)
            or _anew(context, "contacts/_entry.html", entry=entry)
        )
    return format_html_join("\n", "{}", ((piece,) for piece in made))


@register.simple_tag(takes_context=True)
def bubble(context: Context, b: Bubble, fresh: bool = False) -> SafeString:
    kept = fragments.bubble(b, fresh=bool(fresh))
    return kept or _anew(context, "messaging/_bubble.html", b=b, fresh=fresh, oob="")


@register.simple_tag
def drawn_chart(chart: Chart, **how: Any) -> SafeString:
    template = "messaging/dashboard/_chart.html"
    return fragments.draw(template, (chart, *how.items()), {"chart": chart, **how})


@register.simple_tag
def drawn_later(form: SendTextForm) -> SafeString:
    """When a text leaves: the same for everybody with this clock, as long as nothing was typed."""
    template, shown = "messaging/_later.html", {"form": form}
    if form.is_bound:
        return render_to_string(template, shown)
    when = form.suggested if form.usual_phone else None
    return fragments.draw(template, (when, form.clocks, form.quiet), shown)


@register.simple_tag
def fixed(name: str) -> SafeString:
    return fragments.draw(name, (), {})


@register.simple_tag(takes_context=True)
def by_role(context: Context, name: str) -> SafeString:
    """A template that takes nothing but what this role may do."""
    user = context["request"].user
    return fragments.draw(name, role_of(user), {"may": granted(user)})


@register.simple_tag(takes_context=True)
def navigation(context: Context, kind: str = "") -> SafeString:
    """The links of the shell: for this user, on this page, with these counts."""
    request, attention = context["request"], context.get("attention")
    match = request.resolver_match
    counts = (str(context.get("unread_total", "")), attention.total if attention else 0)
    facts = (
        *(kind, request.user.pk, match.view_name if match else "", *counts),
        *(role_of(request.user), bool(context.get("demo"))),
    )
    # Nothing else of the page: it may call something else by the name of what a link takes.
    shown = {
        name: context.get(name) for name in ("request", "unread_total", "attention", "demo", "may")
    }
    return fragments.draw("components/_nav.html", facts, shown | {"kind": kind})


def _anew(context: Context, name: str, **more: Any) -> SafeString:
    shown: Any = context.flatten() | more
    return render_to_string(name, shown)
