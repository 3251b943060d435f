"""The requests of the shorter documents: a guide, two pages of the reference, a list of features.

The last one names operations without addresses; those are the Phone Number API's own.
"""

from tests.sandbox import documented as doc
from tests.sandbox.printed import NOTHING, Answer, Document

_rent, _browse, _external = Document("rent guide"), Document("browse page"), Document("external page")
_pool = Document("pool features")

_NY_516 = "filter=state+eq+%22NY%22+and+phonenumber+like+%22%25516%25%22"

_DID = Answer(doc.DID)
_SWEDISH = Answer(doc.DID, says={"phonenumber": "46501818082", "country_code": "SWE", "price": "0.66"})
_AVAILABLE = Answer(doc.DID, listed="null")
_RENT_GUIDE = [
    _rent.post("rent a random number", "/phonenumber/dids", _DID, body={}),
    _rent.post("rent by a filter", f"/phonenumber/dids?{_NY_516}", _DID, body={}),
    _rent.get("list one available number", "/phonenumber/available_dids?limit=1", _AVAILABLE),
    _rent.get("list by a filter", f"/phonenumber/available_dids?limit=1&{_NY_516}", _AVAILABLE),
    _rent.post(
        "rent this number",
        "/phonenumber/dids",
        Answer(doc.DID, says={"phonenumber": "15162065575", "price": "0.6", "state": "NY", "name": "N/A"}),
        body={"phonenumber": "15162065575"},
    ),
    _rent.get(
        "list with external providers",
        "/phonenumber/available_dids/?filter=country_code+eq+%22SWE%22+and+phonenumber+like+%22%25123%25%22"
        "&include_external=true&order=phonenumber",
        _AVAILABLE,
        needs="number_with_123",
    ),
    _rent.post(
        "order an external number",
        "/phonenumber/dids?include_external=true",
        _SWEDISH,
        body={"phonenumber": "46501818082"},
    ),
    _rent.get(
        "see that messaging is disabled",
        "/phonenumber/dids/{fresh_did_sid}/messaging",
        Answer(doc.MESSAGING, says={"enabled": False, "status": "disabled"}),
    ),
    _rent.post(
        "enable messaging",
        "/phonenumber/dids/{fresh_did_sid}/messaging",
        Answer(doc.MESSAGING, says={"enabled": True, "status": "in_progress"}),
        body={"enabled": "true"},
    ),
    _rent.get("see what is rented", "/phonenumber/dids", Answer(doc.DID, listed="int")),
]

_BROWSE_PAGE = [
    _browse.get("browse", "/phonenumber/available_dids?limit=1", _AVAILABLE),
    _browse.get("browse by the deprecated name", "/dids/inventory?limit=1", _AVAILABLE),
    _browse.get(
        "near a point",
        "/phonenumber/available_dids?filter=phonenumber+nearby+latlng%3A40.801912%2C-73.9681657",
        _AVAILABLE,
    ),
    _browse.get(
        "near an area code", "/phonenumber/available_dids?filter=phonenumber+nearby+npa%3A516", _AVAILABLE
    ),
    _browse.get(
        "near a ZIP code", "/phonenumber/available_dids?filter=phonenumber+nearby+zip%3A10025", _AVAILABLE
    ),
]

_EXTERNAL_PAGE = [
    _external.post(
        "register an external number",
        "/phonenumber/external_dids",
        Answer(
            doc.EXTERNAL_DID,
            says={
                "phonenumber": "12059051025",
                "capabilities": 3,
                "active_capabilities": 3,
                "country_code": "USA",
                "state": "AL",
                "status": "assigned",
            },
        ),
        body={
            "phonenumber": "12059051025",
            "capabilities": 3,
            "callback_url": "https://example.com/sms-callback",
            "underlying_carrier_sid": "61ced070-8dad-43b4-b5e6-f7d61f7aeb65",
        },
    ),
]

_POOL_FEATURES = [
    _pool.get(
        "list the account's numbers",
        "/Account/{ma}/numbers",
        Answer(doc.ACCOUNT_NUMBER, listed="pool"),
        account="master",
    ),
    _pool.get(
        "browse the inventory",
        "/Account/{ma}/inventory/numbers",
        Answer(doc.INVENTORY_NUMBER, listed="pool"),
        account="master",
    ),
    _pool.post(
        "purchase from the inventory",
        "/Account/{ma}/numbers/purchase-from-inventory",
        Answer(doc.PURCHASE, inside={"number": doc.PURCHASED_NUMBER}),
        body={"e164": "+15162065575"},
        account="master",
    ),
    _pool.delete(
        "unrent a number", "/Account/{ma}/numbers/+14045550128", Answer(doc.RELEASE), account="master"
    ),
    _pool.post(
        "assign to a sub-account",
        "/account/{ma}/numbers/+13035550177/assign-subaccount",
        NOTHING,
        body={"sub_account_id": "{sub_account}"},
        account="master",
    ),
    _pool.delete(
        "unassign a number never used",
        "/account/{ma}/numbers/{resting_number}/assign-subaccount",
        account="master",
    ),
    _pool.delete(
        "unassign a number called today",
        "/account/{ma}/numbers/{busy_number}/assign-subaccount",
        Answer(doc.COOL_OFF, says={"error": "did_cool_off_in_effect"}),
        status=409,
        account="master",
    ),
    _pool.delete(
        "unassign it by force, as an admin",
        "/account/{ma}/numbers/{busy_number}/assign-subaccount?force=true",
        account="admin",
    ),
]

GUIDES = [*_RENT_GUIDE, *_BROWSE_PAGE, *_EXTERNAL_PAGE, *_POOL_FEATURES]
