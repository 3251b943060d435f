"""The rows behind both protocols, one module per area; `core` holds what all of them stand on."""

from sandbox.models.accounts import BillingMethod, Login
from sandbox.models.batch import Task
from sandbox.models.billing import Invoice, Rate
from sandbox.models.callbacks import Callback
from sandbox.models.core import AccountKey, Country, Partner, Token, World, money, new_sid, sid_field
from sandbox.models.messages import MessageRecord
from sandbox.models.messaging import ExternalDid, Messaging, MessagingFee
from sandbox.models.money import LedgerEntry, Rental
from sandbox.models.numbers import CallRecord, Did, DidGroup, StatusChange, Trunk, TrunkGroup
from sandbox.models.places import Area, Exchange, Zip
from sandbox.models.prefixes import LrnPrefix, Prefix, ShortCode
from sandbox.models.steering import Fault, RequestRecord
from sandbox.models.stock import StockCount
from sandbox.models.subaccounts import DidAssignmentAudit, SubAccount
from sandbox.models.voice import AccessRule, Endpoint

__all__ = [
    "AccessRule",
    "AccountKey",
    "Area",
    "BillingMethod",
    "CallRecord",
    "Callback",
    "Country",
    "Did",
    "DidAssignmentAudit",
    "DidGroup",
    "Endpoint",
    "Exchange",
    "ExternalDid",
    "Fault",
    "Invoice",
    "LedgerEntry",
    "Login",
    "LrnPrefix",
    "MessageRecord",
    "Messaging",
    "MessagingFee",
    "Partner",
    "Prefix",
    "Rate",
    "Rental",
    "RequestRecord",
    "ShortCode",
    "StatusChange",
    "StockCount",
    "SubAccount",
    "Task",
    "Token",
    "Trunk",
    "TrunkGroup",
    "World",
    "Zip",
    "money",
    "new_sid",
    "sid_field",
]
