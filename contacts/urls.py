"""Addresses of people, companies and deals. The paths are a public contract."""

from django.urls import URLPattern

app_name = "contacts"
urlpatterns: list[URLPattern] = []
