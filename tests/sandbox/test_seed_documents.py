"""Every request printed in the documents is answered as they say: status, fields and their types."""

from collections import Counter
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.sandbox.accounts import as_administrator
from tests.sandbox.documented import faults, fields
from tests.sandbox.living import Living
from tests.sandbox.number_accounts import admin_of, master_of
from tests.sandbox.printed import Answer, Printed
from tests.sandbox.printed_guides import GUIDES
from tests.sandbox.printed_headings import HEADINGS
from tests.sandbox.printed_reference import REFERENCE
from tests.sandbox_server import World

PRINTED = [*GUIDES, *REFERENCE, *HEADINGS]
ENVELOPE = fields("count:int has_more:bool items:array limit:int offset:int pagination:object? total:int?")
POOL_ENVELOPE = fields("items:array page:int per_page:int total:int")


@pytest.mark.parametrize("printed", PRINTED, ids=lambda each: f"{each.document}: {each.what}")
def test_a_printed_request_is_answered_as_documented(world: World, printed: Printed) -> None:
    answer = send(world, printed)
    assert answer.status_code == printed.status, answer.text
    if not printed.answer.content_type:
        assert answer.content == b""
        return
    assert answer.headers["Content-Type"].startswith(printed.answer.content_type)
    if printed.answer.content_type != "application/json":
        assert answer.content
        assert "filename=" in answer.headers["Content-Disposition"]
        return
    told = answer.json()
    objects = listed(told, printed.answer) if printed.answer.listed else [told]
    assert objects
    for each in objects:
        assert faults(each, printed.answer.of) == []
    for where in (told, *objects):
        check_inside(where, printed.answer)
    assert {name: objects[0][name] for name in printed.answer.says} == dict(printed.answer.says)


def send(world: World, printed: Printed) -> requests.Response:
    if printed.as_admin:
        as_administrator(world)
    living = Living(world)
    if printed.needs:
        assert living[printed.needs]
    path = living.fill(printed.path)
    if printed.account:
        account = admin_of(world) if printed.account == "admin" else master_of(world)
        return account.request(printed.method, path, json=living.fill(printed.body))
    if printed.form:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return world.request(printed.method, path, data=living.fill(printed.form), headers=headers)
    body = living.fill(printed.body)
    if printed.method == "PUT":
        body = {**world.get(path).json(), **body}
    return world.request(printed.method, path, json=body)


def listed(told: Any, answer: Answer) -> list[Any]:
    """The objects of a list, whose envelope is as documented too."""
    if answer.listed == "pool":
        assert faults(told, POOL_ENVELOPE) == []
        return told["items"]
    assert faults(told, ENVELOPE | answer.beside) == []
    assert told["count"] == len(told["items"])
    assert (told["total"] is None) == (answer.listed == "null")
    assert (told["pagination"] is None) == (not answer.paged)
    for link in (told["pagination"] or {}).values():
        assert urlsplit(link).scheme
        assert urlsplit(link).query
    return told["items"]


def check_inside(told: dict[str, Any], answer: Answer) -> None:
    """Nested objects, or the elements of nested arrays; a dotted name leads further in."""
    for path, wanted in answer.inside.items():
        value: Any = told
        for name in path.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        for each in value if isinstance(value, list) else [value]:
            assert each is None or faults(each, wanted) == []


def test_the_table_leaves_no_document_out() -> None:
    counts = Counter(each.document for each in PRINTED)
    assert counts == {
        "rent guide": 10,
        "browse page": 5,
        "external page": 1,
        "pool features": 8,
        "reference": 79,
        "reference headings": 43,
    }
