"""Planted secrets are found nowhere after every flow: not in the database, the cache, the logs, any HTML."""

from numbers.services.assign import assignable_partners
from numbers.services.sync import sync_numbers
from partners.models import Invitation, Partner, Token
from partners.services.revoke import revoke_due
from partners.services.sync import sync_partners, sync_tokens
from portal import audit
from portal.models import AuditEntry
from tests.moves import FREE, ask, assign, force, unassign
from tests.pages import check
from tests.partners.test_issue import secret_of, upstream_tokens
from tests.planted import assert_nowhere, everything_in_the_database

PASSWORD = "planted-password-83421"


def test_no_secret_of_a_token_or_a_partner_stays_anywhere(
    admin, upstream, partners, sub_partner, visit, lines
):
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
    assert "Planted" in everything_in_the_database()
    assert "/oauth/token" in "\n".join(lines)
    assert_nowhere(secrets, lines, pages)


def test_no_secret_of_a_move_stays_anywhere(admin, mirror, visit, lines, monkeypatch):
    core, number = mirror.core, mirror.number_api
    secrets = {core["token"], core["client_secret"], number["auth_token"], number["admin_auth_token"]}
    mirror.rent(FREE)
    sync_numbers()
    partner = assignable_partners()[0]
    quoting = {"error": {"code": 403, "message": f"{number['auth_token']} may not, {core['token']} neither"}}
    pages: list[str] = []

    def keep(response):
        pages.append(response.content.decode() + str(dict(response.headers)))

    mirror.fault("POST", "assign-subaccount", "status", status=403, body=quoting)
    keep(assign(admin, visit, FREE, partner))
    keep(assign(admin, visit, FREE, partner))
    mirror.add_calls({"phonenumber": FREE})
    keep(unassign(admin, visit, FREE))
    keep(ask(admin, visit, FREE))
    mirror.fault("DELETE", "assign-subaccount", "status", status=403, body=quoting)
    keep(force(admin, visit, FREE))
    keep(force(admin, visit, FREE))
    made = {
        "sub_account": {"auth_id": "SA_PLANTED", "name": partner.name, "enabled": True},
        "auth_credentials": {"auth_id": "SA_PLANTED", "auth_token": "planted-token-93417"},
    }
    link = f"/partners/{partner.pk}/sub-account/"
    Partner.objects.filter(pk=partner.pk).update(sub_account_id="", linked_by_hand=True)
    ticket = audit.mint(admin.user, "sub_account.create", partner.pk)
    mirror.fault("POST", "sub-accounts", "status", status=200, body=made)
    keep(admin.post(f"{link}new/", ticket=ticket))
    assert Partner.objects.get(pk=partner.pk).sub_account_id == "SA_PLANTED"
    form = visit(admin, f"/numbers/{FREE}/release/", htmx=True)
    mirror.fault("DELETE", "numbers", "status", status=500, body=quoting)
    keep(admin.post(f"/numbers/{FREE}/release/", ticket=form.value("ticket"), how="cancellable", typed=FREE))

    def break_down(**_: object) -> None:
        raise RuntimeError(f"broken by {core['token']} and {number['admin_auth_token']}")

    monkeypatch.setattr("numbers.views.home.home_summary", break_down)
    admin.client.raise_request_exception = False
    keep(admin.get("/"))
    for url in ("/numbers/", f"/numbers/{FREE}/history/", "/numbers/forced/", "/audit/", "/status/"):
        keep(admin.get(url))
    for url in ("/numbers/cool-offs.csv", "/numbers/forced.csv"):
        pages.append(b"".join(admin.get(url).streaming_content).decode())
    for entry in AuditEntry.objects.all():
        keep(admin.get(f"/entries/{entry.pk}/"))

    logged = "\n".join(lines)
    assert "assign-subaccount" in logged
    assert "Internal Server Error" in logged
    assert_nowhere(secrets | {"planted-token-93417"}, lines, pages)
