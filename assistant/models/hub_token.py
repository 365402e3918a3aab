"""The person's token at the hub, in the system's keyring: for models whose terms must be accepted there."""

from __future__ import annotations

import logging
import os

from engines import KeyUnusable, SystemKeyring
from network import hub_address

_VARIABLE = "HF_TOKEN"
log = logging.getLogger("carrel.assistant")


def find_token() -> str:
    """The token from the keyring, else from HF_TOKEN; "" where there is none, or the keyring does not answer."""
    stored = None
    try:
        stored = SystemKeyring(_VARIABLE).find(hub_address())
    except KeyUnusable as problem:
        log.warning("%s %s", problem.title, problem.hint)
    token = (stored or os.environ.get(_VARIABLE, "")).strip()
    return token if token.isascii() and token.isprintable() else ""


def store_token(token: str) -> None:
    """Keep the token in the keyring; an empty one deletes it. Raises KeyUnusable where there is no safe keyring."""
    if token.strip():
        SystemKeyring(_VARIABLE).store(hub_address(), token.strip())
    else:
        SystemKeyring(_VARIABLE).delete(hub_address())
