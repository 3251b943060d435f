"""Every fetched page is looked at: valid HTML, a title, ids used once, forms that lead somewhere, budgets."""

from collections import Counter
from xml.etree.ElementTree import Element

import html5lib
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

XHTML = "{http://www.w3.org/1999/xhtml}"


class Answer:
    """A checked answer: `.text` is what a person could read, `.dom` the parsed tree."""

    def __init__(self, response) -> None:
        self.response = response
        self.status = response.status_code
        self.html = response.content.decode()
        self.dom, self.errors = _parse(self.html)

    @property
    def text(self) -> str:
        return " ".join(" ".join(_texts(self.dom)).split())

    def all(self, tag: str, **attributes: str) -> list[Element]:
        return [e for e in self.dom.iter(XHTML + tag) if all(e.get(k) == v for k, v in attributes.items())]

    def value(self, name: str) -> str:
        """The value of the form field called `name`."""
        return next(e.get("value") or "" for e in self.all("input", name=name))


@pytest.fixture
def visit(request):
    """`visit(person, url, status=200, queries=None, upstream=None, **query)` -> Answer, checked."""

    def go(person, url, *, status=200, queries=None, upstream=None, htmx=False, target="", **data):
        world = request.getfixturevalue("upstream") if upstream is not None else None
        if queries is not None:
            person.get("/status/")  # the write of "last seen", once a minute, is not this page's
        before = len(world.requests()) if world else 0
        with CaptureQueriesContext(connection) as captured:
            response = person.get(url, htmx=htmx, target=target, **data)
        assert response.status_code == status, response.content.decode()[:2000]
        if queries is not None:
            assert len(captured) <= queries, "\n".join(query["sql"][:200] for query in captured)
        if world:
            assert len(world.requests()) - before == upstream
        return check(response, whole=not htmx)

    return go


def check(response, *, whole: bool = True) -> Answer:
    """Look at any HTML answer; `whole` pages need a title."""
    answer = Answer(response)
    assert not answer.errors, answer.errors[:5]
    ids = Counter(_ids(answer.dom))
    assert not [name for name, count in ids.items() if count > 1], ids.most_common(3)
    assert all(form.get("action") for form in answer.all("form") if form.get("method") != "dialog")
    assert not [e.tag for e in answer.dom.iter() if e.get("style") or e.get("onclick")]
    if whole:
        assert (answer.all("title")[0].text or "").strip()
    return answer


def _parse(html: str) -> tuple[Element, list[tuple[str, str]]]:
    parser = html5lib.HTMLParser()
    if html.lstrip().lower().startswith("<!doctype"):
        dom = parser.parse(html)
    else:
        container = "tbody" if html.lstrip().startswith("<tr") else "div"
        dom = Element("fragment")
        dom.extend(parser.parseFragment(html, container=container))
    return dom, [(code, str(where)) for where, code, _ in parser.errors]


def _ids(element: Element) -> list[str]:
    """Ids in the document; what is inside a `<template>` is not yet part of it."""
    own = [element.get("id")] if element.get("id") else []
    if element.tag == XHTML + "template":
        return own
    return own + [name for child in element for name in _ids(child)]


def _texts(element: Element) -> list[str]:
    if element.tag in (XHTML + "script", XHTML + "style", XHTML + "template"):
        return [element.tail or ""]
    parts = [element.text or ""]
    for child in element:
        parts += _texts(child)
    return [*parts, element.tail or ""]
