"""Beginnings of numbers, and numbers too short to be one."""

from django.db import models

from sandbox.models.core import Partner, World, sid_field
from sandbox.models.numbers import DidGroup, TrunkGroup


class _Prefix(models.Model):
    """What prefixes and LRN prefixes have in common: everything but the name of their sid."""

    world = models.ForeignKey(World, models.CASCADE)
    partner = models.ForeignKey(Partner, models.CASCADE, to_field="partner_sid", db_column="partner_sid")
    prefix = models.CharField(max_length=15)
    name = models.CharField(max_length=200, default="N/A")
    attributes = models.JSONField(default=dict)
    callback_url = models.CharField(max_length=500, null=True)
    lrn_sid = models.CharField(max_length=36, null=True)
    source_trunk_group_sid = models.CharField(max_length=36, null=True)
    string_key_1 = models.CharField(max_length=200, null=True)
    string_key_2 = models.CharField(max_length=200, null=True)
    transformations = models.JSONField(default=list)
    trunk_group = models.ForeignKey(
        TrunkGroup, models.SET_NULL, to_field="trunk_group_sid", db_column="trunk_group_sid", null=True
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.prefix


class Prefix(_Prefix):
    """The numbers that begin with `prefix` and are no DIDs of their own."""

    prefix_sid = sid_field()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["world", "prefix"], name="one_holder_a_prefix")]


class LrnPrefix(_Prefix):
    """The same for numbers ported to us, by their location routing number."""

    lrn_prefix_sid = sid_field()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["world", "prefix"], name="one_holder_an_lrn_prefix")]


class ShortCode(models.Model):
    """A short number for messages, set up by support."""

    world = models.ForeignKey(World, models.CASCADE, related_name="short_codes")
    partner = models.ForeignKey(
        Partner, models.CASCADE, to_field="partner_sid", db_column="partner_sid", related_name="short_codes"
    )
    short_code_sid = sid_field()
    short_code = models.CharField(max_length=8)
    name = models.CharField(max_length=200, default="N/A")
    attributes = models.JSONField(default=dict)
    callback_url = models.CharField(max_length=500, null=True)
    country_code = models.CharField(max_length=3, default="USA")
    did_group = models.ForeignKey(
        DidGroup, models.SET_NULL, to_field="did_group_sid", db_column="did_group_sid", null=True
    )
    locality = models.CharField(max_length=100, null=True)
    lrn_sid = models.CharField(max_length=36, null=True)
    state = models.CharField(max_length=10, null=True)
    string_key_1 = models.CharField(max_length=200, null=True)
    string_key_2 = models.CharField(max_length=200, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["world", "country_code", "short_code"], name="one_holder_a_short_code"
            )
        ]

    def __str__(self) -> str:
        return self.short_code
