"""The API with a description that says all: how it refuses, keys, and filters of lists."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI

from messaging.api import responses
from messaging.api.filtering import MessageFilters

REFUSED = {
    "description": "Refused: in `detail` is why.",
    "content": {"application/problem+json": {"schema": responses.Problem.model_json_schema()}},
}
_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "maxLength": 200},
    "description": "The same key and body are done once, and get the first answer again.",
}


def _filter(name: str, one: Any) -> dict[str, Any]:
    """With its choices where they are words of ours."""
    words = {"enum": [word for word, _ in one.extra["choices"]]} if "choices" in one.extra else {}
    schema = {"type": "string", **words}
    return {"in": "query", "name": name, "schema": schema, "description": str(one.label)}


_FILTERS = [_filter(name, one) for name, one in MessageFilters.base_filters.items()]


class Described(NinjaAPI):
    """Adds to what ninja knows of an operation by itself."""

    def get_openapi_schema(self, **given: Any) -> Any:
        described = super().get_openapi_schema(**given)
        for path, operations in described["paths"].items():
            for method, one in operations.items():
                one["responses"] |= {"4XX": REFUSED, "5XX": REFUSED}
                if method == "post":
                    one.setdefault("parameters", []).append(_KEY)
                if path.endswith("/messages") and method == "get":
                    one.setdefault("parameters", []).extend(_FILTERS)
        return described
