import sys

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate


class MessagingConfig(AppConfig):
    name = "messaging"

    def ready(self) -> None:
        """Listen to comments, to the queue's workers, and let timelines follow tracks."""
        from messaging import beside, checks, figures, queue, tracks, triggers, watchdog
        from messaging.models import Message

        checks.register()
        queue.listen()
        tracks.join_timelines()
        beside.join_pages()
        triggers.listen()
        if sys.argv[1:2] == ["qcluster"]:
            watchdog.start()
        post_delete.connect(figures.on_delete, sender=Message)
        post_migrate.connect(queue.ensure_schedule, sender=self)
