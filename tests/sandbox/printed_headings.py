"""The requests the reference names in headings only: whole objects by PUT, and the paths below /admin."""

from dataclasses import replace

from tests.sandbox.printed import Printed
from tests.sandbox.printed_reference import REFERENCE

_HEADINGS = "reference headings"
# Requests of the reference, by their path without the query.
_BY_PATH = {(each.method, each.path.partition("?")[0]): each for each in REFERENCE}

_PUT = (
    "/accesscontrol/rules/{rule_sid}",
    "/batch/tasks/{task_sid}",
    "/endpoints/{endpoint_sid}",
    "/oauth/logins/{login_sid}",
    "/oauth/tokens/{token_sid}",
    "/partners/{partner_sid}",
    "/phonenumber/dids/{did_sid}",
)
# Where administrators have a path of their own, and for which methods.
_ADMIN = {
    "/batch/tasks": "GET POST",
    "/batch/tasks/{task_sid}": "GET PATCH PUT DELETE",
    "/batch/tasks/{task_sid}/review_items": "GET",
    "/batch/tasks/{task_sid}/review_items.csv": "GET",
    "/endpoints": "GET POST",
    "/endpoints/{endpoint_sid}": "GET PATCH PUT DELETE",
    "/oauth/logins": "GET POST",
    "/oauth/logins/{login_sid}": "GET PATCH PUT DELETE",
    "/oauth/revoke": "POST",
    "/oauth/token": "POST",
    "/oauth/token/{sub_partner_sid}": "POST",
    "/oauth/tokens": "GET",
    "/oauth/tokens/{token_sid}": "GET PATCH PUT",
    "/oauth/whoami": "GET",
    "/partners": "GET",
    "/partners/{billed_partner_sid}/billing_method": "GET",
    "/partners/{partner_sid}": "GET PATCH PUT",
    "/phonenumber/dids/{did_sid}": "GET PATCH PUT",
}


def _whole(path: str) -> Printed:
    """The PATCH of this path, sent as PUT with the whole object."""
    patch = _BY_PATH["PATCH", path]
    return replace(patch, document=_HEADINGS, what=f"{patch.what}, whole", method="PUT")


def _mirrored(method: str, path: str) -> Printed:
    printed = _whole(path) if method == "PUT" else _BY_PATH[method, path]
    at = f"/admin{printed.path.replace('/phonenumber/dids', '/dids')}"
    what = f"{printed.what}, as administrator"
    return replace(printed, document=_HEADINGS, what=what, path=at, as_admin=True)


HEADINGS = [
    *(_whole(path) for path in _PUT),
    *(_mirrored(method, path) for path, methods in _ADMIN.items() for method in methods.split()),
]
