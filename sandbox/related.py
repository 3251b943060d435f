"""Reading objects, with their whole partner when asked for (Core API §1.9)."""

from typing import Any

from django.db.models import QuerySet

from sandbox.api.objects import PARTNER
from sandbox.models import Partner
from sandbox.shapes import Field, Shape


def read(
    rows: QuerySet, shape: Shape, fields: list[Field], *, related: bool, admin: bool
) -> list[dict[str, Any]]:
    """`rows` as JSON-ready objects; `related` adds `partner` to each, at one more query."""
    if not related:
        return shape.read(rows, fields)
    holder = shape.by_name()["partner_sid"]
    items = shape.read(rows, fields if holder in fields else [*fields, holder])
    sids = {item["partner_sid"] for item in items if item["partner_sid"]}
    partners = PARTNER.read(Partner.objects.filter(partner_sid__in=sids), PARTNER.chosen("", "", admin=admin))
    known = {partner["partner_sid"]: partner for partner in partners}
    for item in items:
        item["partner"] = known.get(item["partner_sid"])
        if holder not in fields:
            del item["partner_sid"]
    return items
