"""Planted faults and kept requests: what only tests ask for."""

from django.db import models
from django.utils import timezone

from sandbox.models.core import World


class Fault(models.Model):
    """A planted fault: taken by the next matching requests, `remaining` times."""

    world = models.ForeignKey(World, models.CASCADE, related_name="faults")
    method = models.CharField(max_length=10)
    path = models.CharField(max_length=500)  # a regular expression, searched in the path
    kind = models.CharField(max_length=20)
    params = models.JSONField(default=dict)
    remaining = models.IntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.kind} {self.method} {self.path}"


class RequestRecord(models.Model):
    """A request the sandbox answered; kept only while the steering endpoints are on."""

    world = models.ForeignKey(World, models.CASCADE, related_name="requests")
    method = models.CharField(max_length=10)
    path = models.CharField(max_length=2000)
    query = models.TextField(blank=True)
    status = models.IntegerField(null=True)  # None: the connection was cut before any answer
    at = models.DateTimeField(default=timezone.now)
    request_id = models.CharField(max_length=200, blank=True)
    acting_user = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status}"
