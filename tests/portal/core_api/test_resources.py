"""Every other resource on the wire: what is sent, what never is, and what its answers may not be."""

import json
from decimal import Decimal

import pytest

from portal.core_api.access_control import AccessRule, Layer
from portal.core_api.batch import BatchTask
from portal.core_api.billing_method import BillingMethod
from portal.core_api.calls import CallRecord
from portal.core_api.endpoints import Endpoint
from portal.core_api.errors import BadAnswer, Invalid, NotFound, OutcomeUnknown, Unavailable
from portal.core_api.external_dids import ExternalDid
from portal.core_api.invoices import Invoice
from portal.core_api.lookup import NumberLookup, Place
from portal.core_api.messaging import Messaging
from portal.core_api.oauth import IssuedToken, Login, Token
from portal.core_api.pool_sub_accounts import NewSubAccount, SubAccount
from portal.core_api.pool_types import ForcedMove, Transaction
from portal.core_api.prefixes import Prefix
from portal.core_api.rates import Rate, RatePage
from portal.core_api.scrub import HIDDEN
from portal.core_api.shape import WrongShape
from portal.core_api.short_codes import ShortCode
from portal.core_api.trunk_groups import Trunk
from tests.portal.core_api.conftest import TOKEN
from tests.portal.core_api.raw_server import no_content, reply, reset
from tests.portal.core_api.samples import SID, envelope, page
from tests.portal.core_api.test_secrets import PLANTED, everything_an_error_shows

MESSAGING = {"did_sid": SID, "enabled": True, "status": "in_progress", "type": "a2p"}
EXTERNAL = {"phonenumber": "12065550123", "external_did_sid": "x-1", "capabilities": 3}
TASK = {"task_sid": "t-1", "status": "created", "review": True, "error_details": [], "total": None}
CARD = {
    "type": "visa",
    "first_name": "Grace",
    "last_name": "Hopper",
    "phone": "15165550123",
    "country_code": "USA",
    "zip": "10025",
    "cc_number": "4111111111111111",
    "cc_expiration": "122031",
    "cc_cid": "737",
}

KINDS = [
    AccessRule,
    BatchTask,
    BillingMethod,
    CallRecord,
    Endpoint,
    ExternalDid,
    ForcedMove,
    Invoice,
    IssuedToken,
    Layer,
    Login,
    Messaging,
    NewSubAccount,
    NumberLookup,
    Place,
    Prefix,
    Rate,
    RatePage,
    ShortCode,
    SubAccount,
    Token,
    Transaction,
    Trunk,
]


@pytest.mark.parametrize("payload", [None, [], "x", 3])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_object_is_nothing(kind, payload):
    with pytest.raises(WrongShape):
        kind.parse(payload)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in {Place, Rate}])
def test_an_empty_object_is_about_nothing(kind):
    with pytest.raises(WrongShape):
        kind.parse({})


class TestMessaging:
    def test_is_switched_by_what_is_given(self, server, api):
        server.plays(reply(200, MESSAGING))
        found = api.phonenumbers.set_messaging(SID, enabled=True, type="a2p", campaign_sid="c-1")
        assert (found.enabled, found.status, found.type) == (True, "in_progress", "a2p")
        request = server.requests[0]
        assert (request.method, request.path, request.query) == (
            "POST",
            f"/core/v2/phonenumber/dids/{SID}/messaging",
            {},
        )
        assert request.json == {"enabled": True, "type": "a2p", "campaign_sid": "c-1"}

    def test_of_an_external_number_has_its_own_path(self, server, api):
        server.plays(reply(200, MESSAGING))
        api.external_dids.set_messaging("x-1", enabled=False, force=True)
        api.external_dids.messaging("x-1")
        assert server.requests[0].path == "/core/v2/phonenumber/external_dids/x-1/messaging"
        assert server.requests[0].query == {"force": ["true"]}
        assert server.requests[0].json == {"enabled": False}

    def test_may_answer_as_little_as_the_sample(self, server, api):
        server.plays(reply(200, {"enabled": "true", "status": "enabled"}))
        found = api.phonenumbers.messaging(SID)
        assert (found.enabled, found.did_sid, found.campaign_sid) == (True, None, None)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"type": "sms"},
            {"type": "p2p", "campaign_sid": "c"},
            {"type": "a2p", "p2p_nnid": "n"},
            {"campaign_sid": "c", "p2p_nnid": "n"},
        ],
    )
    def test_that_contradicts_itself_is_not_sent(self, server, api, wrong):
        with pytest.raises(ValueError, match="a2p"):
            api.phonenumbers.set_messaging(SID, enabled=True, **wrong)
        assert server.requests == []


