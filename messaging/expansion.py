"""
What a person typed, and what leaves: `/hello` becomes that template's words, `{first_name}` the
name. A backslash before either keeps it as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from contacts.comments import storable
from messaging import merging, outbox
from messaging.models import Template

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from contacts.models import Contact, Record

_NAMED = re.compile(
    r"\s*(?P<escape>\\?)/(?P<name>[^\W_][\w-]{0,38})(?=\s|\Z)(?P<rest>.*)", re.DOTALL
)


def expand(
    text: str, *, contact: Contact | None, author: User | None, record: Record | None = None
) -> str:
    """
    The words as they leave, for this contact. record: on which they were typed, if not on the
    contact. Raises outbox.CannotSend: no such template, no such field, or nothing to fill it with.
    """
    text = storable(text)
    match = _NAMED.match(text)
    whom: Any = {"contact": contact, "record": record, "author": author}
    try:
        typed = merging.render_typed(match["rest"] if match else text, **whom)
        if match is None:
            return typed
        if match["escape"]:
            return f"/{match['name']}{typed}"
        words = merging.render(_template(match["name"], author).text, **whom)
        return f"{words} {typed.strip()}".strip()
    except merging.MergeProblem as problem:
        raise outbox.CannotSend(str(problem)) from problem


def written_out(text: str, author: User | None) -> str:
    """`/hello` as that template's words, with their fields unfilled. Raises outbox.CannotSend."""
    match = _NAMED.match(text)
    if match is None or match["escape"]:
        return text
    return f"{_template(match['name'], author).text} {match['rest'].strip()}".strip()


def unescaped(text: str) -> str:
    """What was written out, as it leaves: without the backslash before a slash."""
    match = _NAMED.match(text)
    return f"/{match['name']}{match['rest']}" if match and match["escape"] else text


def _template(name: str, author: User | None) -> Template:
    found = Template.objects.named(name, author) if author else None
    if found is None:
        raise outbox.CannotSend(
            f"There is no template called “{name}”. To text a slash, put a backslash before it: "
            f"\\/{name}"
        )
    return found


def choice(template: Template, record: Record | None, author: User) -> dict[str, str]:
    """A template as a composer offers it: filled says what would leave, problem why it cannot."""
    offered = {"name": template.name, "text": template.text, "filled": "", "problem": ""}
    contact = record.leads_to() if record else None
    try:
        filled = merging.render(template.text, contact=contact, record=record, author=author)
        return offered | {"filled": filled}
    except merging.MergeProblem as problem:
        return offered | {"problem": str(problem)}
