"""What must never get past the client: secrets upstream returns in clear, and text no database can hold.

Upstream puts access tokens into lists and SIP passwords into objects. They are masked here, before any
answer is parsed, so that nothing behind this can log, cache or store one.
"""

from collections.abc import Iterable, Iterator, Mapping

HIDDEN = "[hidden]"

# Names of Core API §2.5, §2.6, §2.10 and Phone Number API §3.6. A porting PIN lets its holder take the
# number to another carrier; a VoIP token registers an endpoint.
_NAMES = frozenset({"api_key", "porting_pin", "voip_token", "authorization"})
_PARTS = ("password", "secret")
_ENDS = ("access_token", "refresh_token", "auth_token", "api_token", "bearer_token")
_STARTS = ("cc_", "ec_")  # card and bank account data
# Shorter text may well be part of something harmless, a number for instance.
_LEAST = 12
# What a call sends is masked in refusals only, where a shorter text does less harm.
_LEAST_SENT = 3


def is_secret(name: str) -> bool:
    """Whether a key of this name holds something nobody may see."""
    name = name.lower().replace("-", "_")
    if name.startswith("date_"):  # date_expiration_access_token
        return False
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


def in_clear(value: object) -> object:
    """A copy with secrets still in it: only for the few parsers that take one out and scrub the rest."""
    if isinstance(value, dict):
        return {_storable(str(key)): in_clear(item) for key, item in value.items()}
    if isinstance(value, list):
        return [in_clear(item) for item in value]
    return _storable(value) if isinstance(value, str) else value


def secrets_in(value: object) -> tuple[str, ...]:
    """Every text below a secret's name in what a call sends, longest first."""
    return tuple(sorted(set(_secret_texts(value, below_a_secret=False)), key=len, reverse=True))


def hidden(value: object, secrets: Iterable[str]) -> object:
    """A copy in which no text repeats one of `secrets`, should upstream quote what it was sent."""
    if isinstance(value, dict):
        return {key: hidden(item, secrets) for key, item in value.items()}
    if isinstance(value, list):
        return [hidden(item, secrets) for item in value]
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, HIDDEN)
    return value


def check_unmasked(value: object) -> None:
    """ValueError when the mask itself is about to be sent, as if it were the secret behind it."""
    if value == HIDDEN:
        raise ValueError("A value that is hidden here cannot be sent back: enter it anew or leave it out.")
    if isinstance(value, Mapping):
        for item in value.values():
            check_unmasked(item)
    elif isinstance(value, list | tuple):
        for item in value:
            check_unmasked(item)


def _secret_texts(value: object, *, below_a_secret: bool) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _secret_texts(item, below_a_secret=below_a_secret or _is_sent_secret(str(name)))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _secret_texts(item, below_a_secret=below_a_secret)
    elif below_a_secret and isinstance(value, str) and len(value) >= _LEAST_SENT:
        yield value


def _is_sent_secret(name: str) -> bool:
    return is_secret(name) or name == "token"


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
