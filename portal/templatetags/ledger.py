"""How the ledger's entries are told on the screens. A builtin of every template, like `desk`."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import template
from django.apps import apps
from django.utils.dateparse import parse_datetime
from django.utils.safestring import SafeString

from portal import e164
from portal.models import AuditEntry, Outcome
from portal.templatetags.desk import at, duration, tag_of
from portal.vocabulary import ACTIONS

register = template.Library()

# --- what happened -------------------------------------------------------------------------------

_TAGS = {
    Outcome.DONE: "ok",
    Outcome.REJECTED: "bad",
    Outcome.FAILED: "bad",
    Outcome.UNKNOWN: "doubt",
    Outcome.OPEN: "busy",
}


@register.filter
def action_words(entry: AuditEntry) -> str:
    """What stands between the actor and the target: "rented", "was refused renting", "could not rent"."""
    action = ACTIONS.get(entry.action)
    if action is None:  # written by a version that knew more words
        return f"{entry.action} ({outcome_word(entry.outcome)})"
    return {
        Outcome.DONE: action.done,
        Outcome.REJECTED: f"was refused {action.doing}",
        Outcome.FAILED: f"could not {action.verb}",
    }.get(entry.outcome, f"is {action.doing}")


@register.filter
def heading(entry: AuditEntry) -> str:
    """What became of it, over the name of its target: "Assigned", "Unassigning was refused"."""
    action = ACTIONS[entry.action]
    doing = action.doing.removesuffix(" of").removesuffix(" for").capitalize()
    return {
        Outcome.DONE: action.done.capitalize(),
        Outcome.REJECTED: f"{doing} was refused",
        Outcome.FAILED: f"{doing} failed",
    }.get(entry.outcome, f"{doing}…")


@register.filter
def in_short(entry: AuditEntry) -> str:
    """What follows the target in a line: with whom a move was made, which fields were edited; or "".

    "to Harbor Dental", "from Harbor Dental", "(name, trunk group)", "off".
    """
    params = entry.params
    if entry.action == "number.assign":
        return f"to {params['partner']}"
    if entry.action in ("number.unassign", "number.force", "number.unassign_later"):
        return f"from {params['holder']}"
    if entry.action == "override.ask":
        return f"held by {params['holder']}"
    if entry.action == "number.messaging":
        return "on" if params["enabled"] else "off"
    return f"({', '.join(map(field_name, params['changes']))})" if params.get("changes") else ""


@register.filter
def tag(entry: AuditEntry) -> str:
    """The style word of the entry's outcome: ok, bad, doubt or busy."""
    return _TAGS.get(entry.outcome, "busy")


@register.filter
def outcome_tag(entry: AuditEntry) -> SafeString:
    """What became of an entry, in one word."""
    return tag_of(outcome_word(entry.outcome), tag(entry))


@register.filter
def outcome_word(outcome: str) -> str:
    return Outcome(outcome).label if outcome in Outcome else outcome


# --- what it was about ---------------------------------------------------------------------------

# The mirror that knows the name behind a SID, by the field the SID stands in.
_NAMED = {
    "partner_sid": "partners.Partner",
    "holder_sid": "partners.Partner",
    "parent_sid": "partners.Partner",
    "trunk_group_sid": "numbers.TrunkGroup",
    "did_group_sid": "numbers.DidGroup",
    "replaces": "partners.Token",
}
# What an entry keeps for reading back, and nobody needs to be told.
_OURS = {"did_sid", "token_sid", "mark", "request", "changes"}
_LABELS = {
    "include_external": "also external numbers",
    "overlap_hours": "old one works for",
    "remaining_seconds": "time left",
    "due_at": "due",
}
# Upstream's words for what a number or its messaging is (Core API §2.1.5, Phone Number API §3.2).
_STATES = {
    "assigned": "rented",
    "active": "rented",
    "aging": "being released",
    "pending_release": "being released",
    "in_progress": "being switched",
}
_SPOKEN = (
    ("did", "number"),
    ("url", "URL"),
    ("zip", "ZIP code"),
    ("cool off", "cool-off"),
    ("sub account", "sub-account"),
)


@dataclass(frozen=True)
class Change:
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Told:
    """A field and its value, both as people read them."""

    field: str
    value: str


@register.filter
def changes(entry: AuditEntry) -> list[Change]:
    """The fields that differ between what was before and what was after, for an entry that has both."""
    before, after = entry.before or {}, entry.after or {}
    fields = [field for field in before if field in after and before[field] != after[field]]
    return [
        Change(_change_name(field), spoken(field, before[field]), spoken(field, after[field]))
        for field in fields
    ]


@register.filter
def asked(entry: AuditEntry) -> list[Told]:
    """What an entry was about, without what only we need and what stands there by name already."""
    params = entry.params
    if "changes" in params:  # what became of them, or else they, is told as changes
        return [] if changes(entry) else _told(params["changes"])
    return _told(params.get("wanted") or params)


@register.filter
def answered(entry: AuditEntry) -> list[Told]:
    """What upstream told with a refusal: the figures of a cool-off."""
    return _told(entry.after or {}) if entry.outcome == Outcome.REJECTED else []


def _told(values: Mapping[str, Any]) -> list[Told]:
    named = {name for name in values if name.removesuffix("_sid") in values.keys() - {name}}
    return [
        Told(field_name(name), spoken(name, value))
        for name, value in values.items()
        if name not in _OURS | named
    ]


@register.filter
def told_as(value: Any, name: str) -> str | SafeString:
    """`value` of the field `name`, in words."""
    return spoken(name, value)


def spoken(name: str, value: Any) -> str | SafeString:
    """`value` of the field `name` in words: a name for a SID, a time for ISO text, "yes" for a flag."""
    if value in (None, "", [], {}):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {spoken(key, each)}" for key, each in value.items())
    if isinstance(value, list):
        return ", ".join(field_name(str(each)) if name == "clear" else str(each) for each in value)
    return _spoken_text(name, value)


def _spoken_text(name: str, value: Any) -> str | SafeString:
    if name == "remaining_seconds":
        return duration(timedelta(seconds=value))
    if name == "overlap_hours":
        return duration(timedelta(hours=value))
    if name in ("status", "messaging"):
        return _STATES.get(value, str(value))
    if name == "phonenumber":
        return e164.display(str(value))
    if name in _NAMED:
        return _name_behind(_NAMED[name], value)
    if name.endswith(("_at", "_until")) and (moment := parse_datetime(str(value))):
        return at(moment, "full")
    return str(value)


def _name_behind(model: str, sid: str) -> str:
    """The name of the mirrored object, or its SID when it has left."""
    row = apps.get_model(model).objects.filter(pk=sid).first()
    return str(row) if row else str(sid)


def _change_name(name: str) -> str:
    return "held by" if name == "partner_sid" else field_name(name)


@register.filter
def field_name(name: str) -> str:
    """A field's name for people: `trunk_group_sid` is the trunk group, `callback_url` the callback URL."""
    if name in _LABELS:
        return _LABELS[name]
    words = name.removesuffix("_sid").removesuffix("_at").replace("_", " ")
    for written, said in _SPOKEN:
        words = re.sub(rf"\b{written}\b", said, words)
    return words


@register.filter
def is_entry(text: object) -> bool:
    """Whether `text` has the form of an entry's id, so that a link to it can be built."""
    try:
        uuid.UUID(str(text))
    except ValueError:
        return False
    return True
