"""The product's own settings; beside its pages an empty view, to compare with."""

from smscrm.settings import *  # noqa: F403
from smscrm.settings import INSTALLED_APPS as PRODUCT_APPS
from tests.bench import queries

queries.count()

ROOT_URLCONF = "tests.bench.urls"
INSTALLED_APPS = [*PRODUCT_APPS]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
