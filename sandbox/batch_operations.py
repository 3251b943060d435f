"""What one operation of a batch task does, for each type of task (Core API §2.7).

An operation is what the same request to the resource itself would do, by the task's partner: the
same checks, the same refusals.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from pydantic import BaseModel

from sandbox.api import phonenumber_dids, prefixes
from sandbox.api.objects import DID
from sandbox.auth import Caller
from sandbox.errors import ApiError, Problem, not_found
from sandbox.models import Task
from sandbox.pool import release
from sandbox.shapes import Shape
from sandbox.writing import first


@dataclass(frozen=True)
class Kind:
    """One type of batch task.

    `keys` are the fields an entry can name an object by, the first of them also describes it. The
    functions take the caller, then the body or the object's row(s); they raise ApiError.
    """

    shape: Shape
    sid: str
    keys: tuple[str, ...]
    order: type[BaseModel]
    changes: type[BaseModel]
    held: Callable[[Caller], QuerySet]
    create: Callable[[Caller, Any], Any]
    change: Callable[[Caller, QuerySet, Any], Any]
    remove: Callable[[Caller, Any], Any]


PHONENUMBER = Kind(
    shape=DID,
    sid="did_sid",
    keys=("phonenumber", "did_sid", "name", "string_key_1", "string_key_2"),
    order=phonenumber_dids.DidOrder,
    changes=phonenumber_dids.DidChanges,
    held=phonenumber_dids.held,
    create=phonenumber_dids.order,
    change=lambda caller, rows, body: phonenumber_dids.change(caller, rows, body, replace=False),
    remove=release,
)
PREFIX = Kind(
    shape=prefixes.PREFIXES.shape,
    sid="prefix_sid",
    keys=("prefix", "prefix_sid", "name", "string_key_1", "string_key_2"),
    order=prefixes.NewPrefix,
    changes=prefixes.PrefixChanges,
    held=lambda caller: prefixes.held(caller, prefixes.PREFIXES),
    create=lambda caller, body: prefixes.add(caller, prefixes.PREFIXES, body),
    change=lambda caller, rows, body: prefixes.alter(caller, prefixes.PREFIXES, rows, body, replace=False),
    remove=lambda _caller, prefix: prefix.delete(),
)
KINDS = {"phonenumber": PHONENUMBER, "prefix": PREFIX}


def total(task: Task) -> int:
    """How many operations the task has."""
    return len(task.data) if task.method == "POST" else len(task.entries)


def key(task: Task, position: int) -> dict[str, Any]:
    """Which operation it is, as error details tell it."""
    kind = KINDS[task.type]
    if task.method == "POST":
        return {name: task.data[position][name] for name in kind.keys if name in task.data[position]}
    return {task.field or "": task.entries[position]}


def perform(caller: Caller, task: Task, position: int) -> None:
    """Do one operation; ApiError when it is refused."""
    kind = KINDS[task.type]
    if task.method == "POST":
        kind.create(caller, kind.order.model_validate(task.data[position]))
        return
    rows = found(caller, task, task.entries[position])
    if task.method == "PATCH":
        kind.change(caller, rows, kind.changes.model_validate(task.data))
    else:
        kind.remove(caller, first(rows))


def found(caller: Caller, task: Task, entry: str) -> QuerySet:
    """The one object an entry names; ApiError 404 for none, 409 when it names several."""
    kind = KINDS[task.type]
    rows = kind.held(caller).filter(**{task.field or "": entry})
    matches = rows.values_list("pk", flat=True)[:2]
    if not matches:
        raise not_found(f"cannot find item by {task.field}", task.field)
    if len(matches) > 1:
        raise ApiError(409, "conflict", Problem(task.field, "several objects have this value"))
    return kind.held(caller).filter(pk=matches[0])


def review_items(caller: Caller, task: Task) -> list[dict[str, Any]]:
    """What the task is going to change: one item an object, each field with what it is and will be."""
    kind = KINDS[task.type]
    if task.method == "POST":
        return [_item(kind, None, _from_nothing(body)) for body in task.data]
    rows = kind.held(caller).filter(**{f"{task.field}__in": task.entries})
    objects = kind.shape.read(rows.order_by(*kind.shape.order), kind.shape.chosen("", "", admin=True))
    return [_item(kind, each, _changes(task, each)) for each in objects]


def _from_nothing(body: dict[str, Any]) -> dict[str, list[Any]]:
    return {name: [None, value] for name, value in body.items()}


def _changes(task: Task, known: dict[str, Any]) -> dict[str, list[Any]]:
    if task.method == "DELETE":
        return {"partner_sid": [known["partner_sid"], None]}
    return {name: [known.get(name), value] for name, value in task.data.items()}


def _item(kind: Kind, known: dict[str, Any] | None, fields: dict[str, list[Any]]) -> dict[str, Any]:
    name = kind.keys[0]
    described = known[name] if known else fields.get(name, [None, ""])[1]
    return {
        "description": described,
        "fields": fields,
        "sid": known[kind.sid] if known else None,
        "version": 1,
    }
