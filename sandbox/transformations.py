"""Checks on `transformations` (Core API §1.10)."""

from typing import Any

from sandbox.errors import Problem, invalid

# Action: fewest and most operands.
_OPERANDS = {
    "if_match": (3, 100),
    "lookup_rn": (9, 9),
    "reject": (1, 2),
    "rewrite_from": (2, 2),
    "rewrite_from_header_param": (3, 3),
    "rewrite_header": (4, 4),
    "rewrite_header_parameter": (5, 5),
    "rewrite_to": (2, 2),
    "rewrite_to_header_param": (3, 3),
    "set_header": (2, 2),
    "set_header_parameter": (3, 3),
    "set_user_data": (2, 2),
    "stir_validate": (0, 0),
}
_DIRECTIONS = ("any", "inbound", "outbound", "undirected")


def require_transformations(value: list[Any]) -> None:
    """ApiError 422 unless every element is a documented transformation."""
    problems = [
        Problem(f"transformations.{index}", trouble)
        for index, each in enumerate(value)
        if (trouble := _trouble(each))
    ]
    if problems:
        raise invalid(*problems[:20])


def _trouble(each: Any) -> str | None:
    if not isinstance(each, dict):
        return "is not an object"
    if each.get("action") not in _OPERANDS:
        return f"action is one of {', '.join(_OPERANDS)}"
    if each.get("direction", "any") not in _DIRECTIONS:
        return f"direction is one of {', '.join(_DIRECTIONS)}"
    fewest, most = _OPERANDS[each["action"]]
    operands = each.get("operands", [])
    if not isinstance(operands, list) or not fewest <= len(operands) <= most:
        wanted = fewest if fewest == most else f"{fewest} to {most}"
        return f"{each['action']} takes {wanted} operands"
    return None
