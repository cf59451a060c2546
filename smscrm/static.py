"""Static files: which are taken, and how they are stored."""

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage

UNUSED = ["django_htmx/ext/*", "ninja/redoc*", "ninja/favicon*", "ninja/swagger-ui-init.js"]


class StaticFiles(StaticFilesConfig):
    """
    Without what we use nothing of: of htmx's extensions, one imports a bare name no hash can
    replace.
    """

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, *UNUSED]


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """`import "./live.js"` in a module points at the hashed file, so it caches for ever."""

    support_js_module_import_aggregation = True
