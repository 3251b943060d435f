"""The documented objects, field by field with their types, and a check of answers against them.

A type is text, int, bool, money (a number written as text), date, object or array; a question mark
after it means null is documented, or shown by a sample, too.
"""

import re
from collections.abc import Callable
from typing import Any

Fields = dict[str, str]


def fields(text: str) -> Fields:
    """`"name:text balance:money?"` as a mapping; a name without a type is text."""
    return {name: kind or "text" for name, _, kind in (word.partition(":") for word in text.split())}


_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
_MONEY = re.compile(r"-?\d+(\.\d+)?", re.ASCII)

_FITS: dict[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "bool": lambda value: isinstance(value, bool),
    "money": lambda value: isinstance(value, str) and bool(_MONEY.fullmatch(value)),
    "date": lambda value: isinstance(value, str) and bool(_DATE.fullmatch(value)),
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
}


def faults(told: Any, wanted: Fields) -> list[str]:
    """What is missing in an object, or of another type than documented; nothing when all is well."""
    if not isinstance(told, dict):
        return [f"{told!r} is no object"]
    found = [f"{name} is missing" for name in wanted if name not in told]
    for name, kind in wanted.items():
        value = told.get(name)
        if name in told and not (value is None and kind.endswith("?")) and not _FITS[kind.rstrip("?")](value):
            found.append(f"{name} is {value!r}, not {kind}")
    return found


