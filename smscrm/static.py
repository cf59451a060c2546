"""Static files: which are taken, and how they are stored."""

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(StaticFilesConfig):
    """Without htmx's extensions: we use none, and one imports a bare name no hash can replace."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "django_htmx/ext/*"]


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """`import "./live.js"` in a module points at the hashed file, so it caches for ever."""

    support_js_module_import_aggregation = True
