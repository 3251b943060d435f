"""The OpenAPI documents, made fit for clients that are generated from them."""

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema


class Documented(NinjaAPI):
    """An API whose document tells no defaults of what is sent.

    A generated client sends every default it reads, so that changing one field of an object would
    reset the others.
    """

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        document = super().get_openapi_schema(**options)
        named = document["components"]["schemas"]
        seen: set[str] = set()
        for operation in operations_of(document):
            _forget_defaults(operation.get("requestBody"), named, seen)
        return document


def operations_of(document: OpenAPISchema) -> list[dict[str, Any]]:
    return [operation for operations in document["paths"].values() for operation in operations.values()]


def _forget_defaults(schema: Any, named: dict[str, Any], seen: set[str]) -> None:
    """Also in the named schemas it refers to; `seen` are those done already."""
    if isinstance(schema, list):
        for each in schema:
            _forget_defaults(each, named, seen)
    if not isinstance(schema, dict):
        return
    schema.pop("default", None)
    name = schema.get("$ref", "").rpartition("/")[2]
    if name and name not in seen:
        seen.add(name)
        _forget_defaults(named[name], named, seen)
    for each in schema.values():
        _forget_defaults(each, named, seen)
