"""How many numbers can be rented, kept by the database itself."""

from django.db import models


class StockCount(models.Model):
    """A part of how many of the carrier's own numbers of one kind are available.

    A kind may have several rows: the sum counts. Written by triggers on the numbers alone, see
    sandbox.stock_counts; without a foreign key, so that a world can be deleted in any order.
    """

    world_id = models.BigIntegerField()
    country_code = models.CharField(max_length=3)
    state = models.CharField(max_length=10, null=True)
    npa = models.CharField(max_length=3, null=True)
    capabilities = models.IntegerField()
    numbers = models.IntegerField()

    class Meta:
        indexes = [
            models.Index(
                fields=["world_id", "country_code", "state", "npa", "capabilities"], name="stock_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.country_code} {self.state} {self.npa} {self.numbers}"
