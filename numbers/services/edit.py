"""Change what we may change about a number, without undoing what somebody else just changed."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid5

from django.contrib.auth.models import User
from django.utils import timezone

from numbers.models import Number
from numbers.services.messaging import messages_now, number_messaging
from portal import audit, e164
from portal.core_api.errors import CoreApiError, NotFound
from portal.core_api.types import Did
from portal.editing import Edited, Values, edit
from portal.models import AuditEntry
from portal.upstream import core_api

# Core API §2.1.2, "may change"; attributes and transformations have screens of their own one day.
FIELDS = ("name", "trunk_group_sid", "did_group_sid", "callback_url", "string_key_1", "string_key_2")

# Why a field was emptied that nobody edited, by what happened to its number.
CLEARED = {
    "number.unassign": "Cleared when it was unassigned.",
    "number.force": "Cleared when it was forced out of its cool-off.",
}


def values(did: Did) -> dict[str, Any]:
    """The editable fields of a number as the form shows them: text, empty for nothing."""
    shown = {name: getattr(did, name) or "" for name in FIELDS}
    return shown | {"name": "" if shown["name"] == "N/A" else shown["name"]}


def number_edit(*, actor: User, ticket: str, phonenumber: str, wanted: Values, seen: Values) -> Edited:
    """Write the fields of `wanted` that differ from `seen`, the values the form was opened with.

    Looks first: when a field we would write was changed by somebody else since, nothing is written
    and `theirs` tells. Two upstream calls, none when nothing changes. Raises `audit.BadTicket` and
    `Number.DoesNotExist`.
    """
    number = Number.objects.get(phonenumber=phonenumber)
    return edit(
        actor=actor,
        ticket=ticket,
        action="number.edit",
        target=phonenumber,
        target_text=e164.display(phonenumber),
        params={"did_sid": number.did_sid},
        wanted=wanted,
        seen=seen,
        look=lambda: values(core_api().phonenumbers.get(number.did_sid)),
        write=lambda entry, changes: _write(entry, number.did_sid, changes),
    )


def number_clear(*, cause: AuditEntry) -> None:
    """Empty what `cause` wants cleared of its number: an entry for each field, so that each can be undone.

    The ids of these entries follow from the cause's, so asking twice writes once. A field that is
    empty already is left alone. Raises `Number.DoesNotExist`.
    """
    fields = cause.params.get("clear", [])
    number = Number.objects.get(phonenumber=cause.target) if fields else None
    for name in fields:
        if name == "messaging":
            _messaging_off(cause, number)
        elif held := _now([name], number.did)[name]:
            _clear(cause, number, name, held)


def _clear(cause: AuditEntry, number: Number, name: str, held: Any) -> None:
    changes = {name: type(held)()}
    opened = audit.open_entry(
        entry_id=uuid5(cause.id, name),
        actor=cause.actor,
        actor_text=cause.actor_text,
        action="number.edit",
        target=cause.target,
        target_text=cause.target_text,
        params={"did_sid": number.did_sid, "changes": changes},
        before={name: held},
        reason=CLEARED[cause.action],
    )
    if opened.fresh:
        _write(opened.entry, number.did_sid, changes)


def _messaging_off(cause: AuditEntry, number: Number) -> None:
    if messages_now(number.did):
        number_messaging(
            actor=cause.actor,
            actor_text=cause.actor_text,
            entry_id=uuid5(cause.id, "messaging"),
            phonenumber=cause.target,
            enabled=False,
            reason=CLEARED[cause.action],
        )


def cleared_by(cause: AuditEntry) -> list[AuditEntry]:
    """The entries `number_clear` wrote because of `cause`, as they now stand."""
    fields = cause.params.get("clear", [])
    return list(AuditEntry.objects.filter(pk__in=[uuid5(cause.id, name) for name in fields]))


def number_write(
    *,
    actor: User,
    ticket: str,
    phonenumber: str,
    changes: dict[str, Any],
    expected: dict[str, Any],
    reason: str = "",
) -> AuditEntry | None:
    """Write `changes` if upstream still has the `expected` values; None when it has not.

    Looks first: two upstream calls. Raises `CoreApiError` when it cannot look, `audit.BadTicket` and
    `Number.DoesNotExist`.
    """
    number = Number.objects.get(phonenumber=phonenumber)
    if used := audit.used_entry(ticket=ticket, actor=actor, action="number.edit", target=phonenumber):
        return used
    before = _now(changes, core_api().phonenumbers.get(number.did_sid))
    if before != expected:
        return None
    opened = audit.open_entry(
        ticket=ticket,
        actor=actor,
        action="number.edit",
        target=phonenumber,
        target_text=e164.display(phonenumber),
        params={"did_sid": number.did_sid, "changes": changes},
        before=before,
        reason=reason,
    )
    return _write(opened.entry, number.did_sid, changes) if opened.fresh else opened.entry


def _write(entry: AuditEntry, did_sid: str, changes: dict[str, Any]) -> AuditEntry:
    try:
        replace_all = "attributes" in changes  # the whole map, not merged into what is there (Core API §1.8)
        did = core_api().phonenumbers.update(did_sid, replace_nested=replace_all, **_wire(changes))
    except CoreApiError as error:
        return audit.close_from_error(entry, error)
    except ValueError:  # the client sends no mask back as if it were the secret
        why = "A value that is hidden here cannot be written back. Nothing was changed."
        return audit.close(entry, "failed", message=why)
    with audit.recording(entry):
        Number.upsert([did], as_of=timezone.now())
        audit.close(entry, "done", after=_now(changes, did), upstream_status=200)
    return entry


def settle_edit(entry: AuditEntry) -> audit.Settled | None:
    """Read back what became of an edit whose answer never came; None while nobody can know.

    Raises `CoreApiError` when upstream cannot be read.
    """
    as_of = timezone.now()
    try:
        did = core_api().phonenumbers.get(entry.params["did_sid"])
    except NotFound:
        if audit.grace_over(entry):
            return audit.Settled("failed", message="The number is no longer yours. It was not changed.")
        return None
    Number.upsert([did], as_of=as_of)
    changes = entry.params["changes"]
    if audit.edit_happened(entry, _now(changes, did)):
        return audit.Settled("done", after=changes)
    if audit.grace_over(entry):
        return audit.Settled("failed", message="The number was not changed by this edit.")
    return None


def _now(names: Iterable[str], did: Did) -> dict[str, Any]:
    now = values(did) | {"attributes": did.attributes}
    return {name: now[name] for name in names}


def _wire(changes: dict[str, Any]) -> dict[str, Any]:
    """Empty as upstream says it: null for text, `N/A` for the name, a map stays one (Core API §2.1.2)."""
    empty = {"name": "N/A", "attributes": {}}
    return {name: value or empty.get(name) for name, value in changes.items()}
