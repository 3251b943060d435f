"""The numbers' screens.

The standard library has a module of this name too (the numeric tower), and `decimal`, `fractions`
and others import it. This package is found first, so it hands out those five names as well.
"""

from pathlib import Path as _Path
from runpy import run_path as _run_path
from sysconfig import get_path as _get_path

_tower = _run_path(str(_Path(_get_path("stdlib"), "numbers.py")), run_name=__name__)
Complex, Integral, Number = _tower["Complex"], _tower["Integral"], _tower["Number"]
Rational, Real = _tower["Rational"], _tower["Real"]
