"""Changing and taking back one's own words. What became of an `sms:` comment stays as it is."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from contacts.access import needs
from contacts.forms.comment import CommentEditForm
from contacts.models import Comment
from contacts.roles import Right

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@get_or_post
@needs(Right.EDIT)
def comment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    comment = own_comment(request, pk)
    form = CommentEditForm(request.POST or None, initial={"body": comment.body})
    if form.is_valid():
        form.save(comment)
        return redirect(activity(comment))

    status = 422 if form.is_bound else 200
    context = {"comment": comment, "form": form, "back": activity(comment)}
    return render(request, "contacts/comment_edit.html", context, status=status)


@get_or_post
@needs(Right.EDIT)
def comment_delete(request: HttpRequest, pk: int) -> HttpResponse:
    comment = own_comment(request, pk)
    back = activity(comment)
    if request.method == "POST":
        Comment.objects.filter(pk=pk, kind=Comment.Kind.COMMENT).delete()
        messages.success(request, "The comment was deleted.")
        return redirect(back)

    return render(request, "contacts/comment_delete.html", {"comment": comment, "back": back})


def own_comment(request: HttpRequest, pk: int) -> Comment:
    """Their own plain comment on a record they may see. Raises Http404 for all others."""
    own = Comment.objects.filter(author_id=request.user.pk, kind=Comment.Kind.COMMENT)
    comment = get_object_or_404(own.select_related("content_type"), pk=pk)
    record: Any = comment.record
    if record is None or not type(record).objects.visible_to(request.user).filter(pk=record.pk):
        raise Http404
    return comment


def activity(comment: Comment) -> str:
    record: Any = comment.record
    return f"{record.get_absolute_url()}?tab=activity"
