"""Every operation of both OpenAPI documents: no 5xx, and nothing outside its schema."""

import json
import re

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
BOUNDED = settings(
    max_examples=4,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def living(world) -> dict[str, str]:
    """What the names in paths stand for in `world`."""

    def first(path: str, name: str) -> str:
        return world.get(path).json()["items"][0][name]

    return {
        "did_sid": first("/phonenumber/dids", "did_sid"),
        "did_group_sid": first("/phonenumber/did_groups", "did_group_sid"),
        "trunk_group_sid": first("/trunk_groups", "trunk_group_sid"),
        "partner_sid": first("/partners", "partner_sid"),
        "phonenumber": "15162065575",
        "code": "USA",
        "ip": "192.0.2.1",
        "auth_id": world.number_api["auth_id"],
        "e164": "+12125550148",
    }


def headers_of(world) -> dict[str, str]:
    """Core API and Phone Number API credentials; each looks at its own."""
    api = world.number_api
    return {
        "Authorization": f"Bearer {world.core['token']}",
        "X-Auth-ID": api["auth_id"],
        "X-Auth-Token": api["auth_token"],
    }


def try_out(operation, world, mode, found: list[str]) -> int:
    """Send examples of `operation`; what is wrong goes into `found`. Returns how many were sent."""
    names = {parameter.name for parameter in operation.path_parameters}
    alive = {name: value for name, value in living(world).items() if name in names}
    given_path = alive if mode is GenerationMode.POSITIVE else None
    headers, sent = headers_of(world), []

    @BOUNDED
    @given(case=operation.as_strategy(generation_mode=mode, path_parameters=given_path))
    def run(case) -> None:
        response = case.call(headers=headers, timeout=30)
        sent.append(response.status_code)
        try:
            case.validate_response(response, checks=CHECKS)
        except FailureGroup as failures:
            texts = "; ".join(str(each).splitlines()[0] for each in failures.exceptions)
            found.append(f"{operation.label} -> {response.status_code}: {texts}\n    {response.text[:300]}")

    try:
        run()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE  # nothing about it can be wrong
    return len(sent)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["valid", "hostile"])
@pytest.mark.parametrize("path", ["/core/v2", "/api/v1"])
def test_every_operation_stays_within_its_document(sandbox, path, mode):
    document = schemathesis.openapi.from_url(f"{sandbox.url}{path}/openapi.json")
    found: list[str] = []
    operations = sent = 0
    for result in document.get_all_operations():
        operations += 1
        # A world each, so that what one deletes or revokes is there for the next.
        sent += try_out(result.ok(), sandbox.world(), mode, found)
    assert not found, f"{len(found)} answers:\n" + "\n".join(found[:30])
    assert operations > 20
    assert sent >= operations


def bodies_of(document: dict) -> dict[str, dict]:
    """Every schema of a request body, by where it stands; the named ones they refer to as well."""
    named = document["components"]["schemas"]
    waiting = {
        f"{method} {path}": content["schema"]
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        for content in operation.get("requestBody", {}).get("content", {}).values()
    }
    found = {}
    while waiting:
        where, schema = waiting.popitem()
        found[where] = schema
        names = re.findall(r"#/components/schemas/(\w+)", json.dumps(schema))
        waiting |= {name: named[name] for name in names if name not in found}
    return found


@pytest.mark.parametrize("path", ["/core/v2", "/api/v1"])
def test_no_body_has_a_default_a_generated_client_would_send_over_what_is_there(sandbox, path):
    document = requests.get(f"{sandbox.url}{path}/openapi.json", timeout=30).json()
    bodies = bodies_of(document)
    assert len(bodies) > 10
    assert [where for where, schema in bodies.items() if '"default":' in json.dumps(schema)] == []


def test_the_phone_number_api_says_that_id_and_token_go_together(sandbox):
    document = requests.get(f"{sandbox.url}/api/v1/openapi.json", timeout=30).json()
    schemes = document["components"]["securitySchemes"]
    assert {each["name"] for each in schemes.values() if each["type"] == "apiKey"} == {
        "X-Auth-ID",
        "X-Auth-Token",
    }
    for operations in document["paths"].values():
        for operation in operations.values():
            assert {"AuthID": [], "AuthToken": []} in operation["security"]
            assert all(set(each) <= set(schemes) for each in operation["security"])
