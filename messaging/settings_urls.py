"""Addresses of the settings. Numbers and triggers keep theirs: /numbers/ and /triggers/."""

from django.urls import path

from messaging.views.settings_attention import attention, send_anyway
from messaging.views.settings_audit import audit_list
from messaging.views.settings_events import event_detail, event_list, event_replay
from messaging.views.settings_fields import field_archive, field_edit, field_list
from messaging.views.settings_gateways import gateway_list, gateway_test
from messaging.views.settings_hooks import (
    delivery_again,
    delivery_detail,
    hook_create,
    hook_delete,
    hook_detail,
    hook_edit,
    hook_list,
    hook_ping,
    hook_rotate,
    hook_switch,
    report_list,
)
from messaging.views.settings_hours import hours
from messaging.views.settings_invitations import invitation_create, invitation_revoke
from messaging.views.settings_mail import mail_list
from messaging.views.settings_optouts import (
    optout_create,
    optout_detail,
    optout_list,
    optout_review,
)
from messaging.views.settings_people import person_deactivate, person_edit, person_list
from messaging.views.settings_profile import password, profile
from messaging.views.settings_second_factor import second_factor_page
from messaging.views.settings_sessions import session_end, session_end_others
from messaging.views.settings_teams import team_delete, team_edit, team_list, team_take
from messaging.views.settings_tokens import token_create, token_list, token_revoke

app_name = "settings"
urlpatterns = [
    path("settings/", profile, name="profile"),
    path("settings/password/", password, name="password"),
    path("settings/second-factor/", second_factor_page, name="second-factor"),
    path("settings/sessions/end/", session_end_others, name="session-end-others"),
    path("settings/sessions/<int:pk>/end/", session_end, name="session-end"),
    path("settings/invitations/", invitation_create, name="invitation-create"),
    path("settings/invitations/<int:pk>/revoke/", invitation_revoke, name="invitation-revoke"),
    path("settings/tokens/", token_list, name="token-list"),
    path("settings/tokens/new/", token_create, name="token-create"),
    path("settings/tokens/<int:pk>/revoke/", token_revoke, name="token-revoke"),
    path("settings/webhooks/", hook_list, name="hook-list"),
    path("settings/webhooks/new/", hook_create, name="hook-create"),
    path("settings/webhooks/reports/", report_list, name="report-list"),
    path("settings/webhooks/<int:pk>/", hook_detail, name="hook-detail"),
    path("settings/webhooks/<int:pk>/edit/", hook_edit, name="hook-edit"),
    path("settings/webhooks/<int:pk>/secret/", hook_rotate, name="hook-rotate"),
    path("settings/webhooks/<int:pk>/delete/", hook_delete, name="hook-delete"),
    path("settings/webhooks/<int:pk>/switch/", hook_switch, name="hook-switch"),
    path("settings/webhooks/<int:pk>/test/", hook_ping, name="hook-ping"),
    path("settings/deliveries/<int:pk>/", delivery_detail, name="delivery-detail"),
    path("settings/deliveries/<int:pk>/again/", delivery_again, name="delivery-again"),
    path("settings/teams/", team_list, name="team-list"),
    path("settings/teams/new/", team_edit, name="team-create"),
    path("settings/teams/<int:pk>/", team_edit, name="team-edit"),
    path("settings/teams/<int:pk>/take/", team_take, name="team-take"),
    path("settings/teams/<int:pk>/delete/", team_delete, name="team-delete"),
    path("settings/audit/", audit_list, name="audit-list"),
    path("settings/people/", person_list, name="person-list"),
    path("settings/people/new/", person_edit, name="person-create"),
    path("settings/people/<int:pk>/", person_edit, name="person-edit"),
    path("settings/people/<int:pk>/deactivate/", person_deactivate, name="person-deactivate"),
    path("settings/fields/", field_list, name="field-list"),
    path("settings/fields/new/", field_edit, name="field-create"),
    path("settings/fields/<int:pk>/", field_edit, name="field-edit"),
    path("settings/fields/<int:pk>/archive/", field_archive, name="field-archive"),
    path("settings/gateways/", gateway_list, name="gateway-list"),
    path("settings/gateways/<slug:name>/test/", gateway_test, name="gateway-test"),
    path("settings/mail/", mail_list, name="mail-list"),
    path("settings/hours/", hours, name="hours"),
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
