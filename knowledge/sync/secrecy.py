"""Recognises files that look like secrets: keys, passwords, tokens. They are indexed only if a person asks for it."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable
from pathlib import Path

HEAD_BYTES = 8192

_LEFT_OUT = "looks like {}: secrets are not indexed unless you ask for it"

# Only names that have this one use. A page *about* keys or passwords is prose and bears a prose ending.
_DATA_ENDING = r"(?:\.(?:cfg|conf|csv|enc|env|ini|json|jsonc|plist|properties|toml|tsv|txt|xml|ya?ml))?"
_TABLE_ENDING = r"(?:\.(?:csv|docx?|json|numbers|ods|odt|rtf|tsv|txt|xlsx?|xml))?"
_BROWSERS = "chrome|edge|firefox|safari|brave|opera|icloud"
_NAMES = tuple(
    (noun, re.compile(rf"(?:{pattern})\Z", re.IGNORECASE | re.DOTALL))
    for noun, pattern in (
        ("a private key", r"id_(?:rsa|dsa|ecdsa|ed25519|ecdsa_sk|ed25519_sk|xmss)(?:[._-](?!pub\Z).*)?"),
        ("a key or certificate", r".*\.(?:pem|key|ppk|p8|p12|pfx|pkcs12|jks|jceks|keystore|keytab)"),
        ("settings with passwords", r"(?:.*\.)?env(?:rc)?|\.env[._-].*|.*\.tfstate(?:\.backup)?|\.htpasswd"),
        ("settings with passwords", r"[._]netrc|\.pgpass|pgpass\.conf|\.my\.cnf|\.npmrc|\.pypirc|\.dockercfg|\.s3cfg"),
        ("credentials", rf"(?:(?:aws|azure|gcp|google|app)[-_. ]?)?(?:credentials?|secrets?){_DATA_ENDING}"),
        (
            "credentials",
            r"\.git-credentials|kubeconfig|client_secrets?(?:[-_.].*)?\.json|(?:.*_)?(?:access|root)keys?\.csv",
        ),
        ("a password safe", r".*\.(?:kdbx?|psafe3|1pux|1pif|opvault|agilekeychain|keychain(?:-db)?|enpassdb)"),
        ("a list of passwords", rf"(?:(?:my|{_BROWSERS})[-_ ]?)?passwords?{_TABLE_ENDING}"),
        (
            "a list of passwords",
            r"(?:bitwarden|lastpass|dashlane|nordpass|proton ?pass)[-_ ].*export.*\.(?:csv|json|xml)",
        ),
        ("a list of passwords", r"logins\.json|key[34]\.db|login data|cookies\.(?:txt|sqlite)"),
        ("a list of recovery codes", r"(?:.*[-_ ])?(?:recovery|backup)[-_ ]?codes?\.txt"),
        ("a wallet", r"wallet\.dat|(?:.*[-_.])?wallet\.(?:json|aes\.json|keys)|default_wallet|utc--\d{4}-.*"),
        ("a history of commands", r"\.(?:\w+_)?hist(?:ory|file)|\.lesshst|\.viminfo|fish_history"),
        ("a history of commands", r"consolehost_history\.txt"),
    )
)
_ARCHIVE = b"PK\x03\x04"  # a presentation of Apple's Keynote is a zip that ends in .key

_PRIVATE_KEY = re.compile(
    rb"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"
    rb"(?:(?:\\r|\\n|\s)*(?:[\w-]+: [^\n]*\n)*)(?:[A-Za-z0-9+/=]|\\r|\\n|\s){60}"  # the shortest, Ed25519, has 64
)
_PASSWORD_COLUMNS = re.compile(
    rb"(?=[^\n]*\b(?:url|login_uri|website)\b)(?=[^\n]*\buser_?name\b)[^\n]*[,;\"]password[,;\"\r\n]", re.IGNORECASE
)
# Prefixes that their issuers made for being found; what follows is random, so that an example of x's is told apart.
_TOKENS = re.compile(
    rb"(?<![A-Za-z0-9_-])(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{82}|glpat-[\w-]{20,}|npm_[A-Za-z0-9]{36}|"
    rb"xox[abprs]-\d{8,}-[A-Za-z0-9-]{20,}|sk_live_[A-Za-z0-9]{24,}|sk-(?:proj|ant)-[\w-]{40,}|hf_[A-Za-z0-9]{34})"
    rb"(?![A-Za-z0-9_-])|aws_secret_access_key[\"']?\s*[=:]\s*[\"']?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])",
    re.IGNORECASE,
)
_TAIL_BYTES = 32
_MIN_DISTINCT = 14  # of the tail's characters; random letters and digits have 20 and more
_EXAMPLE = re.compile(rb"example|your[-_]?|xxxx|1234567|abcdef", re.IGNORECASE)


def secret_reason(path: Path) -> str:
    """Return why `path` looks like a secret, for people; "" when it does not.

    Judged by its name, then by its first HEAD_BYTES; a file that cannot be read by its name alone.
    """
    names = {path.name, path.resolve().name}  # of a link, and of the file that it leads to
    noun = next((noun for noun, pattern in _NAMES if any(map(pattern.match, names))), "")
    head = _head(path)
    if noun and path.suffix.lower() == ".key" and head.startswith(_ARCHIVE):
        noun = ""
    noun = noun or next((noun for noun, matches in _CONTENTS if matches(head)), "")
    return _LEFT_OUT.format(noun) if noun else ""


def _head(path: Path) -> bytes:
    """Return the file's first bytes; none where it cannot be read, or reading would block."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return b""
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except (OSError, ValueError):
        return b""


def _has_token(head: bytes) -> bool:
    tails = [found[0][-_TAIL_BYTES:] for found in _TOKENS.finditer(head)]
    return any(not _EXAMPLE.search(tail) and len(set(tail)) >= _MIN_DISTINCT for tail in tails)


_CONTENTS: tuple[tuple[str, Callable[[bytes], object]], ...] = (
    ("a private key", _PRIVATE_KEY.search),
    ("an access token", _has_token),
    ("a list of passwords", _PASSWORD_COLUMNS.match),  # the header of a browser's or a password safe's export
)
