"""How tests of pages open a form and send it: with the hidden fields that the page itself holds."""

import re
from typing import Any

HIDDEN = ("idempotency_key", "version", "households", "looked", "kind", "rows")


def body(answer) -> str:
    """The text of an answer."""
    return answer.content.decode()


def words(answer) -> str:
    """The same without markup, so that a sentence can be looked for."""
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", body(answer)))


def hidden(answer, name: str) -> str:
    """The value of a hidden field."""
    return re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', body(answer))[1]


def kept(answer) -> dict[str, str]:
    """The hidden fields that stand in a form."""
    return {name: hidden(answer, name) for name in HIDDEN if f'<input type="hidden" name="{name}"' in body(answer)}


def send(client, address: str, **fields: Any):
    """Open a form and send it with these fields."""
    return client.post(address, kept(client.get(address)) | fields)
