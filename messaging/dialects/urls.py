"""Where the gateways' dialects are: at the paths their own servers have."""

from django.urls import path

from messaging.dialects import d7, seven, smrtphone

app_name = "dialects"
urlpatterns = [
    path("api/balance", seven.balance, name="seven-balance"),
    path("api/hooks", seven.hooks, name="seven-hooks"),
    path("api/journal", seven.journal, name="seven-journal"),
    path("api/journal/<slug:kind>", seven.journal, name="seven-journal-kind"),
    path("api/sms", seven.sms, name="seven-sms"),
    path("api/status", seven.status, name="seven-status"),
    path("messages/v1/balance", d7.balance, name="d7-balance"),
    path("messages/v1/send", d7.send, name="d7-send"),
    path("report/v1/message-log/<str:request_id>", d7.message_log, name="d7-message-log"),
    path("sms/send", smrtphone.send, name="smrtphone-send"),
]
