"""How static files are stored: hashed names, compressed, JS imports rewritten with them."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """`import "./live.js"` in a module points at the hashed file, so it caches for ever."""

    support_js_module_import_aggregation = True
