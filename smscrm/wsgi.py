"""The door for gunicorn: `gunicorn smscrm.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

from smscrm.chunked import gathered

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smscrm.settings")
application = gathered(get_wsgi_application())

from messaging.checks import refuse_to_start  # noqa: E402 (Django has to be set up first)

refuse_to_start()
