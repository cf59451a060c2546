"""Addresses of everything that texts. The paths are a public contract."""

from django.urls import path

from messaging.views import (
    communications,
    conversation,
    dashboard,
    handset,
    inbox,
    live,
    message,
    numbers,
    stranger,
    texts,
    triggers,
    webhooks,
)

app_name = "messaging"
urlpatterns = [
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<int:pk>/", inbox.conversation_open, name="conversation-open"),
    path("inbox/<int:pk>/read/", inbox.conversation_read, name="conversation-read"),
    path("inbox/<int:pk>/assign/", conversation.conversation_assign, name="conversation-assign"),
    path("inbox/<int:pk>/done/", conversation.conversation_done, name="conversation-done"),
    path("inbox/<int:pk>/snooze/", conversation.conversation_snooze, name="conversation-snooze"),
    path("inbox/<int:pk>/reopen/", conversation.conversation_reopen, name="conversation-reopen"),
    path("inbox/<int:pk>/unread/", conversation.conversation_unread, name="conversation-unread"),
    path("inbox/<int:pk>/name/", stranger.conversation_name, name="conversation-name"),
    path("inbox/<int:pk>/whose/", stranger.conversation_whose, name="conversation-whose"),
    path("communications/", communications.communications, name="communications"),
    path("communications/<int:pk>/", message.message_detail, name="message-detail"),
    path("communications/<int:pk>/cancel/", message.message_cancel, name="message-cancel"),
    path("communications/<int:pk>/again/", message.message_again, name="message-again"),
    path(
        "communications/<int:pk>/arrived/",
        message.message_settle,
        {"arrived": True},
        name="message-arrived",
    ),
    path(
        "communications/<int:pk>/lost/",
        message.message_settle,
        {"arrived": False},
        name="message-lost",
    ),
    path("numbers/", numbers.number_list, name="number-list"),
    path("numbers/new/", numbers.number_edit, name="number-create"),
    path("numbers/<int:pk>/", numbers.number_edit, name="number-edit"),
    path("gateways/<slug:gateway>/resume/", numbers.gateway_resume, name="gateway-resume"),
    path("triggers/", triggers.trigger_list, name="trigger-list"),
    path("triggers/new/", triggers.trigger_edit, name="trigger-create"),
    path("triggers/<int:pk>/", triggers.trigger_edit, name="trigger-edit"),
    path("triggers/<int:pk>/delete/", triggers.trigger_delete, name="trigger-delete"),
    path("quick-text/", texts.quick_text, name="quick-text"),
    path("contacts/<int:pk>/text/", texts.send_text, name="send-text"),
    path("contacts/<int:pk>/earlier/", texts.earlier, name="conversation-earlier"),
    path("handset/", handset.handset, name="handset"),
    path("handset/answer/", handset.handset_answer, name="handset-answer"),
    path("live/", live.live, name="live"),
    path("webhooks/<slug:gateway>/<str:token>/", webhooks.webhook, name="webhook"),
]