class TestExternalDids:
    @pytest.mark.parametrize("capabilities", [0, 4, 7, 31, 32, -1])
    def test_can_do_messages_and_nothing_else(self, server, api, capabilities):
        with pytest.raises(ValueError, match="no voice"):
            api.external_dids.register("12065550123", capabilities)
        assert server.requests == []

    @pytest.mark.parametrize("phonenumber", ["", "+12065550123", "206"])
    def test_need_a_proper_number(self, server, api, phonenumber):
        with pytest.raises(ValueError, match="A number is needed"):
            api.external_dids.register(phonenumber, 3)
        assert server.requests == []

    def test_are_registered_with_what_is_given(self, server, api):
        server.plays(reply(200, EXTERNAL))
        api.external_dids.register("12065550123", 3, name="Reminders")
        assert server.requests[0].json == {
            "phonenumber": "12065550123",
            "capabilities": 3,
            "name": "Reminders",
        }

    def test_cannot_change_what_they_can_do(self, server, api):
        with pytest.raises(ValueError, match="capabilities"):
            api.external_dids.update("x-1", capabilities=27)
        assert server.requests == []

    def test_are_removed_where_the_documents_say(self, server, api):
        server.plays(no_content())
        api.external_dids.delete("x-1")
        assert server.requests[0].path == "/core/v2/phonenumber/external-dids/x-1"


class TestBatch:
    def test_changes_are_one_object_for_all_entries(self, server, api):
        server.plays(reply(200, TASK))
        task = api.batch.update(["18053355112"], {"trunk_group_sid": "g"}, review=True)
        assert (task.status, task.review, task.total) == ("created", True, None)
        assert server.requests[0].json == {
            "method": "PATCH",
            "type": "phonenumber",
            "field": "phonenumber",
            "entries": ["18053355112"],
            "data": {"trunk_group_sid": "g"},
            "review": True,
        }

    def test_rents_are_a_list_and_have_no_entries(self, server, api):
        server.plays(reply(200, TASK))
        api.batch.rent([{"phonenumber": "15162065575"}], review=False)
        assert server.requests[0].json == {
            "method": "POST",
            "type": "phonenumber",
            "data": [{"phonenumber": "15162065575"}],
            "review": False,
        }

    @pytest.mark.parametrize("items", [[{}], [{"phonenumber": "15162065575"}, {"name": "any"}]])
    def test_never_rents_just_any_number(self, server, api, items):
        with pytest.raises(ValueError, match="named"):
            api.batch.rent(items, review=False)
        assert server.requests == []

    @pytest.mark.parametrize("entries", [[], [""], ""])
    def test_never_means_everything(self, server, api, entries):
        with pytest.raises(ValueError, match="named"):
            api.batch.release(entries, review=False)
        with pytest.raises(ValueError, match="named"):
            api.batch.update(entries, {"name": "x"}, review=False)
        assert server.requests == []

    def test_of_nothing_or_about_something_else_is_not_sent(self, server, api):
        with pytest.raises(ValueError, match="nothing to change"):
            api.batch.update(["a"], {}, review=False)
        with pytest.raises(ValueError, match="about numbers"):
            api.batch.release(["a"], review=False, type="partner")
        assert server.requests == []

    @pytest.mark.parametrize(
        ("detail", "key", "message"),
        [
            ({"key": "15162065575", "error": "not found"}, "15162065575", "not found"),
            (
                {"key": {"phonenumber": "15162065575"}, "error": envelope("no item error")},
                "15162065575",
                None,
            ),
            ({"key": None, "error": None}, None, ""),
        ],
    )
    def test_tells_errors_in_whatever_shape(self, server, api, detail, key, message):
        server.plays(reply(200, {**TASK, "error_details": [detail]}))
        (error,) = api.batch.get("t-1").errors
        assert error.key == key
        assert error.message == ("no item error" if message is None else message)

    def test_shows_now_and_then_of_every_field(self, server, api):
        item = {"description": "1805", "fields": {"name": ["a", "b"], "odd": "c"}, "sid": "s", "version": 1}
        server.plays(reply(200, {"method": "PATCH", "type": "phonenumber", "review_items": [item]}))
        (found,) = api.batch.review("t-1").items
        assert found.changes == {"name": ("a", "b"), "odd": (None, "c")}


