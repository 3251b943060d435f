"""Pages, counted from 1, with their total (Phone Number API §3.2)."""

from typing import Any

from django.db.models import QuerySet
from ninja import Schema
from pydantic import Field

_LARGEST = 100
_LARGEST_OFFSET = 2**31


class PageParams(Schema):
    """A page below 1 is the first, a size outside of 1 to 100 the nearest that is allowed."""

    page: int = Field(1, description="Counted from 1.")
    per_page: int = Field(25, description="At most 100.")

    def window(self) -> tuple[int, int]:
        return max(self.page, 1), min(max(self.per_page, 1), _LARGEST)


def cut(rows: QuerySet, page: int, size: int) -> tuple[list[Any], int]:
    """The rows of a page, and how many there are on all pages."""
    total = rows.order_by().count()
    start = (page - 1) * size
    return (list(rows[start : start + size]) if start < min(total, _LARGEST_OFFSET) else []), total


def told(items: list[Any], page: int, size: int, total: int) -> dict[str, Any]:
    return {"items": items, "page": page, "per_page": size, "total": total}
