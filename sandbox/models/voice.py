"""Where calls end, and which calls and messages are let through."""

from django.db import models
from django.db.models import Q

from sandbox.models.core import Partner, World, sid_field


class Endpoint(models.Model):
    """A device or a hosted application that takes and makes calls."""

    world = models.ForeignKey(World, models.CASCADE, related_name="endpoints")
    partner = models.ForeignKey(
        Partner, models.CASCADE, to_field="partner_sid", db_column="partner_sid", related_name="endpoints"
    )
    endpoint_sid = sid_field()
    type = models.CharField(max_length=30)
    name = models.CharField(max_length=200, default="N/A")
    addresses = models.JSONField(default=list)
    attributes = models.JSONField(default=dict)
    capacity = models.IntegerField(default=0)  # calls at once; 0 is no limit
    out_sip_password = models.CharField(max_length=200, null=True)
    out_sip_username = models.CharField(max_length=200, null=True)
    properties = models.JSONField(default=dict)
    transformations = models.JSONField(default=list)
    voip_token = models.CharField(max_length=36, null=True)
    allow_custom_caller_id = models.BooleanField(default=False)
    auth_required = models.BooleanField(default=False)
    insecure_address = models.BooleanField(default=False)
    template_sid = models.CharField(max_length=36, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner"], condition=Q(type="system_gateway"), name="one_gateway_a_partner"
            )
        ]
        indexes = [models.Index(fields=["partner", "name"], name="endpoint_by_name")]

    def __str__(self) -> str:
        return self.name


class AccessRule(models.Model):
    """A criterion that access control lists refer to by its sid."""

    world = models.ForeignKey(World, models.CASCADE, related_name="access_rules")
    partner = models.ForeignKey(
        Partner, models.CASCADE, to_field="partner_sid", db_column="partner_sid", related_name="access_rules"
    )
    rule_sid = sid_field()
    name = models.CharField(max_length=200, default="N/A")
    field = models.CharField(max_length=20)
    operation = models.CharField(max_length=10)  # exact, prefix, regexp
    quantifier = models.CharField(max_length=10)  # all, any, none
    entries = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["partner", "name"], name="access_rule_by_name")]

    def __str__(self) -> str:
        return self.name
