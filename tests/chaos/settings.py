"""The product's settings, with a gateway on this machine that must answer fast."""

import os

from smscrm.settings import *  # noqa: F403
from smscrm.settings import GATEWAYS, INSTALLED_APPS, Q_CLUSTER

HURRIED = os.environ.get("CHAOS_HURRIED", "yes") == "yes"
if HURRIED:
    INSTALLED_APPS = [*INSTALLED_APPS, "tests.chaos.apps.Hurried"]
    GATEWAYS = {name: {**GATEWAYS[name], "deadline": 2.0} for name in ("seven", "d7")}
    RECONCILE_MINUTES = 8 / 60
if os.environ.get("CHAOS_WATCHDOG"):
    INSTALLED_APPS = ["tests.chaos.apps.Watchful", *INSTALLED_APPS]
Q_CLUSTER = {**Q_CLUSTER, "name": os.environ.get("CHAOS_NAME", "chaos"), "log_level": "ERROR"}
STORAGES = {  # no page is shown, so nothing was collected
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
