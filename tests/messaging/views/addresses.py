"""
Every address there is, who may look at it and who may act there. A new address without a row
fails test_access.py.

A row: the name, what it is about ("" where the address names nothing), the right that a GET needs
and the one that a POST needs; None where the method is not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver

from contacts.roles import Right

OWN, VIEW, EDIT, TEXT = Right.OWN, Right.VIEW, Right.EDIT, Right.TEXT
TEMPLATES, BROADCAST, APPROVE = Right.TEMPLATES, Right.BROADCAST, Right.APPROVE
IMPORT, EXPORT, OPT_IN = Right.IMPORT, Right.EXPORT, Right.OPT_IN
RUN, PEOPLE, ERASE = Right.RUN, Right.PEOPLE, Right.ERASE

#: Doors of their own: tokens, signatures, or the way in itself. api/test_access.py walks those with
#: tokens, test_webhooks.py is about the others. `admin` is Django's.
OTHER_DOORS = {"api", "dialects", "admin"}
PUBLIC = {"login", "login-code", "password-forgotten", "password-new", "invitation"}
PUBLIC |= {"admin-login", "messaging:webhook"}


class Row(NamedTuple):
    name: str
    thing: str
    get: Right | None
    post: Right | None


def records(noun: str) -> list[Row]:
    return [
        Row(f"contacts:{noun}-list", "", VIEW, None),
        Row(f"contacts:{noun}-create", "", EDIT, EDIT),
        Row(f"contacts:{noun}-detail", noun, VIEW, EDIT),
        Row(f"contacts:{noun}-edit", noun, EDIT, EDIT),
        Row(f"contacts:{noun}-archive", noun, None, EDIT),
        Row(f"contacts:{noun}-delete", noun, EDIT, EDIT),
    ]


ROWS = [
    Row("home", "", OWN, OWN),
    Row("logout", "", None, OWN),
    Row("api-docs", "", OWN, None),
    *records("contact"),
    *records("company"),
    *records("deal"),
    *(Row(f"contacts:{name}", "", VIEW, None) for name in ("contact-suggest", "company-suggest")),
    *(Row(f"contacts:{name}", "", VIEW, None) for name in ("team-suggest", "tag-suggest", "find")),
    Row("contacts:contact-export", "", EXPORT, None),
    Row("messaging:communications-export", "", EXPORT, None),
    Row("contacts:contact-data", "contact", EXPORT, None),
    Row("contacts:contact-erase", "contact", ERASE, ERASE),
    Row("contacts:import", "", IMPORT, IMPORT),
    Row("contacts:import-detail", "import", IMPORT, IMPORT),
    Row("contacts:import-progress", "import", IMPORT, None),
    Row("contacts:import-undo", "import", None, IMPORT),
    Row("contacts:import-resume", "import", None, IMPORT),
    Row("contacts:import-skipped", "import", IMPORT, None),
    Row("messaging:import", "", IMPORT, IMPORT),
    Row("messaging:import-detail", "log", IMPORT, IMPORT),
    Row("contacts:contact-bulk", "", None, EDIT),
    Row("contacts:bulk-count", "", EDIT, None),
    Row("contacts:bulk-progress", "bulk", EDIT, None),
    Row("contacts:bulk-undo", "bulk", None, EDIT),
    Row("contacts:duplicate-list", "", EDIT, None),
    Row("contacts:duplicate-search", "", None, EDIT),
    Row("contacts:duplicate-merge", "duplicate", EDIT, EDIT),
    Row("contacts:duplicate-dismiss", "duplicate", None, EDIT),
    Row("contacts:merge-undo", "merge", None, EDIT),
    Row("contacts:view-create", "", VIEW, VIEW),
    Row("contacts:view-edit", "view", VIEW, VIEW),
    Row("contacts:view-keep", "view", None, VIEW),
    Row("contacts:view-delete", "view", VIEW, VIEW),
    Row("contacts:notification-list", "", OWN, None),
    Row("contacts:notification-read", "", None, OWN),
    Row("contacts:notification-open", "notification", OWN, None),
    Row("contacts:comment-edit", "comment", EDIT, EDIT),
    Row("contacts:comment-delete", "comment", EDIT, EDIT),
    Row("messaging:dashboard", "", VIEW, None),
    Row("messaging:inbox", "", VIEW, None),
    Row("messaging:conversation-open", "conversation", VIEW, None),
    *(
        Row(f"messaging:conversation-{verb}", "conversation", None, EDIT)
        for verb in ("read", "assign", "done", "snooze", "reopen", "unread", "name")
    ),
    Row("messaging:conversation-whose", "conversation", EDIT, EDIT),
    Row("messaging:conversation-earlier", "contact", VIEW, None),
    Row("messaging:phone-lift", "contact-phone", None, EDIT),
    Row("messaging:communications", "", VIEW, None),
    Row("messaging:message-detail", "message", VIEW, None),
    *(
        Row(f"messaging:message-{verb}", "message", None, TEXT)
        for verb in ("cancel", "again", "arrived", "lost")
    ),
    *(Row(f"messaging:message-{verb}", "message", None, EDIT) for verb in ("move", "called")),
    Row("messaging:number-list", "", VIEW, None),
    Row("messaging:number-create", "", RUN, RUN),
    Row("messaging:number-edit", "number", RUN, RUN),
    Row("messaging:gateway-resume", "gateway", None, RUN),
    Row("messaging:trigger-list", "", VIEW, None),
    Row("messaging:trigger-create", "", RUN, RUN),
    Row("messaging:trigger-edit", "trigger", RUN, RUN),
    Row("messaging:trigger-delete", "trigger", RUN, RUN),
    *(
        Row(f"messaging:{name}", "", VIEW, None)
        for name in ("template-list", "template-choices", "field-choices")
    ),
    Row("messaging:template-create", "", TEMPLATES, TEMPLATES),
    Row("messaging:template-edit", "template", TEMPLATES, TEMPLATES),
    Row("messaging:template-delete", "template", TEMPLATES, TEMPLATES),
    Row("messaging:scheduled-list", "", VIEW, None),
    Row("messaging:scheduled-edit", "scheduled", TEXT, TEXT),
    Row("messaging:recurring-create", "", TEXT, TEXT),
    Row("messaging:recurring-edit", "recurrence", TEXT, TEXT),
    Row("messaging:recurring-pause", "recurrence", None, TEXT),
    Row("messaging:recurring-delete", "recurrence", TEXT, TEXT),
    Row("messaging:broadcast-list", "", VIEW, None),
    Row("messaging:audience-count", "", BROADCAST, None),
    Row("messaging:broadcast-create", "", BROADCAST, BROADCAST),
    Row("messaging:broadcast-detail", "broadcast", VIEW, None),
    Row("messaging:broadcast-progress", "broadcast", VIEW, None),
    Row("messaging:broadcast-edit", "broadcast", BROADCAST, BROADCAST),
    Row("messaging:broadcast-results", "broadcast", EXPORT, None),
    Row("messaging:broadcast-stop", "broadcast", BROADCAST, BROADCAST),
    Row("messaging:broadcast-approve", "broadcast", None, APPROVE),
    *(
        Row(f"messaging:broadcast-{verb}", "broadcast", None, BROADCAST)
        for verb in ("start", "test", "pause", "resume", "retry", "withdraw")
    ),
    Row("messaging:quick-text", "", TEXT, TEXT),
    Row("messaging:send-text", "contact", None, TEXT),
    Row("messaging:typing", "contact", None, TEXT),
    Row("messaging:handset", "", VIEW, None),
    Row("messaging:handset-answer", "", None, EDIT),
    Row("messaging:live", "", VIEW, None),
    Row("settings:profile", "", OWN, OWN),
    Row("settings:password", "", OWN, OWN),
    Row("settings:second-factor", "", OWN, OWN),
    Row("settings:session-end-others", "", None, OWN),
    Row("settings:session-end", "sign-in", None, OWN),
    Row("settings:invitation-create", "", PEOPLE, PEOPLE),
    Row("settings:invitation-revoke", "invitation", None, PEOPLE),
    Row("settings:token-list", "", OWN, None),
    Row("settings:token-create", "", OWN, OWN),
    Row("settings:token-revoke", "token", OWN, OWN),
    Row("settings:person-list", "", PEOPLE, None),
    Row("settings:person-create", "", PEOPLE, PEOPLE),
    Row("settings:person-edit", "person", PEOPLE, PEOPLE),
    Row("settings:person-deactivate", "person", PEOPLE, PEOPLE),
    Row("settings:field-list", "", VIEW, None),
    Row("settings:field-create", "", RUN, RUN),
    Row("settings:field-edit", "field", RUN, RUN),
    Row("settings:field-archive", "field", None, RUN),
    Row("settings:audit-list", "", PEOPLE, None),
    Row("settings:team-list", "", PEOPLE, None),
    Row("settings:team-create", "", PEOPLE, PEOPLE),
    Row("settings:team-edit", "team", PEOPLE, PEOPLE),
    Row("settings:team-take", "team", None, PEOPLE),
    Row("settings:team-delete", "team", PEOPLE, PEOPLE),
    Row("settings:gateway-list", "", RUN, None),
    Row("settings:gateway-test", "gateway", None, RUN),
    Row("settings:attention", "", VIEW, None),
    Row("settings:attention-send", "message", TEXT, TEXT),
    Row("settings:optout-list", "", VIEW, None),
    Row("settings:optout-create", "", EDIT, EDIT),
    Row("settings:optout-detail", "phone", VIEW, OPT_IN),
    Row("settings:optout-review", "phone", None, EDIT),
    Row("settings:hours", "", RUN, RUN),
    Row("settings:mail-list", "", OWN, None),
    Row("settings:hook-list", "", RUN, None),
    Row("settings:hook-create", "", RUN, RUN),
    Row("settings:report-list", "", RUN, None),
    Row("settings:hook-detail", "hook", RUN, None),
    *(Row(f"settings:hook-{verb}", "hook", RUN, RUN) for verb in ("edit", "rotate", "delete")),
    *(Row(f"settings:hook-{verb}", "hook", None, RUN) for verb in ("switch", "ping")),
    Row("settings:delivery-detail", "delivery", RUN, None),
    Row("settings:delivery-again", "delivery", None, RUN),
    Row("settings:event-list", "", RUN, None),
    Row("settings:event-detail", "event", RUN, None),
    Row("settings:event-replay", "event", None, RUN),
]


def names(resolver: URLResolver | None = None, space: str = "") -> Iterator[str]:
    """Every name in the URLconf behind a sign-in."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLPattern):
            name = f"{space}:{one.name}" if space else str(one.name)
            if name not in PUBLIC:
                yield name
        elif one.namespace not in OTHER_DOORS:
            yield from names(one, one.namespace or space)
