"""A URLconf with a view that says nothing about who may open it."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from smscrm.urls import urlpatterns as ours


def undeclared(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Here you are.")


urlpatterns = [*ours, path("undeclared/", undeclared)]
