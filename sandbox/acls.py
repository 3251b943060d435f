"""Checks on access control lists: `acls`, `parent_assigned_acls` (Core API §2.5)."""

from typing import Any

from sandbox.errors import Problem, invalid

_VALUES: dict[str, tuple[str | None, ...]] = {
    "direction": ("any", "inbound", "outbound", "undirected"),
    "sms_action_false": ("accept", "reject", None),
    "sms_action_true": ("accept", "reject", None),
    "voice_action_false": ("accept", "reject403", "reject503", None),
    "voice_action_true": ("accept", "reject403", "reject503", None),
}
_AS_NEW: dict[str, Any] = {
    "access_control_rules": [],
    "direction": "any",
    **{name: None for name in _VALUES if name != "direction"},
}
_MOST_RULES = 100


def complete(field: str, value: list[Any]) -> list[dict[str, Any]]:
    """The lists with every documented key; ApiError 422 unless each is a documented list."""
    problems = [
        Problem(f"{field}.{index}", trouble)
        for index, each in enumerate(value)
        if (trouble := _trouble(each))
    ]
    if problems:
        raise invalid(*problems[:20])
    return [{**_AS_NEW, **each} for each in value]


def _trouble(each: Any) -> str | None:
    if not isinstance(each, dict):
        return "is not an object"
    if unknown := [name for name in each if name not in _AS_NEW]:
        return f"has no field {unknown[0][:50]!r}"
    for name, allowed in _VALUES.items():
        if name in each and each[name] not in allowed:
            return f"{name} is one of {', '.join(value or 'null' for value in allowed)}"
    rules = each.get("access_control_rules", [])
    fine = isinstance(rules, list) and all(isinstance(rule, str) and len(rule) <= 36 for rule in rules)
    if not fine or len(rules) > _MOST_RULES:
        return f"access_control_rules is a list of at most {_MOST_RULES} rule sids"
    return None
