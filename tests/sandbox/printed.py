"""How a printed request is written down: what is sent, and what is documented to come back.

`{names}` in paths and bodies are things of tests.sandbox.living. What is to come back is told field
by field by tests.sandbox.documented.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.sandbox.documented import Fields


@dataclass(frozen=True)
class Answer:
    """What is documented to come back: an object, a list of them, a download, or nothing at all."""

    of: Fields = field(default_factory=dict)
    listed: str = ""  # a list; its documented total ("int", "null"), or "pool" for the other protocol's
    inside: Mapping[str, Fields] = field(default_factory=dict)  # what its values, or their elements, have
    beside: Fields = field(default_factory=dict)  # what a list has besides its envelope
    says: Mapping[str, Any] = field(default_factory=dict)  # values the document prints and that must come
    content_type: str = "application/json"
    paged: bool = True  # False: `pagination` is null


NOTHING = Answer(content_type="")
CSV, HTML, PDF = (Answer(content_type=each) for each in ("text/csv", "text/html", "application/pdf"))


@dataclass(frozen=True)
class Printed:
    """One request of a document."""

    document: str
    what: str
    method: str
    path: str
    answer: Answer
    body: Any = None
    form: str = ""
    status: int = 200
    account: str = ""  # "master" or "admin": a request of the Phone Number API
    as_admin: bool = False  # the caller has the administrators' scopes as well
    needs: str = ""  # what must be there so that a list is not empty


@dataclass(frozen=True)
class Document:
    """A document, to write down its requests with; without a content the status is 204, else 200."""

    name: str

    def get(self, what: str, path: str, answer: Answer, **more: Any) -> Printed:
        return self._printed("GET", what, path, answer, more)

    def post(self, what: str, path: str, answer: Answer, **more: Any) -> Printed:
        return self._printed("POST", what, path, answer, more)

    def patch(self, what: str, path: str, answer: Answer, **more: Any) -> Printed:
        return self._printed("PATCH", what, path, answer, more)

    def delete(self, what: str, path: str, answer: Answer = NOTHING, **more: Any) -> Printed:
        return self._printed("DELETE", what, path, answer, more)

    def _printed(self, method: str, what: str, path: str, answer: Answer, more: dict[str, Any]) -> Printed:
        usual = 204 if answer is NOTHING else 200
        return Printed(self.name, what, method, path, answer, **{"status": usual, **more})
