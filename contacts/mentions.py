"""
@mentions: a comment that names `@alice` tells Alice, in the app and by e-mail where there is one.

Only plain comments do: what is texted to somebody is not written to the team.
"""

from __future__ import annotations

import logging
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower

from contacts.models import Comment, Notification
from contacts.models.member import sees, team_of, team_seen
from contacts.roles import Role

if TYPE_CHECKING:
    from django.db.models import QuerySet

log = logging.getLogger(__name__)

MOST = 20  # people one comment may tell
# What Django takes for a user name; not inside a word, so that an e-mail address mentions nobody.
_MENTION = re.compile(r"(?<![\w.@+-])@([\w.+-][\w.@+-]{0,149})")


def names(body: str) -> list[str]:
    """The names behind an @, in lower case, each once; a full stop at the end is none of it."""
    found = (match.rstrip(".-+@").lower() for match in _MENTION.findall(body))
    return list(dict.fromkeys(name for name in found if name))[:MOST]


def notify(comment: Comment) -> list[User]:
    """
    Tell those whom a new comment mentions and who may see it, but not its author. Returns who was
    told.
    """
    named = names(comment.body) if comment.kind == Comment.Kind.COMMENT else []
    if not named:
        return []
    team = User.objects.annotate(lower=Lower("username")).filter(is_active=True)
    named_here = team.filter(lower__in=named).exclude(pk=comment.author_id or 0)
    record: Any = comment.record
    people: list[User] = [one for one in named_here.select_related("member") if sees(one, record)]
    rows = [Notification(user=person, comment=comment) for person in people]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    for person in people:
        if person.email and settings.EMAIL_URL:
            transaction.on_commit(partial(_write_to, person, comment))
    return people


def suggestions(typed: str, user: Any, most: int = 6) -> QuerySet[User]:
    """Colleagues whose user name or name begins so: of this user's team, where there are teams."""
    begins = (
        Q(username__istartswith=typed)
        | Q(first_name__istartswith=typed)
        | Q(last_name__istartswith=typed)
    )
    people = User.objects.filter(begins, is_active=True)
    if team_seen(user) is not None:
        people = people.filter(
            Q(member__team=team_of(user)) | Q(member__role=Role.ADMIN) | Q(is_superuser=True)
        )
    return people.order_by("username")[:most]


def _write_to(person: User, comment: Comment) -> None:
    """An e-mail that cannot be sent is a line in the log: the bell has it anyway."""
    author: Any = comment.author
    who = (author.get_full_name() or author.get_username()) if author else "Somebody"
    record: Any = comment.record
    link = f"{settings.PUBLIC_URL}{record.get_absolute_url()}?tab=activity#comment-{comment.pk}"
    subject = " ".join(f"{who} mentioned you on {record}".split())
    try:
        send_mail(subject, f"{comment.body}\n\n{link}\n", None, [person.email])
    except Exception as error:  # noqa: BLE001 (whatever a mail server thinks of)
        log.warning("User %s was not written to: %s", person.pk, type(error).__name__)
