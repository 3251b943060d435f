"""Access control rules, and the lists in effect for a partner (Core API §2.13)."""

import re
from typing import Annotated, Any, Literal

from django.db import transaction
from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field

from sandbox.api.documents import READ_ERRORS, WRITE_ERRORS
from sandbox.auth import Caller, Scopes
from sandbox.bodies import writable
from sandbox.errors import Problem, forbidden, invalid, json_answer
from sandbox.lookups import JsonPathMatch
from sandbox.matching import match
from sandbox.models import AccessRule, Partner, Trunk, TrunkGroup
from sandbox.paging import FieldParams, ListParams, one, ordered, page, page_schema
from sandbox.shapes import Field as Attribute, Shape
from sandbox.writing import columns, first, in_use, update

router = Router(tags=["Access control"])

ACCESS_RULE = Shape(
    "AccessRule",
    (
        Attribute("entries", "array", write=True),
        Attribute("field", write=True),
        Attribute("name", write=True),
        Attribute("operation", write=True),
        Attribute("quantifier", write=True),
        Attribute("read_only", "bool"),
        Attribute("rule_sid"),
    ),
    order=("name", "pk"),
    unique="rule_sid",
)

_Entry = Annotated[str, Field(min_length=1, max_length=500)]


class RuleChanges(BaseModel):
    """What can be set; read-only fields may be sent along and are ignored."""

    model_config = ConfigDict(extra="allow", strict=True)

    entries: list[_Entry] = Field(default=[], min_length=1, max_length=1000)
    field: Literal["calling", "called", "from", "from_did", "to", "to_did", "message"] = "called"
    name: str = Field(default="N/A", max_length=200)
    operation: Literal["exact", "prefix", "regexp"] = "exact"
    quantifier: Literal["all", "any", "none"] = "any"


class NewRule(RuleChanges):
    """Everything but the name is required."""

    entries: list[_Entry] = Field(min_length=1, max_length=1000)
    field: Literal["calling", "called", "from", "from_did", "to", "to_did", "message"]
    operation: Literal["exact", "prefix", "regexp"]
    quantifier: Literal["all", "any", "none"]


_MAY_READ = Scopes("accesscontrol.manage", "accesscontrol.read")
_MAY_CREATE = Scopes("accesscontrol.manage", "accesscontrol.create")
_MAY_CHANGE = Scopes("accesscontrol.manage", "accesscontrol.update")
_MAY_DELETE = Scopes("accesscontrol.manage", "accesscontrol.delete")
_CHANGED = {200: ACCESS_RULE.schema(), **WRITE_ERRORS}
_ONE = "/accesscontrol/rules/{rule_sid}"


