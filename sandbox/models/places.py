"""Where area codes, exchanges and ZIP codes lie: the same in all worlds."""

from django.db import models


class Area(models.Model):
    """A geographic US area code: its state and the middle of where its people live."""

    npa = models.CharField(max_length=3, primary_key=True)
    state = models.CharField(max_length=2)
    lat = models.FloatField()
    lng = models.FloatField()

    def __str__(self) -> str:
        return self.npa


class Exchange(models.Model):
    """The first six digits of US numbers and the place they belong to, upper case as upstream prints it."""

    npa_nxx = models.CharField(max_length=6, primary_key=True)
    npa = models.CharField(max_length=3, db_index=True)
    state = models.CharField(max_length=2)
    locality = models.CharField(max_length=100)
    lat = models.FloatField()
    lng = models.FloatField()

    def __str__(self) -> str:
        return self.npa_nxx


class Zip(models.Model):
    """Where a ZIP code is."""

    code = models.CharField(max_length=5, primary_key=True)
    lat = models.FloatField()
    lng = models.FloatField()

    def __str__(self) -> str:
        return self.code
