"""Speaking the Phone Number API as an account."""

from typing import Any

import requests

from tests.sandbox_server import World


class Account:
    """One pair of credentials; paths begin below /api/v1, `{me}` in them is the account's id."""

    def __init__(self, url: str, auth_id: str, auth_token: str) -> None:
        self.url = url
        self.auth_id = auth_id
        self.auth_token = auth_token
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers.update({"X-Auth-ID": auth_id, "X-Auth-Token": auth_token})

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        url = self.url + path.replace("{me}", self.auth_id)
        return self.session.request(method, url, timeout=60, **options)

    def get(self, path: str, **params: Any) -> requests.Response:
        return self.request("GET", path, params=params)

    def post(self, path: str, json: Any = None) -> requests.Response:
        return self.request("POST", path, json=json)

    def put(self, path: str, json: Any) -> requests.Response:
        return self.request("PUT", path, json=json)

    def delete(self, path: str, **params: Any) -> requests.Response:
        return self.request("DELETE", path, params=params)

    # --- shorthands ------------------------------------------------------------------------------

    def numbers(self, **params: Any) -> dict[str, dict[str, Any]]:
        """The account's numbers by E.164; there are fewer than a page of them in small worlds."""
        answer = self.get("/Account/{me}/numbers", per_page=100, **params)
        assert answer.status_code == 200, answer.text
        return {item["e164"]: item for item in answer.json()["items"]}

    def assign(self, e164: str, sub_account_id: str) -> requests.Response:
        path = f"/account/{{me}}/numbers/{e164}/assign-subaccount"
        return self.post(path, {"sub_account_id": sub_account_id})

    def unassign(self, e164: str, **params: Any) -> requests.Response:
        return self.delete(f"/account/{{me}}/numbers/{e164}/assign-subaccount", **params)

    def purchase(self, e164: str, **fields: Any) -> requests.Response:
        return self.post("/Account/{me}/numbers/purchase-from-inventory", {"e164": e164, **fields})

    def release(self, e164: str, **params: Any) -> requests.Response:
        return self.delete(f"/Account/{{me}}/numbers/{e164}", **params)

    def balance(self) -> float:
        return self.get("/Account/{me}/balance/USD").json()["balance"]

    def transactions(self, **params: Any) -> dict[str, Any]:
        answer = self.get("/Account/{me}/transactions", **params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def new_sub_account(self, name: str = "Fresh", **fields: Any) -> "Account":
        answer = self.post("/accounts/{me}/sub-accounts/", {"name": name, **fields})
        assert answer.status_code == 201, answer.text
        return Account(self.url, **answer.json()["auth_credentials"])

    def sub_accounts(self) -> dict[str, dict[str, Any]]:
        """By name."""
        answer = self.get("/accounts/{me}/sub-accounts/", size=100)
        assert answer.status_code == 200, answer.text
        return {each["name"]: each for each in answer.json()["sub_accounts"]}


def master_of(world: World) -> Account:
    known = world.number_api
    return Account(known["url"], known["auth_id"], known["auth_token"])


def admin_of(world: World) -> Account:
    known = world.number_api
    return Account(known["url"], known["admin_auth_id"], known["admin_auth_token"])
