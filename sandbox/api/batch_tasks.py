"""Batch tasks (Core API §2.7): asked for, reviewed, approved; sandbox.batch runs them."""

import csv
import io
import json
from typing import Annotated, Any, Literal

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field as Described, ValidationError, create_model

from sandbox import background, clock
from sandbox.api.documents import READ_ERRORS, WRITE_ERRORS, Refusal, download
from sandbox.api.mirrors import mirrored
from sandbox.auth import Caller, Scopes
from sandbox.batch import MAX_OPERATIONS
from sandbox.batch_operations import KINDS, Kind
from sandbox.bodies import writable
from sandbox.errors import ApiError, Problem, conflict, invalid, json_answer, not_found
from sandbox.matching import match
from sandbox.models import Task
from sandbox.paging import FieldParams, ListParams, one, ordered, page, page_schema
from sandbox.shapes import Field, Shape
from sandbox.tree import held_by_family

router = Router(tags=["Batch"])
_MAY_CREATE = Scopes("batch.manage", "batch.create")
_MAY_READ = Scopes("batch.manage", "batch.read")
_MAY_CHANGE = Scopes("batch.manage", "batch.update")
_MAY_DELETE = Scopes("batch.manage", "batch.delete")


class _TaskShape(Shape):
    def schema(self) -> type:
        """`data` is an object for PATCH, an array of objects for POST."""
        data = dict[str, Any] | list[dict[str, Any]] | None
        return create_model("Task", __base__=super().schema(), data=(data, None))


TASK = _TaskShape(
    "Task",
    (
        Field("data", "array", null=True),
        Field("date_created", "date"),
        Field("date_modified", "date"),
        Field("entries", "array"),
        Field("error_details", "array"),
        Field("failure", "int", null=True),
        Field("field", null=True),
        Field("method"),
        Field("partner_sid", column="partner_id"),
        Field("processed", "int", null=True),
        Field("review", "bool"),
        Field("status"),
        Field("success", "int", null=True),
        Field("task_sid"),
        Field("total", "int", null=True),
        Field("type"),
    ),
    order=("pk",),
    unique="task_sid",
)
_CREATED_WITH = ("data", "entries", "field", "method", "review", "type")


def _as_text(value: Any) -> Any:
    """Numbers may be written as JSON numbers, too."""
    return str(value) if type(value) is int else value


Entry = Annotated[str, BeforeValidator(_as_text, json_schema_input_type=str | int), Described(max_length=200)]
Data = dict[str, Any] | Annotated[list[dict[str, Any]], Described(max_length=MAX_OPERATIONS)] | None


class TaskOrder(BaseModel):
    """A task; which fields are needed depends on the method."""

    model_config = ConfigDict(extra="allow", strict=True)

    data: Data = Described(
        default=None, description="PATCH: an object; POST: an array of objects; DELETE: nothing."
    )
    entries: Annotated[list[Entry], Described(max_length=MAX_OPERATIONS)] | None = None
    field: str | None = Described(default=None, description="PATCH and DELETE: what entries name objects by.")
    method: Literal["POST", "PATCH", "DELETE"]
    review: bool = False
    type: Literal["phonenumber", "prefix"]


class TaskChanges(BaseModel):
    """Only the status can be changed; other fields of a task may be sent along and are ignored."""

    model_config = ConfigDict(extra="allow", strict=True)

    status: str = Described(default="", max_length=20, description="approved or cancelled")


class ReviewItem(Schema):
    description: str | None
    fields: dict[str, list[Any]]
    sid: str | None
    version: int


class Review(Schema):
    method: str
    review_items: list[ReviewItem]
    type: str


_ONE = {200: TASK.schema(), **READ_ERRORS}
_CHANGED = {200: TASK.schema(), **WRITE_ERRORS}


@mirrored(router.post, "/batch/tasks", operation_id="create_task", response=_CHANGED, auth=_MAY_CREATE)
def create_one(request: HttpRequest, payload: TaskOrder) -> HttpResponse:
    """Ask for many changes at once; they are made in the background."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    sent = writable(payload.model_dump(exclude_unset=True), TASK, _CREATED_WITH)
    values = {name: value for name, value in sent.items() if name in _CREATED_WITH}
    values["entries"] = values.get("entries") or []
    _require_sense(values)
    moment = clock.now(caller.world)
    task = Task.objects.create(
        world=caller.world, partner=caller.partner, date_created=moment, date_modified=moment, **values
    )
    # Answered as it was made, before the background thread can have touched it.
    answer = one(Task.objects.filter(pk=task.pk), TASK, FieldParams())
    background.wake()
    return json_answer(answer)


@mirrored(
    router.get,
    "/batch/tasks",
    operation_id="list_tasks",
    response={200: page_schema(TASK), **READ_ERRORS},
    auth=_MAY_READ,
)
def list_all(request: HttpRequest, params: Query[ListParams]) -> HttpResponse:
    """The tasks of the caller and its descendants."""
    rows = _known(request).filter(match(params.filter, TASK).q)
    return json_answer(page(request, ordered(rows, TASK, params.order), TASK, params))


@mirrored(router.get, "/batch/tasks/{task_sid}", operation_id="get_task", response=_ONE, auth=_MAY_READ)
def get_one(request: HttpRequest, task_sid: str, params: Query[FieldParams]) -> HttpResponse:
    """One task of the caller or a descendant, and how far it has come."""
    return json_answer(one(_known(request, task_sid=task_sid), TASK, params))


@mirrored(
    router.patch, "/batch/tasks/{task_sid}", operation_id="patch_task", response=_CHANGED, auth=_MAY_CHANGE
)
def patch_one(request: HttpRequest, task_sid: str, payload: TaskChanges) -> HttpResponse:
    """Approve or cancel a task that waits for its review."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    sent = writable(payload.model_dump(exclude_unset=True), TASK, ("status",))
    rows = _known(request, task_sid=task_sid)
    if "status" in sent and sent["status"] != _first(rows).status:
        if sent["status"] not in ("approved", "cancelled"):
            raise invalid(Problem("status", "can be changed to approved or cancelled only"))
        changed = rows.filter(status="pending_review").update(
            status=sent["status"], date_modified=clock.now(caller.world)
        )
        if not changed:
            raise conflict("status", f"a task that is {_first(rows).status} is not waiting for its review")
    answer = one(rows, TASK, FieldParams())
    background.wake()
    return json_answer(answer)


