"""Editing an upstream object: only touched fields are written, and nobody's change is lost unseen."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from portal import audit
from portal.core_api.errors import CoreApiError
from portal.http import go
from portal.models import AuditEntry
from portal.sentences import sentence, status_for

Values = dict[str, Any]


@dataclass(frozen=True)
class Edited:
    """What became of an edit: an entry, or nothing to do, or a conflict, or trouble before anything was sent.

    `theirs` maps each field that somebody else changed since the form was opened to its value now;
    `now` is every field's value now, to open the form again with. `status` is what a page that shows
    the form again answers with.
    """

    entry: AuditEntry | None = None
    theirs: Values = field(default_factory=dict)
    now: Values = field(default_factory=dict)
    trouble: str = ""
    status: int = 422


def touched(wanted: Values, seen: Values) -> Values:
    """The fields of `wanted` that differ from `seen`, the values the form was opened with."""
    return {name: value for name, value in wanted.items() if value != seen.get(name, "")}


def edit(
    *,
    actor: User,
    ticket: str,
    action: str,
    target: str,
    target_text: str,
    params: Mapping[str, Any],
    wanted: Values,
    seen: Values,
    look: Callable[[], Values],
    write: Callable[[AuditEntry, Values], AuditEntry],
) -> Edited:
    """Write what was touched, unless somebody else touched it too since.

    `look` asks upstream for the fields as they are now; `write` sends the changes and closes the entry,
    whose params are `params` and the changes. Raises `audit.BadTicket`.
    """
    changes = touched(wanted, seen)
    if not changes:
        return Edited()
    if used := audit.used_entry(ticket=ticket, actor=actor, action=action, target=target):
        return Edited(entry=used)
    try:
        now = look()
    except CoreApiError as error:
        return Edited(trouble=sentence(error), status=status_for(error))
    theirs = {name: now[name] for name in changes if now[name] != seen.get(name, "")}
    if theirs:
        return Edited(theirs=theirs, now=now)
    opened = audit.open_entry(
        ticket=ticket,
        actor=actor,
        action=action,
        target=target,
        target_text=target_text,
        params={**params, "changes": changes},
        before={name: now[name] for name in changes},
    )
    return Edited(entry=write(opened.entry, changes) if opened.fresh else opened.entry)


# --- the form around it --------------------------------------------------------------------------


@dataclass(frozen=True)
class Screen:
    """An edit form's page: how to make the form anew, how to show it, and where to go when all is well.

    `make(data, initial)` gives a form, `show(form, status, **context)` an answer. `ticket()` mints
    another one for the same thing.
    """

    shown: str
    page_href: str
    make: Callable[[Any, Values], Form]
    show: Callable[..., HttpResponse]
    ticket: Callable[[], str]


def answer(request: HttpRequest, screen: Screen, form: Form, edited: Edited) -> HttpResponse:
    """What the person sees after an edit: the object's page, or the form again with the reason."""
    if edited.trouble:
        return screen.show(form, status=edited.status, note=edited.trouble)
    if edited.theirs:
        return _conflict(screen, form, edited)
    entry = edited.entry
    if entry is not None and entry.outcome in ("rejected", "failed"):
        return _refused(screen, form, entry)
    if entry is not None and entry.outcome != "done":
        return go(request, reverse("entry", args=[entry.id]))
    messages.success(
        request, f"{screen.shown} was changed." if entry else "Nothing to change: all as it was."
    )
    return go(request, screen.page_href)


def _conflict(screen: Screen, form: Form, edited: Edited) -> HttpResponse:
    """The person's own text stays; what is now upstream becomes what the form was opened with."""
    data = form.data.copy()
    data["seen"] = json.dumps(edited.now)
    again = screen.make(data, edited.now)
    conflict = [
        {
            "label": again[name].label,
            "theirs": _words(again, name, now),
            "mine": _words(again, name, again[name].value()),
        }
        for name, now in edited.theirs.items()
    ]
    return screen.show(again, status=422, conflict=conflict)


def _words(form: Form, name: str, value: Any) -> Any:
    """A value as people read it, where the form knows better words for it."""
    shown = getattr(form, "shown", None)
    return shown(name, value) if shown else value


def _refused(screen: Screen, form: Form, entry: AuditEntry) -> HttpResponse:
    """The reasons on the form and its fields; a new ticket, because this one is used up."""
    data = form.data.copy()
    data["ticket"] = screen.ticket()
    again = screen.make(data, form.initial)
    for name, reason in entry.refusals.items():
        if name in again.fields and reason:
            again.add_error(name, f"The Core API refused this: {reason.rstrip('. ')}.")
    return screen.show(again, status=422, note=entry.message)
