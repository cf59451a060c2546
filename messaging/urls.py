"""Addresses of everything that texts. The paths are a public contract."""

from django.urls import path

from messaging.views import webhooks

app_name = "messaging"
urlpatterns = [
    path("webhooks/<slug:gateway>/<str:token>/", webhooks.webhook, name="webhook"),
]
