"""Statuses, envelopes and headers that all resources share."""

import pytest
import requests


def test_an_unknown_path_is_not_found_in_envelope_a(world):
    for path in ("/nothing", "/phonenumber", "/phonenumber/dids/a/b/c", ""):
        answer = world.get(path)
        assert answer.status_code == 404
        assert set(answer.json()) == {"message", "errors"}
        assert answer.headers["Content-Type"] == "application/json"


def test_an_unknown_object_is_no_item(world):
    answer = world.get("/phonenumber/dids/f448e2c3-88c1-4cd1-8cf2-3567c16e0794")
    assert answer.status_code == 404
    assert answer.json() == {
        "message": "no item error",
        "errors": [{"field": None, "message": "cannot find item by sid", "reference_sid": None}],
    }


def test_a_method_nobody_serves_is_405_and_says_which_are(world):
    answer = world.delete("/phonenumber/available_dids")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET"
    assert set(answer.json()) == {"message", "errors"}


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", None])
def test_a_body_that_is_not_said_to_be_json_is_415(world, content_type):
    headers = {"Content-Type": content_type} if content_type else {}
    answer = world.request("POST", "/phonenumber/dids", data=b"{}", headers=headers)
    assert answer.status_code == 415
    assert answer.json()["message"] == "unsupported media type"


def test_json_may_name_its_charset(world):
    answer = world.request(
        "POST", "/phonenumber/dids", data=b"{}", headers={"Content-Type": "application/json; charset=utf-8"}
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "body", [b"", b"{", b"nope", b"{'a': 1}", b"\xff\xfe", b'{"a": NaN}', b"[" * 100_000]
)
def test_unreadable_json_is_told_in_the_wrapped_envelope(world, body):
    answer = world.request(
        "POST", "/phonenumber/dids", data=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 400
    assert answer.json() == {
        "body": {"message": "cannot parse json. Check json for validity", "errors": None},
        "status": 400,
    }


def test_the_callers_identity_is_checked_before_the_body(world):
    answer = requests.post(f"{world.core['url']}/phonenumber/dids", data=b"{", timeout=30)
    assert answer.status_code == 401


def test_every_answer_may_be_read_from_another_origin(world):
    for answer in (world.get("/countries"), world.get("/nothing"), world.post("/countries")):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Content-Disposition" in answer.headers["Access-Control-Expose-Headers"]


def test_a_preflight_is_answered_without_credentials(world):
    answer = requests.options(
        f"{world.core['url']}/phonenumber/dids",
        headers={
            "Access-Control-Request-Headers": "authorization,x-request-id",
            "Origin": "https://x.example",
        },
        timeout=30,
    )
    assert answer.status_code == 200
    assert "PATCH" in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Allow-Headers"] == "authorization,x-request-id"


def test_a_request_id_comes_back(world):
    answer = world.request("GET", "/countries", headers={"X-Request-ID": "abc-123"})
    assert answer.headers["X-Request-ID"] == "abc-123"


def test_a_trailing_slash_names_the_same_resource(world):
    assert world.get("/phonenumber/available_dids/", limit=2).json()["count"] == 2
    assert world.get("/oauth/whoami/").status_code == 200
    assert world.post("/phonenumber/dids/").status_code == 200


def test_dates_have_milliseconds_and_money_is_text(world):
    partner = world.get("/oauth/whoami").json()
    assert len(partner["date_created"]) == len("2020-09-11T13:46:42.211Z")
    assert partner["date_created"].endswith("Z")
    assert isinstance(partner["balance"], str)


def test_the_openapi_document_names_every_resource_and_its_answers(world):
    document = requests.get(f"{world.core['url']}/openapi.json", timeout=30).json()
    paths = document["paths"]
    assert "/core/v2/phonenumber/available_dids" in paths
    assert set(paths["/core/v2/phonenumber/dids/{did_sid}"]) == {"get", "patch", "put", "delete"}
    assert paths["/core/v2/dids/inventory"]["get"]["deprecated"] is True
    did = document["components"]["schemas"]["Did"]["properties"]
    assert {"phonenumber", "price", "did_sid", "active_capabilities"} <= set(did)
    assert "provider_sid" not in did
