"""What belongs to a partner's account beside the account itself: further logins, how it pays."""

from django.contrib.auth.hashers import check_password, make_password
from django.db import models
from django.db.models import Q

from sandbox.models.core import Partner, World, sid_field


class Login(models.Model):
    """A further login of a partner; what it lets in may do no more than `token_scopes`."""

    world = models.ForeignKey(World, models.CASCADE, related_name="logins")
    partner = models.ForeignKey(
        Partner, models.CASCADE, to_field="partner_sid", db_column="partner_sid", related_name="logins"
    )
    login_sid = sid_field()
    login = models.CharField(max_length=200)
    password = models.CharField(max_length=200)  # hashed: set_password
    token_scopes = models.JSONField(default=list)
    # Its password also works together with the partner's own login.
    use_on_root_login = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["world", "login"], name="one_login_a_name"),
            models.UniqueConstraint(
                fields=["partner"], condition=Q(use_on_root_login=True), name="one_login_on_root"
            ),
        ]
        indexes = [models.Index(fields=["login"], name="login_by_name")]

    def __str__(self) -> str:
        return self.login

    def set_password(self, raw: str) -> None:
        """Keep a hash of `raw`; nothing is saved yet."""
        self.password = make_password(raw)

    def has_password(self, raw: str) -> bool:
        return check_password(raw, self.password)


class BillingMethod(models.Model):
    """How a partner pays. Of card and account numbers only the last four digits are ever kept."""

    partner = models.OneToOneField(
        Partner,
        models.CASCADE,
        to_field="partner_sid",
        db_column="partner_sid",
        related_name="billing_method",
    )
    type = models.CharField(max_length=30)
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    phone = models.CharField(max_length=20)
    address1 = models.CharField(max_length=200, null=True)
    address2 = models.CharField(max_length=200, null=True)
    city = models.CharField(max_length=100, null=True)
    state = models.CharField(max_length=50, null=True)
    zip = models.CharField(max_length=20)
    country_code = models.CharField(max_length=3)
    cc_number = models.CharField(max_length=4, null=True)
    cc_expiration = models.CharField(max_length=6, null=True)  # mmyyyy
    ec_account_number = models.CharField(max_length=4, null=True)
    ec_routing_number = models.CharField(max_length=4, null=True)

    def __str__(self) -> str:
        return f"{self.partner_id} {self.type}"
