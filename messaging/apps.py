import gc
import sys

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate


class MessagingConfig(AppConfig):
    name = "messaging"

    def ready(self) -> None:
        """Listen to comments, to the queue's workers, and let timelines follow tracks."""
        from messaging import (
            background,
            beside,
            checks,
            figures,
            following,
            imports,
            merged,
            privacy,
            queue,
            tracks,
            triggers,
            watchdog,
        )
        from messaging.hooks import listening
        from messaging.models import Message
        from messaging.signing_in import guessing, heard, sessions

        checks.register()
        tracks.join_timelines()
        beside.join_pages()
        ours = (queue, triggers, imports, background, merged, following, privacy)
        for part in (*ours, sessions, heard, guessing):
            part.listen()
        listening.listen(self)
        if sys.argv[1:2] == ["qcluster"]:
            watchdog.start()
        post_delete.connect(figures.on_delete, sender=Message)
        post_migrate.connect(queue.ensure_schedule, sender=self)
        # Hundreds of thousands of objects live as long as the process: looking through them for
        # garbage again and again took a twentieth of the time it takes to send.
        gc.freeze()