class TestBillingMethod:
    def test_keeps_four_digits_and_no_more(self, server, api):
        server.plays(reply(200, {**CARD, "payment_account": "x"}))
        found = api.billing_methods.get("p-1")
        assert found.last4 == "1111"
        shown = repr(found) + json.dumps(found.payload)
        assert "4111111111111111" not in shown
        assert "122031" not in shown

    def test_of_an_account_keeps_four_digits_too(self, server, api):
        server.plays(reply(200, {"type": "electronic_check", "ec_account_number": "******6789"}))
        assert api.billing_methods.get("p-1").last4 == "6789"

    def test_without_what_every_type_needs_is_not_sent(self, server, api):
        with pytest.raises(ValueError, match="first_name, last_name"):
            api.billing_methods.create("p-1", type="visa", phone="1", country_code="USA", zip="1")
        assert server.requests == []

    def test_with_a_masked_card_is_not_sent(self, server, api):
        with pytest.raises(ValueError, match="cannot be sent back"):
            api.billing_methods.create("p-1", **{**CARD, "cc_number": HIDDEN})
        assert server.requests == []

    def test_refused_repeats_nothing_of_the_card(self, server, api):
        text = "card 4111111111111111 (737, 122031) declined"
        server.plays(reply(422, envelope("object validation error", ("cc_number", text))))
        with pytest.raises(Invalid) as caught:
            api.billing_methods.create("p-1", **CARD)
        assert "declined" in caught.value.fields["cc_number"]
        for secret in ("4111111111111111", "737", "122031"):
            assert secret not in caught.value.message + str(caught.value.fields)


class TestFiles:
    def test_are_downloaded_as_they_are(self, server, api):
        server.plays(reply(200, b"%PDF-1.7 \xff\x00", {"Content-Type": "application/pdf"}))
        assert api.invoices.pdf("i-1") == b"%PDF-1.7 \xff\x00"
        server.plays(reply(200, "\ufeffprice\n1\n".encode(), {"Content-Type": "text/csv"}))
        assert api.rates.csv("inbound", "conference") == "price\n1\n"
        server.plays(reply(200, b"<html>invoice</html>", {"Content-Type": "text/html"}))
        assert api.invoices.html("i-1") == "<html>invoice</html>"
        assert [request.path.removeprefix("/core/v2") for request in server.requests] == [
            "/invoices/i-1.pdf",
            "/calls/rates/inbound/voip/conference/csv",
            "/invoices/i-1.html",
        ]
        assert server.requests[0].headers["accept"] == "*/*"

    @pytest.mark.parametrize("body", [b"<html>sorry</html>", b'{"a": 1}', b"[]", b"\xff\xfe"])
    def test_of_another_kind_are_bad_answers(self, server, api, body):
        server.plays(reply(200, body))
        with pytest.raises(BadAnswer, match="kind of file"):
            api.rates.csv("inbound")
        with pytest.raises(BadAnswer, match="kind of file"):
            api.invoices.pdf("i-1")

    def test_that_are_json_are_no_page(self, server, api):
        server.plays(reply(200, {"a": 1}))
        with pytest.raises(BadAnswer):
            api.invoices.html("i-1")

    def test_are_refused_as_everything_else(self, server, api):
        server.plays(reply(404, envelope("no item error", (None, "cannot find item by sid"))))
        with pytest.raises(NotFound, match="cannot find"):
            api.invoices.pdf("i-1")
        server.plays(reset())
        with pytest.raises(Unavailable):
            api.invoices.pdf("i-1")


class TestInvoices:
    def test_are_sent_to_addresses_in_a_form(self, server, api):
        server.plays(no_content())
        assert api.invoices.email("i-1", ["a@example.org", "b@example.org"], kind="html") is None
        request = server.requests[0]
        assert (request.method, request.path) == ("POST", "/core/v2/invoices/i-1.html/emails")
        assert request.body == b"emails=a%40example.org%2Cb%40example.org"
        assert request.headers["content-type"] == "application/x-www-form-urlencoded"

    @pytest.mark.parametrize("to", [[], [""], ["nobody"], ["a@example.org,b@example.org"], "nobody"])
    def test_are_not_sent_to_nobody(self, server, api, to):
        with pytest.raises(ValueError, match="e-mail"):
            api.invoices.email("i-1", to)
        assert server.requests == []

    def test_have_exact_amounts(self):
        item = {"type": "toll", "amount": "0.37", "usage": 8880}
        invoice = Invoice.parse({"invoice_sid": "i", "amount": "-0.45", "invoice_items": [item]})
        assert (invoice.amount, invoice.items[0].usage) == (Decimal("-0.45"), Decimal(8880))


