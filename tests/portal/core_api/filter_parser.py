"""A reader of the filter grammar (Core API §1.6), written apart from the builder and from the sandbox.

It knows quotes and no escapes, as documented; `escapes=True` reads backslashes the way C does, for the
upstream that might.
"""

import re

QUOTED = r"\"[^\"]*\"|'[^']*'"
QUOTED_WITH_ESCAPES = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'"


def parse(text, *, escapes=False):
    """A list of (attribute, operator, values); ValueError for anything that is not a filter."""
    value = rf"(?:{QUOTED_WITH_ESCAPES if escapes else QUOTED}|[^\s\"'(),]+)"
    plain = rf"(?P<name>[\w.]+) (?P<op>eq|ne|gt|ge|lt|le|like|ilike|bit) (?P<value>{value})"
    listed = rf"(?P<name_l>[\w.]+) (?P<op_l>in|notin) \((?P<values>{value}(?:, {value})*)\)"
    near = r"phonenumber nearby (?P<place>\S+)"
    condition = re.compile(f"{plain}|{listed}|{near}", re.DOTALL)
    found, at = [], 0
    while at < len(text):
        if found:
            if not text.startswith(" and ", at):
                raise ValueError(f"expected and at {at}")
            at += 5
        match = condition.match(text, at)
        if match is None:
            raise ValueError(f"expected a condition at {at}")
        at = match.end()
        if match["place"]:
            found.append(("phonenumber", "nearby", [match["place"]]))
        elif match["op_l"]:
            values = [unquoted(item) for item in re.findall(value, match["values"], re.DOTALL)]
            found.append((match["name_l"], match["op_l"], values))
        else:
            found.append((match["name"], match["op"], [unquoted(match["value"])]))
    return found


def unquoted(text):
    return text[1:-1] if text[0] in "\"'" else text
