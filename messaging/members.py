"""Who is signed in, with what they chose: their time zone holds for what they are shown."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.db.models import Exists
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from contacts.models import Team
from messaging import preferences

THERE_ARE_TEAMS = Exists(Team.objects.all())


class MemberBackend(ModelBackend):
    """Fetches preferences and role with the user, so that no page pays a query for them."""

    def get_user(self, user_id: int) -> User | None:
        known = User.objects.select_related("preference", "member")
        user = known.annotate(there_are_teams=THERE_ARE_TEAMS).filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None


def own_time_zone(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: the times of a page are those of who looks at it."""

    def respond(request: HttpRequest) -> HttpResponse:
        # Without a session there is nobody to ask about: gateways come by here too.
        known = settings.SESSION_COOKIE_NAME in request.COOKIES
        with timezone.override(preferences.time_zone(request.user) if known else None):
            return get_response(request)

    return respond
