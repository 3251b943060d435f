"""Upstream's own batch tasks: many numbers or prefixes at once, with a review or without (Core API §2.7)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field as held  # `field` is a name of the documents
from datetime import datetime
from typing import Any

from portal.core_api.files import csv_text
from portal.core_api.filters import Filter
from portal.core_api.lists import every, some
from portal.core_api.paging import Listing, Page, window
from portal.core_api.refusals import read_refusal
from portal.core_api.shape import Fields, about
from portal.core_api.transport import Transport, nothing, path_part

PATH = "/batch/tasks"
TYPES = frozenset({"phonenumber", "prefix"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskError:
    """Why one entry failed: `key` names the entry, usually by its number.

    The documents do not say what key and error look like: plain values and objects are both read.
    """

    key: str | None
    message: str
    fields: Mapping[str, str] = held(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchTask:
    """A task and how far it is. The counters are None until it began. Dates are aware UTC.

    `status` goes from `created` over `queued` and `running` to `completed`, or with a review over
    `pending_review` to `approved` or `cancelled`.
    """

    task_sid: str
    status: str
    type: str | None = None
    method: str | None = None
    field: str | None = None
    entries: tuple[Any, ...] = ()
    review: bool | None = None
    total: int | None = None
    processed: int | None = None
    success: int | None = None
    failure: int | None = None
    errors: tuple[TaskError, ...] = ()
    partner_sid: str | None = None
    date_created: datetime | None = None
    date_modified: datetime | None = None
    payload: dict[str, Any] = held(default_factory=dict, hash=False, repr=False)

    @classmethod
    def parse(cls, payload: object) -> "BatchTask":
        fields = Fields(payload, "batch task")
        return cls(
            task_sid=fields.required("task_sid"),
            status=fields.required("status"),
            type=fields.text("type"),
            method=fields.text("method"),
            field=fields.text("field"),
            entries=fields.rows("entries"),
            review=fields.flag("review"),
            total=fields.whole("total"),
            processed=fields.whole("processed"),
            success=fields.whole("success"),
            failure=fields.whole("failure"),
            errors=tuple(_error(row) for row in fields.rows("error_details")),
            partner_sid=fields.text("partner_sid"),
            date_created=fields.moment("date_created"),
            date_modified=fields.moment("date_modified"),
            payload=fields.payload,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewItem:
    """What a task would do to one object: `changes` maps a field to (value now, value then)."""

    sid: str
    description: str | None = None
    version: int | None = None
    changes: Mapping[str, tuple[Any, Any]] = held(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    method: str | None
    type: str | None
    items: tuple[ReviewItem, ...]

    @classmethod
    def parse(cls, payload: object) -> "Review":
        fields = Fields(payload, "review")
        return cls(
            method=fields.text("method"),
            type=fields.text("type"),
            items=tuple(_review_item(row) for row in fields.rows("review_items")),
        )


class BatchTasks:
    """`api.batch`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        filter: Filter | None = None,  # noqa: A002
        *,
        limit: int = 100,
        offset: int = 0,
    ) -> Page[BatchTask]:
        """The newest first."""
        params = window(filter, limit, offset, "date_created desc")
        return some(self._transport, PATH, BatchTask.parse, params)

    def iterate(self, filter: Filter | None = None) -> Listing[BatchTask]:  # noqa: A002
        return every(self._transport, PATH, BatchTask.parse, lambda task: task.task_sid, filter)

    def get(self, task_sid: str) -> BatchTask:
        return self._transport.request("GET", _path(task_sid), about(BatchTask.parse, task_sid=task_sid))

    def rent(self, items: Iterable[Mapping[str, Any]], *, review: bool) -> BatchTask:
        """Rent many numbers: each item holds `phonenumber` (without one upstream would rent any: ValueError)
        and the fields `phonenumbers.rent` takes."""
        data = [dict(item) for item in items]
        if not all(item.get("phonenumber") for item in data):
            raise ValueError("Every number of a batch must be named.")
        return self._create(method="POST", type="phonenumber", data=data, review=review)

    def update(
        self,
        entries: Iterable[str],
        changes: Mapping[str, Any],
        *,
        review: bool,
        field: str = "phonenumber",
        type: str = "phonenumber",  # noqa: A002
    ) -> BatchTask:
        """Make the same `changes` to every object whose `field` is one of `entries`."""
        if not changes:
            raise ValueError("There is nothing to change.")
        return self._create(
            method="PATCH",
            type=type,
            field=field,
            entries=_named(entries),
            data=dict(changes),
            review=review,
        )

    def release(
        self,
        entries: Iterable[str],
        *,
        review: bool,
        field: str = "phonenumber",
        type: str = "phonenumber",  # noqa: A002
    ) -> BatchTask:
        """Give up every object whose `field` is one of `entries`."""
        return self._create(method="DELETE", type=type, field=field, entries=_named(entries), review=review)

    def approve(self, task_sid: str) -> BatchTask:
        """Let a task that is `pending_review` run."""
        return self._set_status(task_sid, "approved")

    def cancel(self, task_sid: str) -> BatchTask:
        """End a task that is `pending_review` without doing anything."""
        return self._set_status(task_sid, "cancelled")

    def delete(self, task_sid: str) -> None:
        """Forget the task; what it did stays done."""
        self._transport.request("DELETE", _path(task_sid), nothing)

    def review(self, task_sid: str) -> Review:
        """What the task would do, object by object."""
        return self._transport.request("GET", f"{_path(task_sid)}/review_items", Review.parse)

    def review_csv(self, task_sid: str) -> str:
        """The same as a CSV file."""
        return self._transport.download(f"{_path(task_sid)}/review_items.csv", csv_text)

    def _create(self, *, type: str, **fields: Any) -> BatchTask:  # noqa: A002
        """Never without `review`: its default is not documented. Never retried."""
        if type not in TYPES:
            raise ValueError("A batch is about numbers or about prefixes.")
        return self._transport.request("POST", PATH, BatchTask.parse, json={"type": type, **fields})

    def _set_status(self, task_sid: str, status: str) -> BatchTask:
        parse = about(BatchTask.parse, task_sid=task_sid)
        return self._transport.request("PATCH", _path(task_sid), parse, json={"status": status})


def _path(task_sid: str) -> str:
    return f"{PATH}/{path_part(task_sid)}"


def _named(entries: Iterable[str]) -> list[str]:
    named = [entries] if isinstance(entries, str) else list(entries)
    if not named or not all(named):
        raise ValueError("A batch needs its entries, each of them named.")
    return named


def _error(row: object) -> TaskError:
    fields = Fields(row, "batch error")
    key, error = fields.payload.get("key"), fields.payload.get("error")
    names = key.values() if isinstance(key, dict) else [key]
    told = ", ".join(str(name) for name in names if name is not None) or None
    if isinstance(error, str):
        return TaskError(key=told, message=error)
    refusal = read_refusal(error)
    return TaskError(key=told, message=refusal.message, fields=refusal.fields)


def _review_item(row: object) -> ReviewItem:
    fields = Fields(row, "review item")
    changes = {}
    for name, pair in fields.mapping("fields").items():
        old, new = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
        changes[name] = (old, new)
    return ReviewItem(
        sid=fields.text("sid") or "",
        description=fields.text("description"),
        version=fields.whole("version"),
        changes=changes,
    )
