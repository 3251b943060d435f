"""What the Phone Number API keeps of accounts beyond the partner they are, and of numbers forced away."""

from django.db import models
from django.utils import timezone

from sandbox.models.core import Partner, World, sid_field


class SubAccount(models.Model):
    """A sub-partner as the Phone Number API describes it: the fields a partner does not have."""

    partner = models.OneToOneField(
        Partner, models.CASCADE, to_field="partner_sid", db_column="partner_sid", related_name="sub_account"
    )
    description = models.CharField(max_length=500, null=True)
    rate_limit = models.IntegerField(default=1000)
    permissions = models.JSONField(null=True, default=None)
    kyc_mode = models.CharField(max_length=20, default="personal_use")
    business_type = models.CharField(max_length=30, null=True)
    modified = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.partner_id


class DidAssignmentAudit(models.Model):
    """A number taken back from a sub-account by force. Holds texts, so that it outlives what it tells of."""

    world = models.ForeignKey(World, models.CASCADE, related_name="assignment_audits")
    audit_sid = sid_field()
    did_sid = models.CharField(max_length=36)
    phonenumber = models.CharField(max_length=20)
    from_partner_sid = models.CharField(max_length=36)
    from_account_id = models.CharField(max_length=40)
    to_partner_sid = models.CharField(max_length=36)
    to_account_id = models.CharField(max_length=40)
    forced_by = models.CharField(max_length=40)  # the auth id of the credentials
    acting_user = models.CharField(max_length=200, blank=True)  # as the client named them
    request_id = models.CharField(max_length=200, blank=True)
    last_call_at = models.DateTimeField(null=True)
    cool_off_until = models.DateTimeField(null=True)  # None: no cool-off stood in the way
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["world", "phonenumber"], name="audit_by_number")]

    def __str__(self) -> str:
        return f"{self.phonenumber} from {self.from_account_id}"