@router.post("/accesscontrol/rules", operation_id="create_access_rule", response=_CHANGED, auth=_MAY_CREATE)
def create_one(request: HttpRequest, payload: NewRule) -> HttpResponse:
    """A new rule of the caller; it does nothing until a list names it."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    values = writable(payload.model_dump(exclude_unset=True), ACCESS_RULE)
    _require_patterns(payload.operation, payload.entries)
    rule = AccessRule.objects.create(
        world=caller.world, partner=caller.partner, **columns(ACCESS_RULE, values)
    )
    return _told(request, rule.rule_sid, FieldParams())


@router.get(
    "/accesscontrol/rules",
    operation_id="list_access_rules",
    response={200: page_schema(ACCESS_RULE), **READ_ERRORS},
    auth=_MAY_READ,
)
def list_all(request: HttpRequest, params: Query[ListParams]) -> HttpResponse:
    """The caller's rules and its parent's, which are read-only; never those of sub-partners."""
    rows = _visible(request).filter(match(params.filter, ACCESS_RULE).q)
    return json_answer(page(request, ordered(rows, ACCESS_RULE, params.order), ACCESS_RULE, params))


@router.get(
    _ONE, operation_id="get_access_rule", response={200: ACCESS_RULE.schema(), **READ_ERRORS}, auth=_MAY_READ
)
def get_one(request: HttpRequest, rule_sid: str, params: Query[FieldParams]) -> HttpResponse:
    """One rule of the caller or its parent."""
    return _told(request, rule_sid, params)


@router.patch(_ONE, operation_id="patch_access_rule", response=_CHANGED, auth=_MAY_CHANGE)
def patch_one(request: HttpRequest, rule_sid: str, payload: RuleChanges) -> HttpResponse:
    """Change what the body names; `entries` are replaced as a whole."""
    _require_own(request, rule_sid)
    sent = writable(payload.model_dump(exclude_unset=True), ACCESS_RULE)
    update(_own(request, rule_sid), ACCESS_RULE, sent, replace=False, check=_checked)
    return _told(request, rule_sid, FieldParams())


@router.put(_ONE, operation_id="put_access_rule", response=_CHANGED, auth=_MAY_CHANGE)
def put_one(request: HttpRequest, rule_sid: str, payload: RuleChanges) -> HttpResponse:
    """The same: a rule has no nested objects."""
    return patch_one(request, rule_sid, payload)


@router.delete(
    _ONE, operation_id="delete_access_rule", response={204: None, **WRITE_ERRORS}, auth=_MAY_DELETE
)
def delete_one(request: HttpRequest, rule_sid: str) -> HttpResponse:
    """Delete a rule of one's own; refused while an access control list names it."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    _require_own(request, rule_sid)
    with transaction.atomic():
        rule = first(_own(request, rule_sid).select_for_update(of=("self",)))
        if count := _naming(caller, rule_sid):
            raise in_use("rule_sid", count, "access control lists", rule_sid)
        rule.delete()
    return HttpResponse(status=204)


def _visible(request: HttpRequest) -> QuerySet[AccessRule]:
    """Own rules and the parent's, with whose they are as `read_only`."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    own = Q(partner_id=caller.partner.partner_sid)
    theirs = Q(partner_id=caller.partner.parent_id) if caller.partner.parent_id else own
    read_only = Case(When(own, then=Value(False)), default=Value(True), output_field=BooleanField())  # noqa: FBT003
    return AccessRule.objects.filter(own | theirs).annotate(read_only=read_only)


def _own(request: HttpRequest, sid: str) -> QuerySet[AccessRule]:
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return AccessRule.objects.filter(partner_id=caller.partner.partner_sid, rule_sid=sid)


def _require_own(request: HttpRequest, sid: str) -> None:
    """ApiError 404 for a rule the caller cannot see, 403 for one it can only see."""
    if first(_visible(request).filter(rule_sid=sid)).read_only:  # type: ignore[attr-defined]
        raise forbidden("rule_sid", "the rule is the parent partner's and read-only")


def _told(request: HttpRequest, sid: str, params: FieldParams) -> HttpResponse:
    return json_answer(one(_visible(request).filter(rule_sid=sid), ACCESS_RULE, params))


def _checked(rule: AccessRule, wanted: dict[str, Any]) -> dict[str, Any]:
    _require_patterns(wanted.get("operation", rule.operation), wanted.get("entries", rule.entries))
    return wanted


def _require_patterns(operation: str, entries: list[str]) -> None:
    if operation != "regexp":
        return
    for index, entry in enumerate(entries):
        try:
            re.compile(entry)
        except (re.error, RecursionError, OverflowError):
            raise invalid(Problem(f"entries.{index}", "is not a regular expression")) from None


def _naming(caller: Caller, sid: str) -> int:
    """How many partners, trunk groups and trunks of the world have a list that names the rule."""

    def names(column: str) -> JsonPathMatch:
        return JsonPathMatch(column, ["access_control_rules"], "eq", sid)

    within = {"world": caller.world}
    return (
        Partner.objects.filter(Q(names("acls")) | Q(names("parent_assigned_acls")), **within).count()
        + TrunkGroup.objects.filter(names("acls"), **within).count()
        + Trunk.objects.filter(names("acls"), trunk_group__world=caller.world).count()
    )