@mirrored(router.put, "/batch/tasks/{task_sid}", operation_id="put_task", response=_CHANGED, auth=_MAY_CHANGE)
def put_one(request: HttpRequest, task_sid: str, payload: TaskChanges) -> HttpResponse:
    """The same as PATCH: nothing else of a task can be changed."""
    return patch_one(request, task_sid, payload)


@mirrored(
    router.delete,
    "/batch/tasks/{task_sid}",
    operation_id="delete_task",
    response={204: None, **READ_ERRORS, 409: Refusal},
    auth=_MAY_DELETE,
)
def delete_one(request: HttpRequest, task_sid: str) -> HttpResponse:
    """Delete a task; one that has not begun never will."""
    with transaction.atomic():
        task = _first(_known(request, task_sid=task_sid).select_for_update())
        if task.status == "running":
            raise conflict("status", "the task is running; delete it once it is completed")
        task.delete()
    return HttpResponse(status=204)


@mirrored(
    router.get,
    "/batch/tasks/{task_sid}/review_items",
    operation_id="get_review_items",
    response={200: Review, **READ_ERRORS},
    auth=_MAY_READ,
)
def review_items(request: HttpRequest, task_sid: str) -> HttpResponse:
    """What a task with a review is going to change, as it stood when the task was looked at."""
    task = _first(_known(request, task_sid=task_sid))
    return json_answer({"method": task.method, "review_items": task.review_items, "type": task.type})


@mirrored(
    router.get,
    "/batch/tasks/{task_sid}/review_items.csv",
    operation_id="get_review_items_csv",
    **download("text/csv"),
    auth=_MAY_READ,
)
def review_items_csv(request: HttpRequest, task_sid: str, params: Query[FieldParams]) -> HttpResponse:
    """The same as a table, a line for each field of each item."""
    task = _first(_known(request, task_sid=task_sid))
    wanted = COLUMNS.chosen(params.include_fields, params.exclude_fields)
    text = io.StringIO()
    table = csv.DictWriter(text, [column.name for column in wanted], extrasaction="ignore")
    table.writeheader()
    for item in task.review_items:
        table.writerows(_lines(item))
    return HttpResponse(
        text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="review_items_{task.task_sid}.csv"'},
    )


COLUMNS = Shape(
    "ReviewLine",
    tuple(Field(name) for name in ("sid", "description", "version", "field", "old", "new")),
    order=("sid",),
    unique="sid",
)


def _lines(item: dict[str, Any]) -> list[dict[str, Any]]:
    known = {name: item[name] for name in ("sid", "description", "version")}
    fields = item["fields"] or {"": [None, None]}
    return [
        {**known, "field": name, "old": _cell(old), "new": _cell(new)} for name, (old, new) in fields.items()
    ]


def _cell(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _known(request: HttpRequest, **which: Any) -> QuerySet[Task]:
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return Task.objects.filter(held_by_family(caller.partner), **which)


def _first(rows: QuerySet[Task]) -> Task:
    task = rows.first()
    if task is None:
        raise not_found()
    return task


def _require_sense(values: dict[str, Any]) -> None:
    """ApiError unless the task has what its method needs, and every body is one the resource takes."""
    kind = KINDS[values["type"]]
    method, data = values["method"], values.get("data")
    if method == "POST":
        _require_empty(values, "entries")
        _require_bodies(kind, data)
        values["field"] = None
        return
    if method == "DELETE":
        _require_empty(values, "data")
        values["data"] = None
    elif not isinstance(data, dict) or not data:
        raise ApiError(400, "bad request", Problem("data", "is an object with the fields to change"))
    else:
        _require_body(kind.changes, kind, data, "data")
    if values.get("field") not in kind.keys:
        raise ApiError(400, "bad request", Problem("field", f"is one of {', '.join(kind.keys)}"))
    if not values["entries"]:
        raise ApiError(400, "bad request", Problem("entries", f"is required with method {method}"))


def _require_empty(values: dict[str, Any], name: str) -> None:
    if values.get(name):
        raise invalid(Problem(name, f"is empty with method {values['method']}"))


def _require_bodies(kind: Kind, data: Any) -> None:
    if not isinstance(data, list) or not data:
        raise ApiError(400, "bad request", Problem("data", "is an array of the objects to create"))
    for position, body in enumerate(data):
        _require_body(kind.order, kind, body, f"data.{position}")


def _require_body(model: type[BaseModel], kind: Kind, body: dict[str, Any], place: str) -> None:
    try:
        model.model_validate(body)
        writable(body, kind.shape, tuple(model.model_fields))
    except ValidationError as error:
        problems = (
            Problem(".".join([place, *(str(part) for part in each["loc"])]), each["msg"])
            for each in error.errors(include_url=False, include_input=False)[:20]
        )
        raise ApiError(400, "bad request", *problems) from None
    except ApiError as error:
        named = (Problem(f"{place}.{each.field}", each.message) for each in error.problems)
        raise ApiError(error.status, error.message, *named) from None
