#!/usr/bin/env python
"""Django's command line for this project: `python manage.py help` lists the commands."""

import os
import sys

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError, connection

SENDERS = {"qcluster", "outbox"}  # what runs for long, as the web server does


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smscrm.settings")
    try:
        if sys.argv[1:2] and sys.argv[1] in SENDERS:
            django.setup()
            from messaging.checks import refuse_to_start

            connection.ensure_connection()
            refuse_to_start()
            if sys.argv[1] == "qcluster":
                from messaging import queue

                queue.must_answer()
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    except OperationalError as error:
        if "--traceback" in sys.argv:
            raise
        from messaging.checks import unusable

        sys.exit(f"{unusable(error)} (--traceback tells where)")
    except KeyboardInterrupt:
        sys.exit(130)  # as shells say it


if __name__ == "__main__":
    main()
