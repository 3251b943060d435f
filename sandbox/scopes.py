"""What a scope includes (Core API §1.12): `manage` satisfies every verb of its area."""

from collections.abc import Collection, Iterable

_INCLUDED = ("create", "delete", "read", "update")


def beyond(names: Iterable[str], allowed: Collection[str]) -> list[str]:
    """Those of `names` that somebody with the scopes `allowed` may not pass on."""
    return [name for name in names if name not in allowed and not _included(name, allowed)]


def _included(name: str, allowed: Collection[str]) -> bool:
    area, _, verb = name.rpartition(".")
    return verb in _INCLUDED and f"{area}.manage" in allowed
