"""Sub-partners: made, changed, removed."""

import json
from decimal import Decimal

import pytest

from portal.core_api.errors import BadAnswer, Conflict, Invalid, OutcomeUnknown
from portal.core_api.filters import F
from portal.core_api.scrub import HIDDEN
from tests.portal.core_api.raw_server import hang_up, no_content, reply
from tests.portal.core_api.samples import PARTNER, envelope, page

SID = PARTNER["partner_sid"]
PASSWORD = "planted-pass-word"


def test_a_new_partner_is_sent_with_what_it_was_given(server, api):
    server.plays(reply(200, {**PARTNER, "status": "unverified", "owner_email": None}))
    partner = api.partners.create(
        login="north", password=PASSWORD, name="North", zip="10025", prepay_amount=Decimal("20.50")
    )
    assert (partner.partner_sid, partner.status, partner.owner_email) == (SID, "unverified", None)
    request = server.requests[0]
    assert (request.method, request.path) == ("POST", "/core/v2/partners")
    assert request.json == {
        "login": "north",
        "password": PASSWORD,
        "name": "North",
        "zip": "10025",
        "prepay_amount": "20.50",
    }


def test_a_new_partner_does_not_show_its_password(server, api):
    server.plays(reply(200, {**PARTNER, "password": PASSWORD}))
    partner = api.partners.create(login="north", password=PASSWORD)
    assert PASSWORD not in repr(partner) + json.dumps(partner.payload)


def test_a_password_upstream_quotes_in_a_refusal_is_masked(server, api):
    server.plays(reply(422, envelope("object validation error", ("password", f"{PASSWORD} is too short"))))
    with pytest.raises(Invalid) as caught:
        api.partners.create(login="north", password=PASSWORD)
    assert caught.value.fields == {"password": f"{HIDDEN} is too short"}
    assert PASSWORD not in caught.value.message


def test_a_create_whose_answer_is_lost_is_unknown_and_not_repeated(server, api):
    server.plays(hang_up())
    with pytest.raises(OutcomeUnknown):
        api.partners.create(login="north")
    assert len(server.requests) == 1


@pytest.mark.parametrize("field", ["balance", "partner_sid", "status", "display_id", "available_scopes"])
def test_what_upstream_keeps_itself_cannot_be_set(server, api, field):
    with pytest.raises(ValueError, match=field):
        api.partners.create(**{field: "x"})
    with pytest.raises(ValueError, match=field):
        api.partners.update(SID, **{field: "x"})
    assert server.requests == []


def test_a_login_is_chosen_once(server, api):
    with pytest.raises(ValueError, match="login"):
        api.partners.update(SID, login="other")
    assert server.requests == []


def test_an_update_sends_only_what_is_touched(server, api):
    server.plays(reply(200, PARTNER))
    api.partners.update(SID, name="North", callbacks={"sms": None})
    request = server.requests[0]
    assert (request.method, request.path, request.query) == ("PATCH", f"/core/v2/partners/{SID}", {})
    assert request.json == {"name": "North", "callbacks": {"sms": None}}


def test_an_update_may_replace_nested_objects(server, api):
    server.plays(reply(200, PARTNER))
    api.partners.update(SID, attributes={}, replace_nested=True)
    assert server.requests[0].query == {"nested_objects": ["replace"]}


def test_an_update_of_nothing_is_not_sent(server, api):
    with pytest.raises(ValueError, match="nothing to change"):
        api.partners.update(SID)
    assert server.requests == []


def test_an_update_answered_about_another_partner_is_unknown(server, api):
    server.plays(reply(200, {**PARTNER, "partner_sid": "another"}))
    with pytest.raises(OutcomeUnknown):
        api.partners.update(SID, name="North")


@pytest.mark.parametrize("value", [HIDDEN, [HIDDEN], {"deep": {"sip_password": HIDDEN}}])
def test_a_mask_is_never_sent_back_as_if_it_were_the_secret(server, api, value):
    with pytest.raises(ValueError, match="cannot be sent back"):
        api.partners.update(SID, attributes=value)
    assert server.requests == []


def test_a_partner_is_removed(server, api):
    server.plays(no_content())
    assert api.partners.delete(SID) is None
    assert (server.requests[0].method, server.requests[0].path) == ("DELETE", f"/core/v2/partners/{SID}")


def test_a_partner_with_partners_of_its_own_stays(server, api):
    server.plays(reply(409, envelope("conflict", (None, "partner has sub-partners"))))
    with pytest.raises(Conflict, match="sub-partners"):
        api.partners.delete(SID)


def test_partners_can_be_filtered(server, api):
    server.plays(reply(200, page([PARTNER], total=1)))
    listing = api.partners.iterate(F("parent_sid") == SID)
    assert [partner.name for partner in listing] == ["CarrierX Main"]
    assert listing.complete
    assert server.requests[0].query["filter"] == [f'parent_sid eq "{SID}"']


def test_another_partner_than_asked_for_is_a_bad_answer(server, api):
    server.plays(reply(200, {**PARTNER, "partner_sid": "another"}))
    with pytest.raises(BadAnswer):
        api.partners.get(SID)
