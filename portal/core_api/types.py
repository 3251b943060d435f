"""What the Core API returns, as frozen values: one attribute per documented field.

Parsing is tolerant of keys that are missing (None) or unknown (kept in `payload`), and strict about values
of another type: those raise WrongShape, which the transport turns into BadAnswer or OutcomeUnknown.
`payload` is the whole JSON object, secrets masked; it never takes part in hashing.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from portal.core_api.shape import Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Did:
    """A number (Core API §2.1.2).

    `did_sid` is empty while an external provider's number has none. `partner_sid` is None while it is
    available. `capabilities` is what it can do, `active_capabilities` what is in effect (bits: 1 SMS in,
    2 SMS out, 4 voice, 8 MMS in, 16 MMS out). `price` has no documented unit or currency.
    """

    phonenumber: str
    did_sid: str = ""
    status: str | None = None
    name: str | None = None
    country_code: str | None = None
    state: str | None = None
    locality: str | None = None
    lata: str | None = None
    ocn: str | None = None
    price: Decimal | None = None
    capabilities: int | None = None
    active_capabilities: int | None = None
    partner_sid: str | None = None
    trunk_group_sid: str | None = None
    did_group_sid: str | None = None
    campaign_sid: str | None = None
    classification_sid: str | None = None
    lrn_sid: str | None = None
    callback_url: str | None = None
    string_key_1: str | None = None
    string_key_2: str | None = None
    in_country_format: str | None = None
    international_format: str | None = None
    porting_pin: str | None = field(default=None, repr=False)
    attributes: dict[str, Any] = field(default_factory=dict, hash=False)
    transformations: tuple[Any, ...] = field(default=(), hash=False)
    payload: dict[str, Any] = field(default_factory=dict, hash=False, repr=False)

    @classmethod
    def parse(cls, payload: object) -> "Did":
        fields = Fields(payload, "number")
        return cls(
            phonenumber=fields.required("phonenumber"),
            did_sid=fields.text("did_sid") or "",
            status=fields.text("status"),
            name=fields.text("name"),
            country_code=fields.text("country_code"),
            state=fields.text("state"),
            locality=fields.text("locality"),
            lata=fields.text("lata"),
            ocn=fields.text("ocn"),
            price=fields.money("price"),
            capabilities=fields.whole("capabilities"),
            active_capabilities=fields.whole("active_capabilities"),
            partner_sid=fields.text("partner_sid"),
            trunk_group_sid=fields.text("trunk_group_sid"),
            did_group_sid=fields.text("did_group_sid"),
            campaign_sid=fields.text("campaign_sid"),
            classification_sid=fields.text("classification_sid"),
            lrn_sid=fields.text("lrn_sid"),
            callback_url=fields.text("callback_url"),
            string_key_1=fields.text("string_key_1"),
            string_key_2=fields.text("string_key_2"),
            in_country_format=fields.text("in_country_format"),
            international_format=fields.text("international_format"),
            porting_pin=fields.text("porting_pin"),
            attributes=fields.mapping("attributes"),
            transformations=fields.rows("transformations"),
            payload=fields.payload,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many rentable numbers there are under one key, a state or an area code (Core API §2.1.4a)."""

    key: str
    count: int

    @classmethod
    def parse(cls, payload: object) -> "Coverage":
        fields = Fields(payload, "coverage")
        return cls(key=fields.text("key") or "", count=fields.count("count"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """A country; `iso_3166_alpha_3` is the `country_code` of everything else (Core API §2.9)."""

    iso_3166_alpha_3: str
    iso_3166_alpha_2: str | None = None
    iso_3166_numeric: int | None = None
    common_name: str | None = None
    official_name: str | None = None
    capital: str | None = None
    dialing_prefix: str | None = None
    domain: str | None = None
    mcc: str | None = None
    region: str | None = None
    subregion: str | None = None
    payload: dict[str, Any] = field(default_factory=dict, hash=False, repr=False)

    @classmethod
    def parse(cls, payload: object) -> "Country":
        fields = Fields(payload, "country")
        return cls(
            iso_3166_alpha_3=fields.required("iso_3166_alpha_3"),
            iso_3166_alpha_2=fields.text("iso_3166_alpha_2"),
            iso_3166_numeric=fields.whole("iso_3166_numeric"),
            common_name=fields.text("common_name"),
            official_name=fields.text("official_name"),
            capital=fields.text("capital"),
            dialing_prefix=fields.text("dialing_prefix"),
            domain=fields.text("domain"),
            mcc=fields.text("mcc"),
            region=fields.text("region"),
            subregion=fields.text("subregion"),
            payload=fields.payload,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrunkGroup:
    """Where a number's calls are routed to (Core API §2.11). The rest of its settings is in `payload`."""

    trunk_group_sid: str
    name: str | None = None
    partner_sid: str | None = None
    routing_type: str | None = None
    payload: dict[str, Any] = field(default_factory=dict, hash=False, repr=False)

    @classmethod
    def parse(cls, payload: object) -> "TrunkGroup":
        fields = Fields(payload, "trunk group")
        return cls(
            trunk_group_sid=fields.required("trunk_group_sid"),
            name=fields.text("name"),
            partner_sid=fields.text("partner_sid"),
            routing_type=fields.text("routing_type"),
            payload=fields.payload,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DidGroup:
    """A named group of numbers (Core API §2.3)."""

    did_group_sid: str
    name: str | None = None
    partner_sid: str | None = None
    callback_url: str | None = None
    payload: dict[str, Any] = field(default_factory=dict, hash=False, repr=False)

    @classmethod
    def parse(cls, payload: object) -> "DidGroup":
        fields = Fields(payload, "DID group")
        return cls(
            did_group_sid=fields.required("did_group_sid"),
            name=fields.text("name"),
            partner_sid=fields.text("partner_sid"),
            callback_url=fields.text("callback_url"),
            payload=fields.payload,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """An account of the Core API, ours or a sub-partner's (Core API §2.5).

    `parent_sid` is None at the top. `date_created` is aware UTC. `available_scopes` is what its tokens may
    be given. ACLs, callbacks and transformations are in `payload`.
    """

    partner_sid: str
    parent_sid: str | None = None
    display_id: str | None = None
    login: str | None = None
    name: str | None = None
    company_name: str | None = None
    status: str | None = None
    payment_type: str | None = None
    balance: Decimal | None = None
    charge_at: Decimal | None = None
    prepay_amount: Decimal | None = None
    spending_limit: Decimal | None = None
    daily_spending_limit: Decimal | None = None
    daily_spent_amount: Decimal | None = None
    phonenumber: str | None = None
    owner_email: str | None = None
    tech_email: str | None = None
    billing_email: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country_code: str | None = None
    date_created: datetime | None = None
    available_scopes: tuple[str, ...] = ()
    attributes: dict[str, Any] = field(default_factory=dict, hash=False)
    payload: dict[str, Any] = field(default_factory=dict, hash=False, repr=False)

    @classmethod
    def parse(cls, payload: object) -> "Partner":
        fields = Fields(payload, "partner")
        return cls(
            partner_sid=fields.required("partner_sid"),
            parent_sid=fields.text("parent_sid") or None,
            display_id=fields.text("display_id"),
            login=fields.text("login"),
            name=fields.text("name"),
            company_name=fields.text("company_name"),
            status=fields.text("status"),
            payment_type=fields.text("payment_type"),
            balance=fields.money("balance"),
            charge_at=fields.money("charge_at"),
            prepay_amount=fields.money("prepay_amount"),
            spending_limit=fields.money("spending_limit"),
            daily_spending_limit=fields.money("daily_spending_limit"),
            daily_spent_amount=fields.money("daily_spent_amount"),
            phonenumber=fields.text("phonenumber"),
            owner_email=fields.text("owner_email"),
            tech_email=fields.text("tech_email"),
            billing_email=fields.text("billing_email"),
            address1=fields.text("address1"),
            address2=fields.text("address2"),
            city=fields.text("city"),
            state=fields.text("state"),
            zip=fields.text("zip"),
            country_code=fields.text("country_code"),
            date_created=fields.moment("date_created"),
            available_scopes=fields.words("available_scopes"),
            attributes=fields.mapping("attributes"),
            payload=fields.payload,
        )
