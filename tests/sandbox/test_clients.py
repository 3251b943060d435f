"""What clients written for the real services do on the wire, in any language."""

import http.client
from urllib.parse import urlsplit

import pytest
import requests

from tests.sandbox.number_accounts import master_of


@pytest.fixture
def master(world):
    return master_of(world)


def plainly(world, method, path, **headers):
    """A request with nothing but what is said here; status, reason, headers and body of its answer."""
    connection = http.client.HTTPConnection(urlsplit(world.core["url"]).netloc, timeout=30)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.reason, answer.headers, answer.read()
    finally:
        connection.close()


def bearer(world):
    return {"authorization": f"Bearer {world.core['token']}"}


@pytest.mark.parametrize(
    "path", ["//core/v2/oauth/whoami", "/core/v2//oauth///whoami/", "/core//v2/oauth/whoami"]
)
def test_slashes_doubled_by_joining_a_base_and_a_path_are_one(world, path):
    status, _, _, body = plainly(world, "GET", path, **bearer(world))
    assert (status, world.core["partner_sid"].encode() in body) == (200, True)


def test_doubled_slashes_are_one_in_the_phone_number_api_too(world, master):
    path = f"//api/v1//account/{master.auth_id}//numbers"
    keys = {"X_Auth_ID": master.auth_id, "X_Auth_Token": master.auth_token}
    assert plainly(world, "GET", path, **keys)[0] == 200


def test_planted_faults_and_kept_requests_know_the_path_with_single_slashes(world):
    world.fault("GET", "^/core/v2/countries$", "status", status=503)
    assert plainly(world, "GET", "//core/v2//countries", **bearer(world))[0] == 503
    assert world.requests("GET", "countries")[-1]["path"] == "/core/v2/countries"


@pytest.mark.parametrize("path", ["/core/v2/countries", "/core/v2/phonenumber/dids/nothing"])
def test_head_is_answered_as_get_without_the_body(world, path):
    status, _, headers, body = plainly(world, "GET", path, **bearer(world))
    head = plainly(world, "HEAD", path, **bearer(world))
    assert (head[0], head[2]["Content-Length"], head[3]) == (status, str(len(body)), b"")
    assert head[2]["Content-Type"] == headers["Content-Type"] == "application/json"


def test_head_works_in_the_phone_number_api(master):
    answer = master.request("HEAD", "/Account/{me}/numbers")
    assert (answer.status_code, answer.content) == (200, b"")


def test_head_does_nothing_where_only_post_is_served(world):
    assert plainly(world, "HEAD", "/core/v2/oauth/token")[0] == 405


def test_every_body_tells_its_length(world, master):
    for answer in (world.get("/countries"), world.get("/nothing"), master.get("/Account/{me}/numbers")):
        assert answer.headers["Content-Length"] == str(len(answer.content))
        assert "Transfer-Encoding" not in answer.headers


def test_an_answer_without_a_body_names_no_content_type(world, master):
    sub_account = master.new_sub_account()
    assigned = master.assign("+14045550128", sub_account.auth_id)
    group = world.post("/phonenumber/did_groups").json()["did_group_sid"]
    for answer in (assigned, world.delete(f"/phonenumber/did_groups/{group}")):
        assert (answer.status_code, answer.content) == (204, b"")
        assert "Content-Type" not in answer.headers


def test_the_status_line_has_the_usual_words(world):
    assert plainly(world, "GET", "/core/v2/countries", **bearer(world))[1] == "OK"
    assert plainly(world, "DELETE", "/core/v2/countries", **bearer(world))[1] == "Method Not Allowed"
    world.fault("GET", "countries", "status", status=503)
    assert plainly(world, "GET", "/core/v2/countries", **bearer(world))[1] == "Service Unavailable"


def test_a_parameter_left_blank_is_as_if_absent(world, master):
    blank = "filter=&order=&limit=&offset=&with_related=&include_fields=&trunk_group_sid="
    answer = world.request("GET", f"/phonenumber/dids?{blank}")
    assert (answer.status_code, answer.json()["limit"]) == (200, 10)
    blank = "page=&per_page=&search=&include_subaccounts="
    answer = master.request("GET", f"/Account/{{me}}/numbers?{blank}")
    assert (answer.status_code, answer.json()["per_page"]) == (200, 25)


def test_numbers_are_rented_and_kept_by_the_older_name_of_their_resource(world):
    login = (world.core["login"], world.core["password"])
    url = f"{world.core['url']}/dids"
    listed = requests.get(f"{url}/inventory", auth=login, params={"offset": 0}, timeout=30).json()
    wanted = {"phonenumber": listed["items"][0]["phonenumber"], "callback_url": "https://x.example/sms"}
    rented = requests.post(url, auth=login, json=wanted, timeout=30)
    assert (rented.status_code, rented.json()["callback_url"]) == (200, "https://x.example/sms")
    sid = rented.json()["did_sid"]
    assert world.get("/dids", limit=1).json()["pagination"]["next"].startswith(f"{url}?limit=1&")
    assert world.get(f"/dids/{sid}").json() == world.get(f"/phonenumber/dids/{sid}").json()
    assert world.patch(f"/dids/{sid}", {"name": "Older"}).json()["name"] == "Older"
    assert world.delete(f"/dids/{sid}").status_code == 204


@pytest.mark.parametrize("written", ["+{}", "%2B{}", "%2b{}", "{}", "%252B{}"])
def test_a_number_in_a_path_may_be_written_as_clients_write_it(master, written):
    number = written.format("14045550128")
    answer = master.get(f"/account/{{me}}/numbers/{number}/health")
    assert (answer.status_code, answer.json()["e164"]) == (200, "+14045550128")


def test_call_and_message_records_come_a_thousand_at_a_time(world):
    assert world.get("/calls/call_drs").json()["limit"] == 1000
    assert world.get("/sms/message_drs").json()["limit"] == 1000
