"""The numbers of an account, and those anyone may buy (Phone Number API §3.2)."""

from typing import Annotated

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from sandbox.errors import json_answer
from sandbox.models import Did
from sandbox.number_api.auth import Account, Keys
from sandbox.number_api.documents import answers
from sandbox.number_api.objects import (
    AccountNumber,
    InventoryNumber,
    account_numbers,
    country_code,
    inventory_number,
)
from sandbox.number_api.paging import PageParams, cut, told
from sandbox.pool import own_pool
from sandbox.tree import held_by_family

router = Router(tags=["Numbers"], auth=Keys())

_MOST_PREFIXES = 100


class NumberPage(BaseModel):
    items: list[AccountNumber]
    page: int
    per_page: int
    total: int


class InventoryPage(BaseModel):
    items: list[InventoryNumber]
    page: int
    per_page: int
    total: int


class NumberParams(PageParams):
    search: str = Field("", description="Part of the number in E.164.")
    include_subaccounts: bool = Field(default=True, description="MA_ accounts: also what sub-accounts hold.")


class InventoryParams(PageParams):
    country: str = Field("", description="ISO 3166-1 alpha-2.")
    search: str = Field("", description="Part of the number in E.164.")
    exclude: Annotated[
        list[str], Field(description="Prefixes with country code, comma-separated or repeated.")
    ] = []


@router.get(
    "/account/{auth_id}/numbers", operation_id="list_account_numbers", response=answers({200: NumberPage})
)
def list_all(request: HttpRequest, auth_id: str, params: Query[NumberParams]) -> HttpResponse:
    """What the account holds; a master account also sees what its sub-accounts hold."""
    account: Account = request.auth  # type: ignore[attr-defined]
    rows = held(account, include_subaccounts=params.include_subaccounts).filter(_part(params.search))
    page, size = params.window()
    dids, total = cut(rows.select_related("rental").order_by("phonenumber"), page, size)
    return json_answer(told(account_numbers(dids, account.world), page, size, total))


@router.get(
    "/account/{auth_id}/inventory/numbers",
    operation_id="list_inventory_numbers",
    response=answers({200: InventoryPage}),
)
def inventory(request: HttpRequest, auth_id: str, params: Query[InventoryParams]) -> HttpResponse:
    """What can be bought now."""
    account: Account = request.auth  # type: ignore[attr-defined]
    rows = own_pool(account.world).filter(_part(params.search))
    if params.country.strip():
        rows = rows.filter(country_code=country_code(params.country))
    for prefix in _prefixes(params.exclude):
        rows = rows.exclude(phonenumber__startswith=prefix)
    page, size = params.window()
    dids, total = cut(rows.order_by("phonenumber"), page, size)
    return json_answer(told([inventory_number(did, account.world) for did in dids], page, size, total))


def held(account: Account, *, include_subaccounts: bool = True) -> QuerySet[Did]:
    """The numbers an account may see."""
    if account.is_master and include_subaccounts:
        return Did.objects.filter(held_by_family(account.partner))
    return Did.objects.filter(partner=account.partner)


def _part(search: str) -> Q:
    """Numbers that contain this; a plus (which a query may turn into a space) is their beginning."""
    text = search.strip()
    starts = text.startswith("+") or (search.startswith(" ") and text != "")
    wanted = text.removeprefix("+")
    return Q(phonenumber__startswith=wanted) if starts else Q(phonenumber__contains=wanted)


def _prefixes(exclude: list[str]) -> list[str]:
    found = [part.strip().removeprefix("+") for each in exclude for part in each.split(",")]
    return list(dict.fromkeys(each for each in found if each))[:_MOST_PREFIXES]
