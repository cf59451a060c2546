"""The product's settings with a test environment: SQLite by default, PostgreSQL by DATABASE_URL."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz")
os.environ.setdefault("WEBHOOK_TOKEN", "test-webhook-token-0123456789abcdef")
os.environ["DEMO"] = "true"
os.environ["DEBUG"] = "false"
os.environ["FENCE_FILE"] = str(Path(tempfile.mkdtemp()) / "instance.json")
os.environ["UNDO_SECONDS"] = "0"
os.environ["PUBLIC_URL"] = "http://127.0.0.1:8000"
for name in ("SEVEN_API_KEY", "D7_API_TOKEN", "SMRTPHONE_API_TOKEN", "SEVEN_SIGNING_SECRET"):
    os.environ[name] = ""

from smscrm.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # Argon2 is slow on purpose
STORAGES = {  # no collectstatic before the tests
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True  # nor a warning that there are no collected files
