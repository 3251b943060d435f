"""LRN prefixes (Core API §2.4): prefixes in a collection of their own."""

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from sandbox.api import prefixes
from sandbox.api.documents import READ_ERRORS, WRITE_ERRORS
from sandbox.api.phonenumber_dids import UpdateParams
from sandbox.api.prefixes import (
    LRN_PREFIXES,
    MAY_CHANGE,
    MAY_CREATE,
    MAY_DELETE,
    MAY_READ,
    NewPrefix,
    PrefixChanges,
)
from sandbox.paging import RelatedFieldParams, RelatedListParams, page_schema

router = Router(tags=["Prefixes"])
_SHAPE = LRN_PREFIXES.shape
_CHANGED = {200: _SHAPE.schema(), **WRITE_ERRORS}
_ALL, _ONE = "/phonenumber/lrn_prefixes", "/phonenumber/lrn_prefixes/{lrn_prefix_sid}"


@router.post(_ALL, operation_id="create_lrn_prefix", response=_CHANGED, auth=MAY_CREATE)
def create_one(request: HttpRequest, payload: NewPrefix) -> HttpResponse:
    """A new LRN prefix of the caller; one prefix has one holder."""
    return prefixes.create(request, LRN_PREFIXES, payload)


@router.get(
    _ALL, operation_id="list_lrn_prefixes", response={200: page_schema(_SHAPE), **READ_ERRORS}, auth=MAY_READ
)
def list_all(request: HttpRequest, params: Query[RelatedListParams]) -> HttpResponse:
    """The LRN prefixes of the caller and its descendants."""
    return prefixes.show_all(request, LRN_PREFIXES, params)


@router.get(
    _ONE, operation_id="get_lrn_prefix", response={200: _SHAPE.schema(), **READ_ERRORS}, auth=MAY_READ
)
def get_one(request: HttpRequest, lrn_prefix_sid: str, params: Query[RelatedFieldParams]) -> HttpResponse:
    """One LRN prefix of the caller or a descendant."""
    return prefixes.show(request, LRN_PREFIXES, lrn_prefix_sid, params)


@router.patch(_ONE, operation_id="patch_lrn_prefix", response=_CHANGED, auth=MAY_CHANGE)
def patch_one(
    request: HttpRequest, lrn_prefix_sid: str, payload: PrefixChanges, params: Query[UpdateParams]
) -> HttpResponse:
    """Change what the body names; `attributes` merge unless nested_objects=replace."""
    replace = params.nested_objects == "replace"
    return prefixes.change(request, LRN_PREFIXES, lrn_prefix_sid, payload, replace=replace)


@router.put(_ONE, operation_id="put_lrn_prefix", response=_CHANGED, auth=MAY_CHANGE)
def put_one(request: HttpRequest, lrn_prefix_sid: str, payload: PrefixChanges) -> HttpResponse:
    """Change what the body names; nested objects are taken as sent."""
    return prefixes.change(request, LRN_PREFIXES, lrn_prefix_sid, payload, replace=True)


@router.delete(_ONE, operation_id="delete_lrn_prefix", response={204: None, **READ_ERRORS}, auth=MAY_DELETE)
def delete_one(request: HttpRequest, lrn_prefix_sid: str) -> HttpResponse:
    """Give the prefix up."""
    return prefixes.remove(request, LRN_PREFIXES, lrn_prefix_sid)
