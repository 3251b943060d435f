"""The parent pool: our own numbers that no sub-account holds, and that could be handed to one."""

from numbers.models import Number
from partners.services.family import own_account

SUGGESTED = 200


def pool_number(phonenumber: str) -> Number | None:
    """The number with these E.164 digits if it is in the pool and free to be assigned."""
    return _pool().filter(phonenumber=phonenumber).first()


def pool_numbers() -> list[Number]:
    """The first of them, to pick from."""
    return list(_pool().only("phonenumber", "name")[:SUGGESTED])


def _pool():
    ourselves = own_account()
    return Number.objects.filter(partner_sid=ourselves.pk if ourselves else "", status="assigned")
