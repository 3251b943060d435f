"""What the Core API promises about sub-partners, their payment, tokens and logins, kept by the sandbox."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from portal.core_api.errors import (
    Conflict,
    CredentialsRefused,
    Forbidden,
    Invalid,
    NotFound,
    Rejected,
)
from portal.core_api.filters import F
from portal.core_api.oauth import OAuthClient, OwnToken

DAY = timedelta(days=1)
NEW = {
    "login": "contract_north",
    "password": "planted-password-1",
    "name": "Contract North",
    "company_name": "Contract North Ltd",
    "country_code": "USA",
    "zip": "10025",
    "owner_email": "owner@example.org",
    "payment_type": "prepay",
    "phonenumber": "15165550123",
}


@pytest.fixture
def sub_sid(core):
    """A sub-partner of the small world."""
    me = core.whoami().partner_sid
    return next(p.partner_sid for p in core.partners.iterate() if p.parent_sid == me)


def issue(core, partner_sid, **changes):
    wishes = {"name": "contract", "scopes": ["phonenumber.manage"], "expires_in": 90 * DAY, **changes}
    return core.oauth.tokens.issue(partner_sid, **wishes)


class TestPartners:
    def test_are_invisible_until_their_address_is_verified(self, core):
        made = core.partners.create(**NEW)
        assert made.status == "unverified"
        assert made.owner_email is None
        assert made.parent_sid == core.whoami().partner_sid
        assert NEW["password"] not in json.dumps(made.payload)
        assert made.partner_sid not in {partner.partner_sid for partner in core.partners.iterate()}
        with pytest.raises(NotFound):
            core.partners.get(made.partner_sid)

    def test_have_a_login_of_their_own(self, core):
        core.partners.create(**NEW)
        with pytest.raises(Conflict) as caught:
            core.partners.create(**NEW)
        assert "login" in caught.value.fields

    def test_need_more_than_nothing(self, core):
        with pytest.raises(Invalid) as caught:
            core.partners.create(name="x")
        assert {"login", "password"} <= set(caught.value.fields)

    def test_are_changed_by_what_is_named(self, core, sub_sid):
        before = core.partners.get(sub_sid)
        core.partners.update(sub_sid, city="Utica", attributes={"team": "north", "floor": "2"})
        core.partners.update(sub_sid, attributes={"floor": None})
        after = core.partners.get(sub_sid)
        assert (after.city, after.name) == ("Utica", before.name)
        assert after.attributes["team"] == "north"
        assert "floor" not in after.attributes
        core.partners.update(sub_sid, attributes={"only": "this"}, replace_nested=True)
        assert core.partners.get(sub_sid).attributes == {"only": "this"}

    def test_cannot_stand_below_themselves(self, core, sub_sid):
        with pytest.raises(Rejected) as caught:
            core.partners.update(sub_sid, parent_sid=sub_sid)
        assert "parent_sid" in caught.value.fields

    def test_are_found_by_their_parent(self, core, sub_sid):
        me = core.whoami().partner_sid
        listing = core.partners.iterate(F("parent_sid") == me)
        assert sub_sid in {partner.partner_sid for partner in listing}
        assert listing.complete
        assert all(partner.parent_sid == me for partner in listing)

    def test_stay_while_something_depends_on_them(self, core):
        children = {partner.parent_sid for partner in core.partners.iterate() if partner.parent_sid}
        parent = next(sid for sid in children if sid != core.whoami().partner_sid)
        with pytest.raises(Conflict):
            core.partners.delete(parent)

    def test_are_removed(self, core):
        made = core.partners.create(**NEW)
        assert core.partners.delete(made.partner_sid) is None
        with pytest.raises(NotFound):
            core.partners.delete(made.partner_sid)


class TestBillingMethod:
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

    def test_of_a_card_shows_four_digits(self, core, sub_sid):
        made = core.billing_methods.create(sub_sid, **self.CARD)
        assert (made.type, made.last4, made.last_name) == ("visa", "1111", "Hopper")
        assert core.billing_methods.get(sub_sid) == made
        shown = repr(made) + json.dumps(made.payload)
        assert self.CARD["cc_number"] not in shown
        assert self.CARD["cc_cid"] not in shown

    def test_can_be_removed(self, core, sub_sid):
        core.billing_methods.create(sub_sid, **self.CARD)
        core.billing_methods.delete(sub_sid)
        with pytest.raises(NotFound):
            core.billing_methods.get(sub_sid)

    def test_refused_does_not_repeat_the_card(self, core, sub_sid):
        with pytest.raises(Rejected) as caught:
            core.billing_methods.create(sub_sid, **{**self.CARD, "cc_number": "not-a-card-4111"})
        assert "4111" not in repr(caught.value) + str(caught.value.fields)


class TestTokens:
    def test_work_for_whom_they_were_issued_with_the_scopes_asked_for(self, core, client, sub_sid):
        token = issue(core, sub_sid, scopes=["phonenumber.manage", "partners.update"])
        assert token.partner_sid == sub_sid
        assert set(token.scopes) == {"phonenumber.manage", "partners.update"}
        theirs = client(core._transport._url, token=token.access_token)
        assert theirs.whoami().partner_sid == sub_sid
        with pytest.raises(Forbidden):
            next(iter(theirs.trunk_groups.iterate()))

    def test_live_as_long_as_was_asked_for(self, core, sub_sid):
        token = issue(core, sub_sid, expires_in=90 * DAY, refresh_expires_in=100 * DAY)
        assert token.date_expiration_access_token - token.date_created == pytest.approx(
            90 * DAY, abs=DAY / 24
        )
        life = token.date_expiration_refresh_token - token.date_created
        assert life == pytest.approx(100 * DAY, abs=DAY / 24)

    def test_for_ourselves_take_login_and_password(self, core, world):
        token = core.oauth.tokens.issue_for_self(
            world.core["login"],
            world.core["password"],
            name="second",
            scopes=["phonenumber.manage"],
            expires_in=DAY,
        )
        assert token.partner_sid == core.whoami().partner_sid
        assert token.name == "second"

    def test_for_ourselves_can_also_be_issued_by_our_own_sid(self, core):
        me = core.whoami().partner_sid
        assert issue(core, me).partner_sid == me

    def test_cannot_have_scopes_the_partner_lacks(self, core, sub_sid):
        with pytest.raises(Invalid) as caught:
            issue(core, sub_sid, scopes=["admin.manage"])
        assert "scope" in caught.value.fields

    def test_of_a_stranger_are_not_found(self, core, sandbox):
        stranger = sandbox.world()
        with pytest.raises(NotFound):
            issue(core, stranger.core["partner_sid"])

    def test_need_the_right_registration(self, core, sub_sid):
        with pytest.raises(CredentialsRefused):
            issue(core, sub_sid, client=OAuthClient("nobody", "wrong-wrong-wrong"))

    def test_are_listed_without_their_text(self, core, sub_sid):
        token = issue(core, sub_sid)
        listing = core.oauth.tokens.iterate()
        listed = {each.token_sid: each for each in listing}
        assert listing.complete
        assert listed[token.token_sid].scopes == token.scopes
        assert listed[token.token_sid].date_last_accessed is None
        shown = repr(listed) + json.dumps([each.payload for each in listed.values()])
        assert token.access_token not in shown
        assert token.refresh_token not in shown
        assert [each.token_sid for each in listed.values() if each.ours] == [
            each.token_sid for each in core.oauth.tokens.iterate(F("name") == "portal")
        ]

    def test_remember_when_and_from_where_they_were_used(self, core, client, sub_sid):
        token = issue(core, sub_sid)
        client(core._transport._url, token=token.access_token).whoami()
        used = core.oauth.tokens.get(token.token_sid)
        assert used.date_last_accessed is not None
        assert used.ip_last_accessed

    def test_are_renamed_narrowed_and_shortened(self, core, client, sub_sid):
        token = issue(core, sub_sid, scopes=["phonenumber.manage", "partners.update"])
        until = datetime.now(UTC).replace(microsecond=0) + 2 * DAY
        core.oauth.tokens.update(
            token.token_sid, name="less", scopes=["partners.update"], date_expiration_access_token=until
        )
        read = core.oauth.tokens.get(token.token_sid)
        assert (read.name, read.scopes, read.date_expiration_access_token) == (
            "less",
            ("partners.update",),
            until,
        )
        with pytest.raises(Forbidden):
            client(core._transport._url, token=token.access_token).phonenumbers.list()

    def test_expire(self, core, client, world, sub_sid):
        token = issue(core, sub_sid, expires_in=DAY)
        world.advance(2 * 86_400)
        with pytest.raises(CredentialsRefused):
            client(core._transport._url, token=token.access_token).whoami()
        assert token.token_sid not in {each.token_sid for each in core.oauth.tokens.iterate()}

    def test_are_revoked_by_their_sid(self, core, client, sub_sid):
        token, other = issue(core, sub_sid), issue(core, sub_sid)
        assert core.oauth.tokens.revoke(token.token_sid) is None
        with pytest.raises(CredentialsRefused):
            client(core._transport._url, token=token.access_token).whoami()
        assert client(core._transport._url, token=other.access_token).whoami().partner_sid == sub_sid
        with pytest.raises(NotFound):
            core.oauth.tokens.get(token.token_sid)
        with pytest.raises(NotFound):
            core.oauth.tokens.revoke(token.token_sid)

    def test_our_own_is_not_revoked(self, core):
        ours = next(each for each in core.oauth.tokens.iterate() if each.ours)
        with pytest.raises(OwnToken):
            core.oauth.tokens.revoke(ours.token_sid)
        assert core.whoami().partner_sid


class TestLogins:
    def test_are_made_read_given_another_password_and_removed(self, core):
        name = f"{core.whoami().login}_north"
        made = core.oauth.logins.create(name, "planted-password-1", ["phonenumber.manage"])
        assert (made.login, made.token_scopes) == (name, ("phonenumber.manage",))
        assert core.oauth.logins.get(made.login_sid) == made
        listing = core.oauth.logins.iterate()
        assert made in list(listing)
        assert listing.complete
        core.oauth.logins.set_password(made.login_sid, "planted-password-2")
        core.oauth.logins.delete(made.login_sid)
        with pytest.raises(NotFound):
            core.oauth.logins.get(made.login_sid)

    def test_begin_with_the_partners_own(self, core):
        with pytest.raises(Invalid) as caught:
            core.oauth.logins.create("somebody", "planted-password-1", ["phonenumber.manage"])
        assert "login" in caught.value.fields
