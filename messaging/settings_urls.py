"""Addresses of the settings. Numbers and triggers keep theirs: /numbers/ and /triggers/."""

from django.urls import path

from messaging.views.settings_attention import attention, send_anyway
from messaging.views.settings_events import event_detail, event_list, event_replay
from messaging.views.settings_gateways import gateway_list, gateway_test
from messaging.views.settings_optouts import (
    optout_create,
    optout_detail,
    optout_list,
    optout_review,
)
from messaging.views.settings_profile import Password, profile
from messaging.views.settings_tokens import token_create, token_list, token_revoke

app_name = "settings"
urlpatterns = [
    path("settings/", profile, name="profile"),
    path("settings/password/", Password.as_view(), name="password"),
    path("settings/tokens/", token_list, name="token-list"),
    path("settings/tokens/new/", token_create, name="token-create"),
    path("settings/tokens/<int:pk>/revoke/", token_revoke, name="token-revoke"),
    path("settings/gateways/", gateway_list, name="gateway-list"),
    path("settings/gateways/<slug:name>/test/", gateway_test, name="gateway-test"),
    path("settings/attention/", attention, name="attention"),
    path("settings/attention/<int:pk>/send/", send_anyway, name="attention-send"),
    path("settings/opt-outs/", optout_list, name="optout-list"),
    path("settings/opt-outs/new/", optout_create, name="optout-create"),
    path("settings/opt-outs/<str:phone>/", optout_detail, name="optout-detail"),
    path("settings/opt-outs/<str:phone>/review/", optout_review, name="optout-review"),
    path("settings/events/", event_list, name="event-list"),
    path("settings/events/<int:pk>/", event_detail, name="event-detail"),
    path("settings/events/<int:pk>/again/", event_replay, name="event-replay"),
]
