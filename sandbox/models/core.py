"""The rows behind both protocols of the sandbox.

Everything belongs to a world: one tree of partners with its own numbers, clock and credentials.
Where the Core API names a thing by `<thing>_sid`, foreign keys hold that sid, so that an object
is written to JSON without joins. Times are aware and in UTC; they are the world's own time.
Money is Decimal in the account's currency.
"""

import uuid

from django.contrib.auth.hashers import check_password, make_password
from django.db import models
from django.db.models import Q
from django.utils import timezone


def new_sid() -> str:
    """A fresh identifier in the form the Core API uses for every object."""
    return str(uuid.uuid4())


def sid_field() -> models.CharField:
    return models.CharField(max_length=36, unique=True, default=new_sid, editable=False)


def money(default: str | None = "0") -> models.DecimalField:
    return models.DecimalField(max_digits=14, decimal_places=4, default=default, null=default is None)


class World(models.Model):
    """One separate carrier: partners, numbers, clock, faults. The first one is the default world."""

    key = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=200, blank=True)
    created = models.DateTimeField(default=timezone.now)
    clock_offset = models.BigIntegerField(default=0)  # seconds this world is ahead of the real time
    settings = models.JSONField(default=dict)  # only what differs from sandbox.worlds.DEFAULTS
    main_partner_sid = models.CharField(max_length=36, blank=True)
    client_id = models.CharField(max_length=64, unique=True)
    client_secret = models.CharField(max_length=64)
    # What the steering endpoint tells again: token, login, password, auth_id, auth_token,
    # admin_auth_id, admin_auth_token. Made at random when the world is made.
    credentials = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.key


class Country(models.Model):
    """A country of ISO 3166; the same in all worlds, loaded by a migration."""

    common_name = models.CharField(max_length=100)
    official_name = models.CharField(max_length=150)
    capital = models.CharField(max_length=100, blank=True)
    dialing_prefix = models.CharField(max_length=20, null=True)
    domain = models.CharField(max_length=10, null=True)
    iso_3166_alpha_2 = models.CharField(max_length=2, unique=True)
    iso_3166_alpha_3 = models.CharField(max_length=3, unique=True)
    iso_3166_numeric = models.IntegerField()
    mcc = models.CharField(max_length=100, null=True)
    region = models.CharField(max_length=50, null=True)
    subregion = models.CharField(max_length=100, null=True)

    def __str__(self) -> str:
        return self.iso_3166_alpha_3


class Partner(models.Model):
    """A Core API account; the Phone Number API calls the same row an MA_ or SA_ account."""

    world = models.ForeignKey(World, models.CASCADE, related_name="partners")
    partner_sid = sid_field()
    parent = models.ForeignKey(
        "self",
        models.CASCADE,
        to_field="partner_sid",
        db_column="parent_sid",
        null=True,
        related_name="children",
    )
    display_id = models.CharField(max_length=10)  # "CX" and eight digits
    login = models.CharField(max_length=100)
    password = models.CharField(max_length=200)  # hashed: set_password
    name = models.CharField(max_length=200)
    company_name = models.CharField(max_length=200, default="", blank=True)
    # active, canceled, deleted, suspended, unconfirmed, unverified
    status = models.CharField(max_length=20, default="active")
    date_created = models.DateTimeField(default=timezone.now)
    address1 = models.CharField(max_length=200, null=True)
    address2 = models.CharField(max_length=200, null=True)
    city = models.CharField(max_length=100, null=True)
    state = models.CharField(max_length=50, null=True)
    zip = models.CharField(max_length=20, null=True)
    country_code = models.CharField(max_length=3, default="USA")
    phonenumber = models.CharField(max_length=20, null=True)
    owner_email = models.CharField(max_length=500, null=True)
    tech_email = models.CharField(max_length=500, null=True)
    billing_email = models.CharField(max_length=500, null=True)
    # Addresses nobody has verified yet, by field; they move to the fields themselves when verified.
    pending_emails = models.JSONField(default=dict)
    acls = models.JSONField(default=list)
    parent_assigned_acls = models.JSONField(default=list)
    attributes = models.JSONField(default=dict)
    callbacks = models.JSONField(default=dict)
    transformations = models.JSONField(default=list)
    system_attributes = models.JSONField(default=dict)
    available_scopes = models.JSONField(default=list)
    balance = money()
    charge_at = money(None)
    prepay_amount = money(None)
    spending_limit = money(None)
    daily_spending_limit = money(None)
    daily_spent_amount = money()
    payment_type = models.CharField(max_length=10, default="prepay")  # prepay, postpay
    currency = models.CharField(max_length=3, default="USD")

    class Meta:
        constraints = [
            # A login is free again once its partner was deleted; other worlds have their own.
            models.UniqueConstraint(
                fields=["world", "login"], condition=~Q(status="deleted"), name="one_partner_a_login"
            )
        ]
        indexes = [
            models.Index(fields=["world", "name"], name="partner_by_name"),
            models.Index(fields=["login"], name="partner_by_login"),
        ]

    def __str__(self) -> str:
        return self.name

    def set_password(self, raw: str) -> None:
        """Keep a hash of `raw`; nothing is saved yet."""
        self.password = make_password(raw)

    def has_password(self, raw: str) -> bool:
        return check_password(raw, self.password)


class AccountKey(models.Model):
    """Credentials of the Phone Number API: an MA_ or SA_ account's id and token.

    An account may have several keys; one with `is_admin` may force what others may not.
    """

    partner = models.ForeignKey(
        Partner, models.CASCADE, to_field="partner_sid", db_column="partner_sid", related_name="keys"
    )
    auth_id = models.CharField(max_length=40, db_index=True)
    auth_token = models.CharField(max_length=100)
    is_admin = models.BooleanField(default=False)
    created = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.auth_id


class Token(models.Model):
    """A Core API security token; the access token is told again on GET, as documented."""

    world = models.ForeignKey(World, models.CASCADE, related_name="tokens")
    partner = models.ForeignKey(
        Partner, models.CASCADE, to_field="partner_sid", db_column="partner_sid", related_name="tokens"
    )
    token_sid = sid_field()
    access_token = models.CharField(max_length=100, unique=True)
    refresh_token = models.CharField(max_length=100, unique=True)
    client_id = models.CharField(max_length=64)
    client_secret = models.CharField(max_length=64)
    name = models.CharField(max_length=200, null=True)
    scopes = models.JSONField(default=list)
    token_type = models.CharField(max_length=20, default="bearer")
    visibility = models.CharField(max_length=10, default="common")  # common, system (administrators only)
    partner_login = models.CharField(max_length=200, default="", blank=True)  # the login it was made with
    date_created = models.DateTimeField(default=timezone.now)
    date_last_modified = models.DateTimeField(default=timezone.now)
    date_expiration_access_token = models.DateTimeField()
    date_expiration_refresh_token = models.DateTimeField()
    date_last_accessed = models.DateTimeField(null=True)
    ip_last_accessed = models.CharField(max_length=45, null=True)
    revoked = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["partner", "date_created"], name="token_by_partner")]

    def __str__(self) -> str:
        return self.token_sid
