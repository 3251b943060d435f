"""Paths the documents spell in two ways: `external_dids` and `external-dids` (Core API §2.2)."""

from collections.abc import Callable
from typing import Any

View = Callable[..., Any]


def spelled_twice(
    register: Callable[..., Callable[[View], View]], path: str, *, operation_id: str, **options: Any
) -> Callable[[View], View]:
    """A decorator in the place of `@router.get(path, …)`, for a path with `external_dids` in it."""

    def decorate(view: View) -> View:
        register(path, operation_id=operation_id, **options)(view)
        hyphened = path.replace("/external_dids", "/external-dids")
        register(hyphened, operation_id=f"{operation_id}_hyphened", **options)(view)
        return view

    return decorate
