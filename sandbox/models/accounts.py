# RECONSTRUCTION by S3 (see /tmp/house/NOTE_from_S3_models_accounts.md): owner, write your own version over this file.
"""Billing methods of partners, and their further logins."""

from django.contrib.auth.hashers import check_password, make_password
from django.db import models
from django.utils import timezone

from sandbox.models.core import Partner, World, sid_field


class BillingMethod(models.Model):
    partner = models.OneToOneField(
        Partner, models.CASCADE, to_field="partner_sid", db_column="partner_sid", related_name="billing_method"
    )
    type = models.CharField(max_length=30)
    fields = models.JSONField(default=dict)


class Login(models.Model):
    world = models.ForeignKey(World, models.CASCADE, related_name="logins")
    partner = models.ForeignKey(
        Partner, models.CASCADE, to_field="partner_sid", db_column="partner_sid", related_name="logins"
    )
    login_sid = sid_field()
    login = models.CharField(max_length=200)
    password = models.CharField(max_length=200)
    token_scopes = models.JSONField(default=list)
    use_on_root_login = models.BooleanField(default=False)
    date_created = models.DateTimeField(default=timezone.now)

    def set_password(self, raw: str) -> None:
        self.password = make_password(raw)

    def has_password(self, raw: str) -> bool:
        return check_password(raw, self.password)
