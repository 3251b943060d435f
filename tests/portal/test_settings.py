"""Every setting is documented, and none is that does not exist."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r'\benv\.\w+\(\s*"([A-Z_]+)"')
ROW = re.compile(r"^\| (`[^|]+`) \|", re.MULTILINE)
EXAMPLE = re.compile(r"^#([A-Z_]+)=", re.MULTILINE)
OF_MAKE = {"PORT"}  # read before there is a Django to read `.env`


def text(path: str) -> str:
    return (ROOT / path).read_text()


READS = {name for path in ("portal/settings.py", "sandbox/settings.py") for name in READ.findall(text(path))}


def test_the_page_of_settings_names_what_the_code_reads():
    documented = re.findall(r"`(\w+)`", " ".join(ROW.findall(text("docs/settings.md"))))
    assert sorted(documented) == sorted(READS | OF_MAKE)


def test_the_example_names_what_the_code_reads():
    assert sorted(EXAMPLE.findall(text(".env.example"))) == sorted(READS)


def test_our_https_says_nothing_about_other_hosts_of_the_domain():
    names = ("SECONDS", "INCLUDE_SUBDOMAINS", "PRELOAD")
    code = f"from portal import settings; print(*(getattr(settings, 'SECURE_HSTS_' + n) for n in {names}))"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SECURE_")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment | {"PORTAL_URL": "https://desk.example.com"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["31536000", "False", "False"]