DID = fields(
    "active_capabilities:int attributes:object callback_url:text? campaign_sid:text? capabilities:int "
    "classification_sid:text? country_code did_group_sid:text? did_sid in_country_format "
    "international_format lata:text? locality:text? lrn_sid:text? name ocn:text? partner_sid:text? "
    "phonenumber porting_pin:text? price:money state:text? status string_key_1:text? string_key_2:text? "
    "transformations:array trunk_group_sid:text?"
)
MESSAGING = fields(
    "campaign_external_id:text? campaign_sid:text? did_sid enabled:bool p2p_nnid:text? status type:text?"
)
EXTERNAL_DID = fields(
    "active_capabilities:int attributes:object callback_url:text? campaign_sid:text? capabilities:int "
    "classification_sid:text? country_code external_did_sid in_country_format:text? "
    "international_format:text? lata:text? locality:text? lrn_sid:text? name ocn:text? ocn_block:text? "
    "partner_sid phonenumber state:text? status string_key_1:text? string_key_2:text? "
    "underlying_carrier_sid"
)
PARTNER = fields(
    "acls:array address1:text? address2:text? attributes:object available_scopes:array balance:money "
    "billing_email:text? callbacks:object charge_at:money? city:text? company_name country_code "
    "date_created:date display_id login name owner_email:text? parent_assigned_acls:array "
    "parent_sid:text? partner_sid payment_type phonenumber:text? prepay_amount:money? "
    "spending_limit:money? state:text? status tech_email:text? transformations:array zip:text?"
)
BILLING_METHOD = fields(
    "address1 address2 cc_expiration cc_number city country_code first_name last_name phone state type zip"
)
TOKEN = fields(
    "access_token client_id date_created:date date_expiration_access_token:date "
    "date_expiration_refresh_token:date date_last_accessed:date? ip_last_accessed:text? name:text? "
    "partner_sid refresh_token scopes:array token_sid token_type"
)
LOGIN = fields("login login_sid partner_sid token_scopes:array")
ENDPOINT = fields(
    "addresses:array attributes:object capacity:int endpoint_sid name out_sip_password:text? "
    "out_sip_username:text? partner_sid properties:object transformations:array type voip_token:text?"
)
ADDRESS = fields(
    "direction dst_port:int ip location_sid:text? port:int priority:int sip_password:text? "
    "sip_username:text? srtp:bool transport"
)
PROPERTIES = fields("account_sid api_url container_sid:text? login password")
TRUNK = fields(
    "acls:array allow_forward allow_transfer:bool asn_mode call_type codec:text? endpoint_sid:text? "
    "in_capacity:int in_identity_format in_identity_mode in_rfc_4694_mode location_sid:text? name "
    "out_capacity:int out_identity_mode out_rfc_4694_mode priority:int relay_sip_headers:array "
    "transformations:array trunk_sid weight:int"
)
RULE = fields("entries:array field name operation quantifier read_only:bool rule_sid")
EFFECTIVE_ACL = fields("effective_acls:array layer:int")
ACL = fields(
    "access_control_rules:array direction sms_action_false:text? sms_action_true:text? "
    "voice_action_false:text? voice_action_true:text?"
)
TASK = fields(
    "data:object date_created:date date_modified:date entries:array error_details:array failure:int? "
    "field method partner_sid processed:int? review:bool status success:int? task_sid total:int? type"
)
REVIEW = fields("method review_items:array type")
REVIEW_ITEM = fields("description fields:object sid version:int")
COUNTRY = fields(
    "capital common_name dialing_prefix domain iso_3166_alpha_2 iso_3166_alpha_3 iso_3166_numeric:int mcc "
    "official_name region subregion"
)
COUNTRY_BY_IP = fields("city common_name iso_3166_alpha_2 region:text? state:text?")
IP_LOCATION = fields("city common_name iso_3166_alpha_2 iso_3166_alpha_3 region:text? state:text?")
LOOKUP = fields(
    "country_code details:object e164_format in_country_format international_format phonenumber state:text?"
)
LOOKUP_DETAILS = fields("carrier:object cnam:object lrn:text?")
CARRIER = fields("mcc:int? mnc:int? name:text? type:text?")
CNAM = fields("name type:text?")
CALL = fields(
    "cic:text? cic_original:text? cic_transformed:text? codec_dst:text? codec_src:text? date_insert:date "
    "date_start:date date_stop:date date_talk:date direction disconnect_originator:text? "
    "diversion_dst:text? diversion_src:text? dr_sid duration:money duration_billing:money "
    "endpoint_sid_dst:text? endpoint_sid_src:text? identity:text? ip_dst ip_src number_billing number_dst "
    "number_dst_original:text? number_dst_transformed:text? number_external number_src "
    "number_src_original:text? number_src_transformed:text? partner_sid price:money price_lcr_dst:money? "
    "price_lcr_src:money? rate:money rate_lcr_dst:money? rate_lcr_src:money? sipcallid_dst sipcallid_src "
    "sipcause stir_attest:text? stir_identity:text? stir_orig_id:text? stir_signing_entity:text? "
    "stir_verstat:text? trunk_group_sid_dst:text? trunk_group_sid_src:text? trunk_sid_dst:text? "
    "trunk_sid_src:text? type user_data:object version:int"
)
MESSAGE = fields(
    "date_insert:date date_sent:date date_start:date date_stop:date delay_sent:int direction dr_sid "
    "mcc:int? media_urls:array message message_segments:int mnc:int? number_billing number_dst "
    "number_external number_src partner_sid price:money provider rate:money status type user_data:text? "
    "version:int?"
)
RATE = fields(
    "billing_increment:money billing_minimum:money country_code:text? country_name:text? prefix:text? "
    "price:money"
)
RATE_LIST = fields("active effective_date:date partner_sid rates_plan:object")
INVOICE = fields(
    "amount:money amount_due:money amount_tax:money balance_forward:money balance_previous:money "
    "date_billing_period_end:date date_billing_period_start:date date_charge_expected:date "
    "date_charged:date? date_created:date date_issued:date? display_id invoice_items:array invoice_sid "
    "paid:bool partner_sid pay_items:array status tax_items:array"
)
INVOICE_ITEM = fields(
    "amount:money country_code date_billing_period_end:date date_billing_period_start:date "
    "direction:text? type usage:int"
)
TAX_ITEM = fields("amount:money jurisdiction type")
PAY_ITEM = fields(
    "amount:money billing_method:object? check_number:text? date_charged:date pay_item_sid status type"
)

# The Phone Number API, where fees are whole numbers.
INVENTORY_NUMBER = fields(
    "id account_id e164 country capabilities:object status provider setup_fee:int monthly_fee:int "
    "currency voice_enabled:bool tags:array? is_blocked:bool created_at updated_at is_trial_number:bool "
    "minimum_commitment_months:int aadhaar_verification_required:bool aadhaar_verified:bool"
)
ACCOUNT_NUMBER = INVENTORY_NUMBER | fields("region tags:array purchased_at source")
PURCHASED_NUMBER = fields(
    "id auth_id e164 country region status provider setup_fee:int monthly_fee:int currency purchased_at "
    "created_at updated_at"
)
PURCHASE = fields("message number:object")
RELEASE = fields("cancel_url cooldown_ends_at message status")
COOL_OFF = fields("error cool_off_until cool_off_remaining_seconds:int")
