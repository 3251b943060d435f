"""`manage.py person`: how people get access, and lose it."""

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from portal.roles import role_of

pytestmark = pytest.mark.django_db


def person(*words: str) -> str:
    said = StringIO()
    call_command("person", *words, stdout=said)
    return said.getvalue()


def password_in(said: str) -> str:
    return said.partition("password: ")[2].split()[0]


def test_a_new_person_gets_a_role_and_a_password_that_works():
    said = person("alex", "--role", "manager", "--name", "Alex Moreno")
    alex = User.objects.get()
    assert (role_of(alex), alex.get_full_name()) == ("manager", "Alex Moreno")
    assert Client().login(username="alex", password=password_in(said))


def test_another_role_keeps_the_password():
    password = password_in(person("alex", "--role", "manager"))
    said = person("alex", "--role", "admin")
    assert "Administrator" in said
    assert "password" not in said
    assert Client().login(username="alex", password=password)
    assert role_of(User.objects.get()) == "admin"


def test_a_new_password_ends_the_old_one():
    old = password_in(person("alex", "--role", "staff"))
    new = password_in(person("alex", "--password"))
    assert not Client().login(username="alex", password=old)
    assert Client().login(username="alex", password=new)
    assert role_of(User.objects.get()) == "staff"


def test_who_leaves_cannot_sign_in_and_stays_in_the_ledger():
    password = password_in(person("alex", "--role", "staff"))
    assert "no access" in person("alex", "--leave")
    assert not Client().login(username="alex", password=password)
    assert User.objects.filter(username="alex").exists()


def test_another_name_does_not_bring_back_who_left_but_a_role_does():
    person("alex", "--role", "manager")
    person("alex", "--leave")
    assert "no access" in person("alex", "--name", "Alex Moreno")
    assert not User.objects.get().is_active
    assert "Staff" in person("alex", "--role", "staff")
    assert User.objects.get().is_active


def test_a_role_that_does_not_exist_is_refused():
    with pytest.raises(CommandError, match="invalid choice"):
        person("alex", "--role", "owner")
    assert not User.objects.exists()
