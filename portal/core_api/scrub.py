"""What must never get past the client: secrets upstream returns in clear, and text no database can hold.

Upstream puts access tokens into lists and SIP passwords into objects. They are masked here, before any
answer is parsed, so that nothing behind this can log, cache or store one.
"""

HIDDEN = "[hidden]"

# Names of Core API §2.5, §2.6, §2.10 and Phone Number API §3.6. A porting PIN lets its holder take the
# number to another carrier; a VoIP token registers an endpoint.
_NAMES = frozenset({"api_key", "porting_pin", "voip_token", "authorization"})
_PARTS = ("password", "secret")
_ENDS = ("access_token", "refresh_token", "auth_token", "api_token", "bearer_token")
_STARTS = ("cc_", "ec_")  # card and bank account data
# Shorter text may well be part of something harmless, a number for instance.
_LEAST = 12


def is_secret(name: str) -> bool:
    """Whether a key of this name holds something nobody may see."""
    name = name.lower().replace("-", "_")
    return (
        name in _NAMES
        or name.startswith(_STARTS)
        or name.endswith(_ENDS)
        or any(part in name for part in _PARTS)
    )


def scrubbed(value: object) -> object:
    """A copy of a JSON value with every secret masked, at any depth. None and flags are left as they are."""
    if isinstance(value, dict):
        return {_storable(str(key)): _masked(key, item) for key, item in value.items()}
    if isinstance(value, list):
        return [scrubbed(item) for item in value]
    return _storable(value) if isinstance(value, str) else value


def without(text: str, secret: str) -> str:
    """`text` with our own credentials masked, should upstream ever repeat them in a message."""
    return text.replace(secret, HIDDEN) if len(secret) >= _LEAST else text


def _masked(key: object, item: object) -> object:
    if not is_secret(str(key)) or item is None or isinstance(item, bool):
        return scrubbed(item)
    return HIDDEN


def _storable(text: str) -> str:
    """NUL and half characters (lone surrogates) are valid JSON, but no database takes them."""
    if text.isascii():
        return text.replace("\0", "") if "\0" in text else text
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
