"""The partners of a world: the main partner with its credentials, sub-partners in two levels."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sandbox.models import AccountKey, DidGroup, Partner, Token, Trunk, TrunkGroup, World, new_sid
from sandbox.money import open_balances

# What an ordinary active partner may do (Core API §1.12).
ORDINARY_SCOPES = [
    "accesscontrol.manage", "app.manage", "calls.manage", "countries.manage", "endpoints.manage",
    "invoices.manage", "lookup.dids.read", "oauth.allow_token_scope_update", "oauth.manage",
    "oauth.manage_all_tokens", "partners.billing_method.manage", "partners.read", "partners.update",
    "phonenumber.manage", "push.manage", "rating.manage", "shortener.manage", "sms.manage", "storage.manage",
    "trunk_groups.manage", "trunk_groups.trunks.manage", "verification.manage",
]  # fmt: skip
# What the partner at the top of the tree may do beyond that.
MAIN_SCOPES = [
    *ORDINARY_SCOPES, "app.read_descendant", "batch.manage", "calls.read_descendant",
    "lookup.dids.allow_carrier", "lookup.dids.allow_cnam", "lookup.dids.allow_lrn", "partners.create",
    "partners.delete", "partners.manage",
]  # fmt: skip

_UNUSABLE = "!"  # nobody logs in with it: sub-partners are given tokens
_A_CENTURY = timedelta(days=36_500)


@dataclass(frozen=True)
class Company:
    """A sub-partner to make. `parent` is the slug of the company above it, "" the main partner."""

    slug: str
    name: str
    parent: str
    city: str
    state: str
    zip: str
    contact: str
    balance: str
    payment_type: str = "prepay"
    status: str = "active"


NORTHWIND = Company(
    "northwind", "Northwind Logistics", "", "Garden City", "NY", "11530", "Priya Raman", "812.40", "postpay"
)
COLD_CHAIN = Company(
    "northwind_cold", "Northwind Cold Chain", "northwind", "Newark", "NJ", "07102", "Tom Whelan", "143.75"
)
HARBOR = Company("harbor", "Harbor Dental", "", "San Francisco", "CA", "94105", "Grace Lindqvist", "96.20")
COMPANIES = (
    NORTHWIND,
    HARBOR,
    Company(
        "blueridge", "Blue Ridge Health", "", "Asheville", "NC", "28801", "Marcus Bell", "2210.00", "postpay"
    ),
    Company("summit", "Summit Legal Group", "", "Denver", "CO", "80202", "Elena Vargas", "351.53"),
    Company("prairie", "Prairie Home Services", "", "Omaha", "NE", "68102", "Dale Jorgensen", "0.12"),
    Company("lakeshore", "Lakeshore Realty", "", "Chicago", "IL", "60601", "Anita Kowalski", "187.05"),
    Company(
        "cedarpine",
        "Cedar & Pine Insurance",
        "",
        "Seattle",
        "WA",
        "98101",
        "Owen Tran",
        "-42.10",
        status="suspended",
    ),
    Company("copper", "Copper Canyon Solar", "", "Phoenix", "AZ", "85004", "Lucia Herrera", "640.00"),
    COLD_CHAIN,
    Company(
        "northwind_mile", "Northwind Last Mile", "northwind", "Dallas", "TX", "75201", "Jae Park", "75.30"
    ),
    Company("harbor_east", "Harbor Dental East", "harbor", "Boston", "MA", "02110", "Nina Abbott", "58.90"),
    Company(
        "blueridge_imaging",
        "Blue Ridge Imaging",
        "blueridge",
        "Atlanta",
        "GA",
        "30303",
        "Carl Osei",
        "402.18",
    ),
)
FEW_COMPANIES = (NORTHWIND, HARBOR, COLD_CHAIN)


@dataclass(frozen=True)
class Use:
    """How a token came to be as it is, in days: since it was issued and last used, until it ends."""

    issued: int
    used: float | None  # None: never
    address: str | None
    ends: int | None  # None: upstream's "never", a century away


# By company, the same in every world; of the others, `_PLAIN`.
_USES = {
    "": Use(400, None, None, None),
    "northwind": Use(180, 0.05, "198.51.100.24", 185),
    "harbor": Use(81, 0.4, "203.0.113.80", 9),
    "northwind_cold": Use(260, 200, "198.51.100.61", 470),
    "blueridge": Use(340, 1.2, "192.0.2.17", None),
    "summit": Use(120, 6, "203.0.113.9", 245),
    "prairie": Use(44, None, None, 321),
}
_PLAIN = Use(150, 2.5, "192.0.2.140", 215)

_TRUNK_GROUPS = ("West", "East", "Failover east")
_DID_GROUPS = ("Support desks", "Marketing campaigns")


@dataclass(frozen=True)
class People:
    """The sids of what was made; `partners`, `trunk_groups` and `did_groups` by slug, "" the main partner."""

    main_sid: str
    partners: dict[str, str]
    trunk_groups: dict[str, dict[str, str]]  # slug -> name -> sid
    did_groups: dict[str, dict[str, str]]


def settle(world: World, companies: tuple[Company, ...], moment: datetime) -> People:
    """Make the main partner and `companies` in `world`, with credentials, trunk groups and DID groups.

    Credentials are random. Those of the main partner are put on `world`, which is not saved here.
    """
    password = secrets.token_urlsafe(18)
    main = _main_partner(world, password, moment)
    partners = {"": main}
    for company in companies:
        partners[company.slug] = _sub_partner(world, company, partners[company.parent], moment)
    Partner.objects.bulk_create(partners.values())
    open_balances(partners.values())
    keys = {
        slug: AccountKey(partner=each, auth_id=_account_id(slug), auth_token=_secret())
        for slug, each in partners.items()
    }
    admin_key = AccountKey(partner=main, auth_id=_account_id(""), auth_token=_secret(), is_admin=True)
    AccountKey.objects.bulk_create([*keys.values(), admin_key])
    tokens = {
        slug: _token(world, each, "portal" if each is main else "default", _USES.get(slug, _PLAIN), moment)
        for slug, each in partners.items()
    }
    Token.objects.bulk_create(tokens.values())
    world.main_partner_sid = main.partner_sid
    world.credentials = {
        "token": tokens[""].access_token,
        "login": main.login,
        "password": password,
        "auth_id": keys[""].auth_id,
        "auth_token": keys[""].auth_token,
        "admin_auth_id": admin_key.auth_id,
        "admin_auth_token": admin_key.auth_token,
    }
    trunk_groups = _trunk_groups(world, partners)
    did_groups = _did_groups(world, partners)
    return People(
        main.partner_sid,
        {slug: each.partner_sid for slug, each in partners.items()},
        trunk_groups,
        did_groups,
    )


def _main_partner(world: World, password: str, moment: datetime) -> Partner:
    main = Partner(
        world=world, name="CarrierX Main", company_name="CarrierX Main, Inc.", display_id=_display_id(),
        login=f"carrierx_{secrets.token_hex(4)}", date_created=moment - timedelta(days=1400),
        address1="1 Exchange Place", city="New York", state="NY", zip="10006", phonenumber="12125550100",
        owner_email="owner@carrierx.example", tech_email="noc@carrierx.example",
        billing_email="billing@carrierx.example", available_scopes=MAIN_SCOPES, balance=Decimal("5214.88"),
        charge_at=Decimal(100), prepay_amount=Decimal(500), daily_spending_limit=Decimal(2000),
        daily_spent_amount=Decimal("38.4"), callbacks={"sms": "https://hooks.carrierx.example/sms"},
    )  # fmt: skip
    main.set_password(password)
    return main


def _sub_partner(world: World, company: Company, parent: Partner, moment: datetime) -> Partner:
    host = company.slug.replace("_", "-") + ".example"
    return Partner(
        world=world, parent_id=parent.partner_sid, name=company.name, company_name=f"{company.name}, LLC",
        display_id=_display_id(), login=f"{company.slug}_{secrets.token_hex(4)}", password=_UNUSABLE,
        status=company.status, date_created=moment - timedelta(days=700), address1="100 Main Street",
        city=company.city, state=company.state, zip=company.zip, phonenumber="12125550101",
        owner_email=f"owner@{host}", tech_email=f"it@{host}", billing_email=f"accounts@{host}",
        attributes={"contact": company.contact}, available_scopes=ORDINARY_SCOPES,
        balance=Decimal(company.balance), payment_type=company.payment_type,
    )  # fmt: skip


def _token(world: World, partner: Partner, name: str, use: Use, moment: datetime) -> Token:
    issued = moment - timedelta(days=use.issued)
    ends = moment + (_A_CENTURY if use.ends is None else timedelta(days=use.ends))
    return Token(
        world=world, partner=partner, partner_login=partner.login, name=name,
        access_token=new_sid(), refresh_token=new_sid(),
        client_id=world.client_id, client_secret=world.client_secret, scopes=partner.available_scopes,
        date_created=issued, date_last_modified=issued,
        date_expiration_access_token=ends, date_expiration_refresh_token=ends,
        date_last_accessed=None if use.used is None else moment - timedelta(days=use.used),
        ip_last_accessed=use.address,
    )  # fmt: skip


def _trunk_groups(world: World, partners: dict[str, Partner]) -> dict[str, dict[str, str]]:
    """Three for the main partner; one for each company when there are many; two trunks in each."""
    of_company = ("Main",) if len(partners) > len(FEW_COMPANIES) + 1 else ()
    groups = {
        slug: [
            TrunkGroup(world=world, partner=each, name=name)
            for name in (of_company if slug else _TRUNK_GROUPS)
        ]
        for slug, each in partners.items()
    }
    every = [group for found in groups.values() for group in found]
    TrunkGroup.objects.bulk_create(every)
    Trunk.objects.bulk_create(
        Trunk(
            trunk_group=group,
            name=f"{group.name} {label}",
            priority=priority,
            in_capacity=30,
            out_capacity=30,
        )
        for group in every
        for priority, label in enumerate(("primary", "backup"))
    )
    return {slug: {group.name: group.trunk_group_sid for group in found} for slug, found in groups.items()}


def _did_groups(world: World, partners: dict[str, Partner]) -> dict[str, dict[str, str]]:
    """Two for the main partner; one for Northwind when there are many."""
    wanted = [("", name) for name in _DID_GROUPS]
    if len(partners) > len(FEW_COMPANIES) + 1:
        wanted.append(("northwind", "Dispatch"))
    groups = [(slug, DidGroup(world=world, partner=partners[slug], name=name)) for slug, name in wanted]
    DidGroup.objects.bulk_create(group for _slug, group in groups)
    found: dict[str, dict[str, str]] = {slug: {} for slug in partners}
    for slug, group in groups:
        found[slug][group.name] = group.did_group_sid
    return found


def _display_id() -> str:
    return f"CX{secrets.randbelow(10**8):08}"


def _account_id(slug: str) -> str:
    return f"{'SA' if slug else 'MA'}_{secrets.token_hex(5).upper()}"


def _secret() -> str:
    return secrets.token_urlsafe(30)
