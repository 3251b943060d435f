"""The mirror of partners and their tokens, and what people here intend with them."""

import re
import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.core_api.oauth import Token as UpstreamToken
from portal.core_api.types import Partner as UpstreamPartner
from portal.mirror import Mirrored

# A token we issue carries the beginning of its entry's id in its name, so that reading back can find the
# one whose answer was lost. People never see it.
_MARK = re.compile(r" \[nd-([0-9a-f]{12})\]$")


class Partner(Mirrored):
    """A Core API account: ours at the root, its sub-partners below (Core API §2.5).

    `is_ours` marks our own account, the one our credentials belong to.
    `sub_account_id` (SA_…) is what the Phone Number API calls the same partner, empty for none;
    `partners.services.sub_accounts` fills it, unless somebody here `linked_by_hand`.
    """

    own_columns: ClassVar[frozenset[str]] = frozenset(
        {"is_ours", "sub_account_id", "sub_account_enabled", "linked_by_hand"}
    )

    partner_sid = models.CharField(max_length=64, primary_key=True)
    parent_sid = models.CharField(max_length=64, blank=True, db_index=True)
    name = models.CharField(max_length=255, db_index=True)
    login = models.CharField(max_length=255, blank=True, db_index=True)
    display_id = models.CharField(max_length=32, blank=True, db_index=True)
    status = models.CharField(max_length=32, db_index=True)
    balance = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    is_ours = models.BooleanField(default=False)
    sub_account_id = models.CharField(max_length=64, blank=True, default="", db_index=True)
    sub_account_enabled = models.BooleanField(default=False)
    linked_by_hand = models.BooleanField(default=False)

    class Meta:
        ordering = ["name", "partner_sid"]
        constraints = [
            models.UniqueConstraint(
                fields=["sub_account_id"], condition=~Q(sub_account_id=""), name="one_partner_a_sub_account"
            ),
            models.UniqueConstraint(fields=["is_ours"], condition=Q(is_ours=True), name="one_own_account"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def upstream(self) -> UpstreamPartner:
        """The whole upstream object, typed."""
        return UpstreamPartner.parse(self.payload)

    @property
    def label(self) -> str:
        """Its name and the account id that tells it from others of the same name."""
        return f"{self.name} ({self.display_id})" if self.display_id else self.name

    @classmethod
    def from_upstream(cls, thing: UpstreamPartner, as_of: datetime) -> Self:
        return cls(
            partner_sid=thing.partner_sid,
            parent_sid=thing.parent_sid or "",
            name=thing.company_name or thing.name or thing.login or thing.partner_sid,
            login=thing.login or "",
            display_id=thing.display_id or "",
            status=thing.status or "",
            balance=thing.balance,
            payload=thing.payload,
            synced_at=as_of,
        )


class Token(Mirrored):
    """A security token without its secrets (Core API §2.6): the client never lets those through.

    `new_address_at`: when it was first seen used from an address it had not been used from before.
    """

    own_columns: ClassVar[frozenset[str]] = frozenset({"new_address_at"})

    token_sid = models.CharField(max_length=64, primary_key=True)
    partner_sid = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=255, blank=True)
    ours = models.BooleanField(default=False)
    issued_at = models.DateTimeField(null=True, db_index=True)
    expires_at = models.DateTimeField(null=True, db_index=True)
    used_at = models.DateTimeField(null=True, db_index=True)
    used_from = models.CharField(max_length=64, blank=True)
    new_address_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        ordering = ["-issued_at", "token_sid"]

    def __str__(self) -> str:
        return unmarked(self.name) or "(without a name)"

    @property
    def scopes(self) -> list[str]:
        return sorted(self.payload.get("scopes") or ())

    @property
    def entry_begin(self) -> str:
        """The first 12 digits of the id of the entry that issued it, "" when it was not issued here."""
        found = _MARK.search(self.name)
        return found[1] if found else ""

    @classmethod
    def from_upstream(cls, thing: UpstreamToken, as_of: datetime) -> Self:
        return cls(
            token_sid=thing.token_sid,
            partner_sid=thing.partner_sid or "",
            name=(thing.name or "")[:255],
            ours=thing.ours,
            issued_at=thing.date_created,
            expires_at=thing.date_expiration_access_token,
            used_at=thing.date_last_accessed,
            used_from=(thing.ip_last_accessed or "")[:64],
            payload=thing.payload,
            synced_at=as_of,
        )


def marked(name: str, entry_id: uuid.UUID) -> str:
    """`name` as it goes upstream for the token that entry `entry_id` issues."""
    return f"{name} [nd-{entry_id.hex[:12]}]"


def mark_of(name: str) -> str:
    """The mark at the end of a token's upstream name, "" when it was not issued here."""
    found = _MARK.search(name)
    return found[0] if found else ""


def unmarked(name: str) -> str:
    """A token's name as people gave it."""
    return _MARK.sub("", name)


class TokenAddress(models.Model):
    """An address a token was used from, as far as our copies saw it."""

    token_sid = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    first_seen = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token_sid", "address"], name="one_row_an_address")]

    def __str__(self) -> str:
        return f"{self.token_sid} from {self.address}"


class Invitation(models.Model):
    """A sub-partner made here that upstream does not show yet: its e-mail is not verified (Core API §2.5).

    Our own record of it, under the id of the entry that made it. `sub_account_wanted`: once the partner
    appears, it is to have a sub-account; see `partners.services.sub_accounts`.
    """

    class State(models.TextChoices):
        SENDING = "sending"  # on its way, or its answer was lost
        INVITED = "invited"
        APPEARED = "appeared"
        WITHDRAWN = "withdrawn"

    PENDING = (State.SENDING, State.INVITED)

    id = models.UUIDField(primary_key=True)
    partner_sid = models.CharField(max_length=64, blank=True, db_index=True)
    parent_sid = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=255)
    login = models.CharField(max_length=255, db_index=True)
    details = models.JSONField(default=dict)
    sub_account_wanted = models.BooleanField(default=False)
    invited_by_text = models.CharField(max_length=200)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENDING)
    created = models.DateTimeField(default=timezone.now)
    appeared = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created"]
        indexes = [models.Index(fields=["state", "created"], name="invitations_pending")]

    def __str__(self) -> str:
        return self.name


class PlannedRevocation(models.Model):
    """The clock is to revoke a token at `due_at`: the old one of a rotation, after the overlap.

    A running one holds the id of its ledger entry, which is planned before anything is sent: whoever
    comes back after a crash finds out from that entry what became of it.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        CANCELLED = "cancelled"
        GAVE_UP = "gave_up"

    LIVE = (State.WAITING, State.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token_sid = models.CharField(max_length=64)
    partner_sid = models.CharField(max_length=64, db_index=True)
    token_text = models.CharField(max_length=255)
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    planned_by_text = models.CharField(max_length=200)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    entry_id = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    message = models.TextField(blank=True)
    created = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["token_sid"],
                condition=Q(state__in=["waiting", "running"]),
                name="one_live_revocation_a_token",
            )
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="revocations_due")]

    def __str__(self) -> str:
        return f"revoke {self.token_text}"