class TestRouting:
    def test_of_a_third_party_needs_an_address(self, server, api):
        for addresses in ([], [{}], [{"ip": "10.0.0.1"}, {"port": 1}]):
            with pytest.raises(ValueError, match="address"):
                api.endpoints.create("third_party", addresses=addresses)
        with pytest.raises(ValueError, match="types"):
            api.endpoints.create("carrier pigeon")
        assert server.requests == []

    def test_never_shows_a_sip_password(self, server, api):
        endpoint = {
            "endpoint_sid": "e-1",
            "type": "third_party",
            "out_sip_password": PLANTED,
            "voip_token": PLANTED,
            "properties": {"login": "u", "password": PLANTED},
            "addresses": [{"ip": "10.0.0.1", "sip_password": PLANTED}],
        }
        server.plays(reply(200, endpoint))
        found = api.endpoints.get("e-1")
        assert found.properties["login"] == "u"
        assert PLANTED not in repr(found) + json.dumps(found.payload) + json.dumps(found.properties)

    def test_of_a_write_that_fails_shows_no_password_upstream_quotes(self, server, api):
        server.plays(reply(422, envelope("invalid", ("addresses", f"{PLANTED} is weak"))))
        with pytest.raises(Invalid) as caught:
            api.endpoints.update("e-1", addresses=[{"ip": "10.0.0.1", "sip_password": PLANTED}])
        assert PLANTED not in caught.value.message + str(caught.value.fields)

    def test_sends_only_what_can_be_set(self, server, api):
        for call, field in (
            (api.trunk_groups.create, "trunk_group_sid"),
            (api.did_groups.create, "partner_sid"),
            (api.endpoints.create, "voip_token"),
        ):
            args = ("conference",) if call == api.endpoints.create else ()
            with pytest.raises(ValueError, match=field):
                call(*args, **{field: "x"})
        with pytest.raises(ValueError, match="digits"):
            api.prefixes.create("1516x")
        with pytest.raises(ValueError, match="short_code"):
            api.short_codes.update("s-1", short_code="1")
        assert server.requests == []

    def test_names_group_and_trunk(self, server, api):
        server.plays(reply(200, {"trunk_sid": "t/1"}))
        api.trunk_groups.update_trunk("g/1", "t/1", weight=2)
        assert server.requests[0].target == "/core/v2/trunk_groups/g%2F1/trunks/t%2F1"


class TestAccessControl:
    def test_rules_that_cannot_be_are_not_sent(self, server, api):
        rule = {"field": "calling", "operation": "exact", "quantifier": "any", "entries": ["1"]}
        for wrong in ({"operation": "like"}, {"quantifier": "some"}, {"entries": []}):
            with pytest.raises(ValueError, match=r"operation|quantifier|entries"):
                api.access_control.create(**{**rule, **wrong})
        with pytest.raises(ValueError, match="read_only"):
            api.access_control.update("r-1", read_only=False)
        with pytest.raises(ValueError, match="direction"):
            api.access_control.effective_for_calls(direction="up")
        assert server.requests == []

    def test_what_is_in_effect_is_asked_for_by_whom_it_is_about(self, server, api):
        acl = {"access_control_rules": ["r-1"], "direction": "outbound", "voice_action_true": "reject503"}
        server.plays(reply(200, page([{"effective_acls": [acl], "layer": 1}], total=1)))
        (layer,) = api.access_control.effective_for_calls(partner_sid="p-1")
        assert (layer.layer, layer.acls[0].rule_sids) == (1, ("r-1",))
        assert server.requests[0].query["partner_sid"] == ["p-1"]
        assert "direction" not in server.requests[0].query


def test_a_lookup_asks_only_for_what_was_wanted(server, api):
    server.plays(reply(200, {"phonenumber": "15162065319", "details": {"cnam": {"name": ""}}}))
    found = api.lookup.number("+1 516 206", carrier=True, country_code="USA", international=True)
    assert found.cnam is None
    assert server.requests[0].target.startswith("/core/v2/lookup/dids/%2B1%20516%20206?")
    assert server.requests[0].query == {"carrier": ["true"], "country_code": ["USA"], "guess": ["e164"]}


def test_a_download_that_fails_shows_no_credentials(server, api):
    server.plays(reply(200, b"<html>"))
    with pytest.raises(BadAnswer) as caught:
        api.rates.csv("inbound")
    shown = everything_an_error_shows(caught.value)
    assert TOKEN not in shown


def test_a_write_answered_about_another_object_is_unknown(server, api):
    server.plays(reply(200, {"did_group_sid": "another"}))
    with pytest.raises(OutcomeUnknown):
        api.did_groups.update("g-1", name="x")
