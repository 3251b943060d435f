"""A number somebody wants kept: it cannot be released until the lock is lifted."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from portal import e164


class ReleaseLock(models.Model):
    """Set and lifted by people, each time with an entry in the ledger; at most one per number."""

    phonenumber = models.CharField(max_length=20, primary_key=True)
    reason = models.TextField()
    locked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    locked_by_text = models.CharField(max_length=200)
    created = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{e164.display(self.phonenumber)} is kept"
