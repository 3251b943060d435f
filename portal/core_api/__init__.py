"""The client of the two upstream APIs: typed, long-lived, and ignorant of Django.

from portal.core_api import CoreApi
api = CoreApi(url="http://127.0.0.1:8001/core/v2", token="…")
for did in api.phonenumbers.iterate():
    print(did.phonenumber)
"""

from portal.core_api.client import CoreApi
from portal.core_api.oauth import OAuthClient
from portal.core_api.pool import NumberApi
from portal.core_api.transport import Call

__all__ = ["Call", "CoreApi", "NumberApi", "OAuthClient"]
