"""Comments, on every record type."""

from typing import Any

from django.http import Http404
from ninja import Router

from contacts import comments
from contacts.models import Comment, Company, Contact, Deal
from contacts.models.member import in_team, team_seen
from messaging.api import responses, shapes
from messaging.api.doors import Caller, found, needs, once
from messaging.api.problems import Problem
from messaging.models import Scope

router = Router(tags=["records"], by_alias=True)
RECORDS: dict[str, Any] = {"contacts": Contact, "companies": Company, "deals": Deal}


@router.get("/{nouns}/{pk}/comments", response=responses.Comments)
@needs(Scope.READ)
def comment_list(request: Caller, nouns: str, pk: int, cursor: str = "") -> Any:
    """The record's timeline, newest first: comments, tracks with their message, changes."""
    rows = Comment.objects.on(_record(request, nouns, pk))
    rows = rows.select_related("author", "track__message__number")
    rows = in_team(rows, team_seen(request.user), "track__message__contact__team")
    return shapes.items(rows, "-created_at", cursor, shapes.comment)


@router.post("/{nouns}/{pk}/comments", response={201: responses.CommentTold})
@needs(Scope.WRITE)
@once
def comment_create(request: Caller, nouns: str, pk: int, given: shapes.CommentIn) -> Any:
    """`sms: …` texts, as it does on the page, and then `kind` is `track`."""
    record = _record(request, nouns, pk)
    try:
        comment = comments.post_comment(on=record, author=request.user, body=given.body)
    except comments.CommentRefused as refusal:
        raise Problem(422, str(refusal)) from refusal
    may_send = Scope.SEND.value in request.auth.scopes
    if comment.kind == Comment.Kind.TRACK and not may_send:  # and nothing of it is kept
        raise Problem(403, "This token may not text: it lacks “send”.")
    return 201, shapes.comment(comment)


def _record(request: Caller, nouns: str, pk: int) -> Any:
    """Raises Http404."""
    if nouns not in RECORDS:
        raise Http404
    return found(RECORDS[nouns].objects.visible_to(request.user), pk)
