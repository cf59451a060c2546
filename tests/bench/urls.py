"""The product's addresses and /empty/, which does nothing behind the same middleware."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from contacts.access import needs
from contacts.roles import Right
from smscrm.urls import urlpatterns as product


@needs(Right.VIEW)
def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.user.is_authenticated}")


urlpatterns = [path("empty/", empty), *product]
