"""Paths that also exist under `/admin` (Core API §1.1): the same resource, for administrators only.

An administrator is whoever has the scope admin.manage, or admin.create, .read, .update or .delete for
just that. The admin path asks for nothing else, and like the plain one shows the branch below the
caller: to an administrator at the top of the tree that is the whole world.
"""

from collections.abc import Callable
from typing import Any

from sandbox.auth import Administrators

_VERBS = {"get": "read", "post": "create", "patch": "update", "put": "update", "delete": "delete"}

View = Callable[..., Any]


def mirrored(
    register: Callable[..., Callable[[View], View]],
    path: str,
    *,
    operation_id: str,
    body: str = "application/json",
    admin_path: str = "",
    **options: Any,
) -> Callable[[View], View]:
    """A decorator in the place of `@router.get(path, …)`: `@mirrored(router.get, path, …)`.

    `register` is the router's method, `options` are its own. `body`: the content type administrators
    must send; `admin_path`: where the mirror is, `/admin` before the path unless given.
    """
    verb = _VERBS[register.__name__]
    administrators = {**options, "auth": Administrators(verb, body=body)}

    def decorate(view: View) -> View:
        register(path, operation_id=operation_id, **options)(view)
        register(admin_path or f"/admin{path}", operation_id=f"admin_{operation_id}", **administrators)(view)
        return view

    return decorate
