"""Planted secrets are found nowhere after every flow: not in the database, the cache, the logs, any HTML."""

import logging

import pytest
from django.db import connection

from partners.models import Invitation, Token
from partners.services.revoke import revoke_due
from partners.services.sync import sync_partners, sync_tokens
from portal import audit
from portal.logs import OneLine
from tests.pages import check
from tests.partners.test_issue import secret_of, upstream_tokens

PASSWORD = "planted-password-83421"


class Lines(logging.Handler):
    """Every log line as it would be written, debug lines too."""

    def __init__(self) -> None:
        super().__init__(level=logging.DEBUG)
        self.setFormatter(OneLine())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def lines():
    handler, root = Lines(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler.lines
    root.removeHandler(handler)
    root.setLevel(level)


def everything_in_the_database() -> str:
    """Every row of every table, the cache's and the sessions' included."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 -- our own table names
            found += [repr(row) for row in cursor.fetchall()]
    assert len(found) > 20
    return "\n".join(found)


def test_no_secret_stays_anywhere(admin, upstream, partners, sub_partner, visit, lines):
    pages: list[str] = []

    def post(url: str, **data: object):
        response = admin.post(url, **data)
        pages.append(response.content.decode() + str(dict(response.headers)))
        return response

    def ticket(url: str) -> str:
        return visit(admin, url).value("ticket")

    tokens = f"/partners/{sub_partner.pk}/tokens/"
    wishes = {"name": "Planted", "preset": "read_numbers", "life": "90"}
    form = wishes | {"ticket": ticket(f"{tokens}new/")}
    reveal = check(admin.post(f"{tokens}new/", **form))  # the one page that may
    revealed = secret_of(reveal)
    post(f"{tokens}new/", **form)
    upstream.fault("POST", "/oauth/token", "reset", when="after")
    post(f"{tokens}new/", **(wishes | {"ticket": ticket(f"{tokens}new/")}))
    secrets = {each[key] for each in upstream_tokens(upstream) for key in ("access_token", "refresh_token")}
    assert revealed in secrets
    audit.settle_due()

    issued = Token.objects.get(name__startswith="Planted")
    edit = f"{tokens}{issued.pk}/edit/"
    answer = visit(admin, edit)
    fields = {name: answer.value(name) for name in ("ticket", "seen", "expires")}
    post(edit, **fields, name="Planted again", scopes=["phonenumber.read"])
    rotate = f"{tokens}{issued.pk}/rotate/"
    rotated = admin.post(rotate, ticket=ticket(rotate), overlap="0", life="30")
    secrets.add(secret_of(check(rotated)))
    revoke_due()

    new = ticket("/partners/new/")
    partner = {
        "ticket": new, "company_name": "Planted, LLC", "name": "Planted", "login": "planted",
        "password": PASSWORD, "country_code": "USA", "payment_type": "prepay",
        "owner_email": "o@planted.example", "parent_sid": partners["ourselves"].pk, "sub_account": "on",
    }  # fmt: skip
    post("/partners/new/", **(partner | {"login": "no good"}))
    quoted = {"message": f"the password {PASSWORD} is weak", "errors": []}
    upstream.fault("POST", "/partners", "status", status=422, body=quoted)
    post("/partners/new/", **partner)
    post("/partners/new/", **(partner | {"ticket": ticket("/partners/new/")}))
    upstream.steer("POST", f"/partners/{Invitation.objects.get().partner_sid}/verify")
    sync_partners()
    sync_tokens()

    for url in ("/partners/", "/partners/tokens/", tokens, "/audit/", f"/partners/{sub_partner.pk}/history/"):
        pages.append(visit(admin, url).html)
    secrets |= {PASSWORD, upstream.core["client_secret"], upstream.core["token"], upstream.core["password"]}
    secrets |= {upstream.number_api["auth_token"], upstream.number_api["admin_auth_token"]}
    database, logged, html = everything_in_the_database(), "\n".join(lines), "\n".join(pages)
    assert "Planted" in database
    assert "/oauth/token" in logged
    for secret in filter(None, secrets):
        for place, text in (("database", database), ("log", logged), ("page", html)):
            assert secret not in text, f"a secret is in the {place}"
