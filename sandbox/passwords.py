"""How the sandbox keeps partners' passwords."""

from django.contrib.auth.hashers import ScryptPasswordHasher


class LightScrypt(ScryptPasswordHasher):
    """Scrypt with a small work factor: Basic credentials are checked on every single request.

    The sandbox's own passwords are long and random; a small factor costs them nothing.
    """

    work_factor = 2**10
