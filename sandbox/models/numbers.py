"""Numbers, what they are joined to, and what happened to them."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from sandbox.models.core import Partner, World, money, sid_field


class TrunkGroup(models.Model):
    world = models.ForeignKey(World, models.CASCADE, related_name="trunk_groups")
    partner = models.ForeignKey(
        Partner, models.CASCADE, to_field="partner_sid", db_column="partner_sid", related_name="trunk_groups"
    )
    trunk_group_sid = sid_field()
    name = models.CharField(max_length=200, default="N/A")
    acls = models.JSONField(default=list)
    external_handlers = models.JSONField(default=list)
    hard_failure_codes = models.CharField(max_length=200, default="408;")
    hard_failure_cooldown = models.IntegerField(default=120)
    hard_failure_interval = models.IntegerField(default=60)
    hard_failure_last_resort = models.CharField(max_length=20, default="first")
    hard_failure_threshold = models.IntegerField(default=3)
    routing_data = models.JSONField(null=True, default=None)
    routing_type = models.CharField(max_length=20, default="failover")
    sip_options_locations = models.JSONField(default=list)
    sip_options_threshold = models.IntegerField(default=3)
    soft_failure_codes = models.CharField(max_length=200, default="408;")
    transformations = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["partner", "name"], name="trunk_group_by_name")]

    def __str__(self) -> str:
        return self.name


class Trunk(models.Model):
    trunk_group = models.ForeignKey(
        TrunkGroup,
        models.CASCADE,
        to_field="trunk_group_sid",
        db_column="trunk_group_sid",
        related_name="trunks",
    )
    trunk_sid = sid_field()
    name = models.CharField(max_length=200, default="N/A")
    acls = models.JSONField(default=list)
    allow_forward = models.CharField(max_length=20, default="disabled")
    allow_transfer = models.BooleanField(default=False)
    asn_mode = models.CharField(max_length=20, default="disable")
    call_type = models.CharField(max_length=20, default="regular")
    codec = models.CharField(max_length=50, null=True)
    endpoint_sid = models.CharField(max_length=36, null=True)
    in_capacity = models.IntegerField(default=0)
    in_identity_format = models.CharField(max_length=30, default="passthrough")
    in_identity_mode = models.CharField(max_length=30, default="passthrough")
    in_rfc_4694_mode = models.CharField(max_length=30, default="cut_all")
    location_sid = models.CharField(max_length=36, null=True)
    out_capacity = models.IntegerField(default=0)
    out_identity_mode = models.CharField(max_length=30, default="passthrough")
    out_rfc_4694_mode = models.CharField(max_length=30, default="cut_all")
    priority = models.IntegerField(default=0)
    relay_sip_headers = models.JSONField(default=list)
    transformations = models.JSONField(default=list)
    weight = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class DidGroup(models.Model):
    world = models.ForeignKey(World, models.CASCADE, related_name="did_groups")
    partner = models.ForeignKey(
        Partner, models.CASCADE, to_field="partner_sid", db_column="partner_sid", related_name="did_groups"
    )
    did_group_sid = sid_field()
    name = models.CharField(max_length=200, default="N/A")
    callback_url = models.CharField(max_length=500, null=True)

    class Meta:
        indexes = [models.Index(fields=["partner", "name"], name="did_group_by_name")]

    def __str__(self) -> str:
        return self.name


class Did(models.Model):
    """A number, rentable (no partner) or held by a partner.

    `external` numbers belong to the external provider's pool: shown and rented with
    include_external only, and renting one may take time (`order_pending`).
    """

    world = models.ForeignKey(World, models.CASCADE, related_name="dids")
    did_sid = sid_field()
    phonenumber = models.CharField(max_length=20)  # E.164 digits, no plus
    # available, assigned, pending_assignment, aging, deleted
    status = models.CharField(max_length=20, default="available")
    date_status_changed = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True)  # when aging or pending_assignment ends, world's time
    external = models.BooleanField(default=False)
    order_pending = models.BooleanField(default=False)  # an external order that completes later
    partner = models.ForeignKey(
        Partner,
        models.SET_NULL,
        to_field="partner_sid",
        db_column="partner_sid",
        null=True,
        related_name="dids",
    )
    country_code = models.CharField(max_length=3, default="USA")
    state = models.CharField(max_length=10, null=True)
    locality = models.CharField(max_length=100, null=True)
    lata = models.CharField(max_length=10, null=True)
    ocn = models.CharField(max_length=10, null=True)
    npa = models.CharField(max_length=3, null=True)  # NANP numbers only
    npa_nxx = models.CharField(max_length=6, null=True)
    lat = models.FloatField(null=True)
    lng = models.FloatField(null=True)
    in_country_format = models.CharField(max_length=40, null=True)
    international_format = models.CharField(max_length=40, null=True)
    capabilities = models.IntegerField(default=7)  # 1 SMS in, 2 SMS out, 4 voice, 8 MMS in, 16 MMS out
    active_capabilities = models.IntegerField(default=4)
    price = models.DecimalField(max_digits=10, decimal_places=4, default="0.6")  # a month
    setup_fee = money()
    release_fee = money()
    currency = models.CharField(max_length=3, default="USD")

    name = models.CharField(max_length=200, default="N/A")
    attributes = models.JSONField(default=dict)
    callback_url = models.CharField(max_length=500, null=True)
    application_id = models.CharField(max_length=100, null=True)  # Phone Number API only
    trunk_group = models.ForeignKey(
        TrunkGroup, models.SET_NULL, to_field="trunk_group_sid", db_column="trunk_group_sid", null=True
    )
    did_group = models.ForeignKey(
        DidGroup, models.SET_NULL, to_field="did_group_sid", db_column="did_group_sid", null=True
    )
    string_key_1 = models.CharField(max_length=200, null=True)
    string_key_2 = models.CharField(max_length=200, null=True)
    transformations = models.JSONField(default=list)
    campaign_sid = models.CharField(max_length=36, null=True)
    classification_sid = models.CharField(max_length=36, null=True)
    lrn_sid = models.CharField(max_length=36, null=True)
    porting_pin = models.CharField(max_length=20, null=True)
    provider_sid = models.CharField(max_length=36, null=True)
    source_trunk_group_sid = models.CharField(max_length=36, null=True)
    external_keys = models.JSONField(default=dict)

    date_rented = models.DateTimeField(null=True)
    date_released = models.DateTimeField(null=True)
    last_call_at = models.DateTimeField(null=True)  # in or out; the cool-off counts from here

    class Meta:
        constraints = [models.UniqueConstraint(fields=["world", "phonenumber"], name="one_did_a_number")]
        indexes = [
            models.Index(fields=["world", "status", "external", "phonenumber"], name="did_pool"),
            models.Index(
                fields=["world", "status", "external", "state", "phonenumber"], name="did_pool_state"
            ),
            models.Index(fields=["world", "status", "external", "npa", "phonenumber"], name="did_pool_npa"),
            models.Index(
                fields=["world", "status", "external", "npa_nxx", "phonenumber"], name="did_pool_npa_nxx"
            ),
            models.Index(
                fields=["world", "status", "external", "country_code", "phonenumber"], name="did_pool_country"
            ),
            models.Index(fields=["world", "status", "external", "lat", "lng"], name="did_pool_place"),
            models.Index(fields=["partner", "phonenumber"], name="did_held_by"),
            models.Index(
                fields=["world", "phonenumber"], condition=Q(partner__isnull=False), name="did_held"
            ),
            models.Index(fields=["world", "due_at"], condition=Q(due_at__isnull=False), name="did_due"),
        ]

    def __str__(self) -> str:
        return self.phonenumber


class StatusChange(models.Model):
    """The history of a number: written on every change of status."""

    did = models.ForeignKey(
        Did, models.CASCADE, to_field="did_sid", db_column="did_sid", related_name="history"
    )
    status = models.CharField(max_length=20)
    partner_sid = models.CharField(max_length=36, null=True)
    date_changed = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.did_id} {self.status}"


class CallRecord(models.Model):
    """One call of a number, as detail records and the cool-off need it; sandbox.calls fills them in."""

    world = models.ForeignKey(World, models.CASCADE, related_name="calls")
    did = models.ForeignKey(
        Did, models.CASCADE, to_field="did_sid", db_column="did_sid", related_name="calls"
    )
    partner = models.ForeignKey(
        Partner,
        models.SET_NULL,
        to_field="partner_sid",
        db_column="partner_sid",
        null=True,
        related_name="calls",
    )
    dr_sid = sid_field()
    direction = models.CharField(max_length=10, default="inbound")  # inbound, outbound
    date_start = models.DateTimeField()
    date_talk = models.DateTimeField(null=True)  # answered
    date_stop = models.DateTimeField()
    date_insert = models.DateTimeField(null=True)
    duration = models.DecimalField(max_digits=12, decimal_places=5, default="0")  # seconds
    duration_billing = models.DecimalField(max_digits=12, decimal_places=5, default="0")  # seconds
    number_src = models.CharField(max_length=20, null=True)
    number_dst = models.CharField(max_length=20, null=True)
    number_billing = models.CharField(max_length=20, null=True)  # ours
    number_external = models.CharField(max_length=20, null=True)  # the other one
    rate = money()  # for a minute
    price = money()
    ip_src = models.CharField(max_length=50, null=True)
    ip_dst = models.CharField(max_length=50, null=True)
    sipcallid_src = models.CharField(max_length=100, null=True)
    sipcallid_dst = models.CharField(max_length=100, null=True)
    sipcause = models.CharField(max_length=3, default="200")
    disconnect_originator = models.CharField(max_length=3, null=True)  # SRC, DST
    trunk_group_sid_src = models.CharField(max_length=36, null=True)
    trunk_group_sid_dst = models.CharField(max_length=36, null=True)
    type = models.CharField(max_length=20, default="telecom")
    user_data = models.JSONField(default=dict)
    details = models.JSONField(default=dict)  # the rarer fields of a detail record, see sandbox.api.calls

    class Meta:
        indexes = [
            models.Index(fields=["partner", "date_stop"], name="call_by_partner"),
            models.Index(fields=["world", "date_stop"], name="call_by_end"),
        ]

    def __str__(self) -> str:
        return self.dr_sid
