"""Secrets: keys and tokens by the forms that services give them, and what stands behind words such as password."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.guards.data_labels import DataLabel

Span = tuple[str, int, int]

_EDGE = r"(?<![A-Za-z0-9_-])"
# What a text must contain for the form to be looked for; the form. Sources: the services' own documentation.
_FORMS: tuple[tuple[str, str], ...] = (
    ("gh", r"gh[pousr]_\w{30,255}"),  # GitHub
    ("github_pat_", r"github_pat_\w{20,255}"),
    ("gl", r"gl(?:pat|ptt|dt|rt|cbt|ft|soat|agent|imt)-[\w.-]{16,300}"),  # GitLab
    ("A", r"(?:AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AROA)[0-9A-Z]{16}"),  # Amazon
    ("AIza", r"AIza[\w-]{35}"),  # Google
    ("GOCSPX-", r"GOCSPX-[\w-]{20,40}"),
    ("ya29.", r"ya29\.[\w-]{20,500}"),
    ("xox", r"xox[abeoprs]-[\w-]{10,250}"),  # Slack
    ("xapp-", r"xapp-\d-[\w-]{10,250}"),
    ("hooks.", r"(?:hooks\.slack\.com/(?:services|workflows)/)\S{20,120}"),
    ("webhooks/", r"discord(?:app)?\.com/api/webhooks/\S{20,150}"),
    ("k_", r"(?:sk|pk|rk|whsec)_(?:live|test)_[A-Za-z0-9]{10,250}"),  # Stripe
    ("whsec_", r"whsec_[\w+/=-]{20,100}"),
    ("sk-", r"sk-[\w-]{16,250}"),  # OpenAI, Anthropic, DeepSeek, OpenRouter
    ("k", r"(?:sk|pk|rk)[-_][\w-]{16,200}"),
    ("hf_", r"hf_[A-Za-z0-9]{20,100}"),  # Hugging Face
    ("gsk_", r"gsk_\w{20,100}"),  # Groq
    ("xai-", r"xai-[\w-]{20,120}"),
    ("r8_", r"r8_\w{30,50}"),  # Replicate
    ("npm_", r"npm_[A-Za-z0-9]{30,60}"),
    ("pypi-", r"pypi-[\w-]{30,300}"),
    ("rubygems_", r"rubygems_[0-9a-f]{40,60}"),
    ("SG.", r"SG\.[\w-]{16,32}\.[\w-]{30,64}"),  # SendGrid
    ("key-", r"key-[0-9a-f]{32}"),  # Mailgun
    ("SK", r"SK[0-9a-f]{32}"),  # Twilio
    ("AC", r"AC[0-9a-f]{32}"),
    (":AA", r"\d{8,10}:AA[\w-]{30,40}"),  # Telegram
    (".", r"[MNO][A-Za-z\d_-]{22,30}\.[\w-]{6,7}\.[\w-]{27,45}"),  # Discord
    ("eyJ", r"eyJ[\w-]{8,4000}\.eyJ[\w-]{8,4000}\.[\w-]{8,2000}"),  # JWT
    ("eyJ", r"eyJ[\w-]{20,2000}\.[\w-]*\.[\w-]{16,2000}(?:\.[\w-]{8,4000}){0,2}"),
    ("shp", r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),  # Shopify
    ("do", r"do[opr]_v1_[0-9a-f]{64}"),  # DigitalOcean
    ("dp.", r"dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{20,80}"),  # Doppler
    ("hv", r"hv[sbr]\.[\w-]{20,300}"),  # Vault
    ("glc_", r"glc_[\w+/=-]{30,300}"),  # Grafana
    ("glsa_", r"glsa_\w{30,60}"),
    ("NRAK-", r"NRAK-[A-Z0-9]{27}"),  # New Relic
    ("lin_api_", r"lin_(?:api|oauth)_\w{30,70}"),
    ("secret_", r"secret_[A-Za-z0-9]{40,50}"),  # Notion
    ("ntn_", r"ntn_\w{40,60}"),
    ("figd_", r"figd_[\w-]{30,60}"),
    ("pat", r"pat[A-Za-z0-9]{14}\.[0-9a-f]{64}"),  # Airtable
    ("PMAK-", r"PMAK-[0-9a-f]{24}-[0-9a-f]{34}"),  # Postman
    ("sq0", r"sq0(?:atp|csp|idp)-[\w-]{20,50}"),  # Square
    ("EAA", r"EAA[A-Za-z0-9]{60,300}"),  # Meta, Square
    ("ATATT", r"ATATT[\w=-]{40,300}"),  # Atlassian
    ("tfp_", r"tfp_[\w-]{30,80}"),
    ("dapi", r"dapi[0-9a-f]{32}(?:-\d)?"),  # Databricks
    ("sntrys_", r"sntrys_[\w=/+-]{40,300}"),
    ("ops_", r"ops_eyJ[\w+/=-]{50,1500}"),  # 1Password
    ("AGE-SECRET-KEY-", r"AGE-SECRET-KEY-1[0-9A-Z]{50,60}"),  # age
    ("AGE-PLUGIN-", r"AGE-PLUGIN-[A-Z0-9-]{10,30}-1[0-9A-Z]{20,200}"),
    ("xprv", r"[xyztuv]prv[1-9A-HJ-NP-Za-km-z]{100,112}"),  # BIP 32
)
_SHAPED = tuple((needle, re.compile(rf"{_EDGE}(?:{form})(?![A-Za-z0-9_])")) for needle, form in _FORMS)

_PEM_LIMIT = 20_000  # characters of a key
_PEM_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-\d: ")
_PEM_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_PEM_BODY = re.compile(r"(?:\s*(?:[A-Za-z0-9+/=\\]{1,200}|[A-Za-z-]{2,30}: [^\n]{0,100})(?=\s|$)){1,400}")
_BODY_LINE = re.compile(r"[A-Za-z0-9+/=]{16,80}")
_URL_LOGIN = re.compile(
    r"(?<![\w+.-])[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s/:@\"'<>]{0,100}:(?![{$%])([^\s/@\"'<>]{1,200})@"
)
_HEADER = re.compile(
    r"(?i)(?<![\w-])(?:proxy-)?authorization[\"']?\s{0,3}[:=]\s{0,3}[\"']?(?:bearer|basic|token|digest|apikey|aws4-hmac-sha256)?\s{0,3}([\w.~+/=:-]{8,2000})"
)
_BEARER = re.compile(r"(?<![\w-])[Bb]earer[ :]{1,3}(?=[A-Za-z._~+/-]{0,60}\d)([\w.~+/-]{16,2000}=*)")
_OTP = re.compile(r"(?i)otpauth(?:-migration)?://[^\s?]{0,200}\?[^\s]{0,300}?(?:secret|data)=([A-Za-z0-9%+/=]{8,300})")
_COMMAND = re.compile(
    r"(?<!\S)(?:-u|--user) [^\s:]{1,60}:(\S{4,100})|(?<=\s)-p(?! )([^\s\"']{5,60})(?=[^\n]{0,60})(?<=\w)"
)
_SEED = re.compile(
    r"(?i)(?:seed|recovery|mnemonic|wallet|secret)[ _-](?:phrase|words|seed)\W{1,4}"
    r"((?:[a-z]{3,8}[ ,]{1,2}){11,23}[a-z]{3,8})"
)
_NETRC = re.compile(r"\bmachine \S{1,100}\s[^\n]{0,200}?\bpassword\s(\S{3,200})")
_MYSQL = re.compile(r"\b(?:mysql|mysqldump|mariadb|sshpass|psql)\b[^\n]{0,80}?\s-p([^\s\"']{4,60})")

_VERBS = "is|are|was|ist|lautet|war|est|es|era|è|é|to|jest|je|on|är|er"
_IS = re.compile(
    r"(?:\]|\)|[\"'’`*_]{0,3})(?: ?\((?:\w+ ?){1,3}\))?[\w.-]{0,20}?"
    r"(?: (?:for|of|to|on|für|von|zum|zur|am|de|du|pour|para|del|per|na|do|для|от|к)(?: [\w.-]{1,20}){1,4}?)?"
    rf"(\s{{0,3}}(?:=>|:=|={{1,2}}|[:：]|は|는|은|是|为|為)\s{{0,3}}| (?:{_VERBS}) )(?:(?:is|:|=) )?([\"'“”«`*]{{0,3}})"
)
_VALUE = re.compile(r"[^\s\"'`,;<>“”«»，。；\\]{4,400}")
_PARAMETER = re.compile(r"[^\s\"'`,;<>“”«»，。；\\&]{4,400}(?=&)")  # in an address
_CODE = re.compile(
    r"(?i)^[\[({$%&|]|^(?:os|self|this|process|env|config|settings|cfg|ctx|args|request|secrets?|vars?|getpass|null|none|nil|true|false"
    r"|undefined|str|string|int|bool|bytes|text|varchar\S*|optional\S*|type|required|input|password|passwd|token|key|secret|value"
    r"|must|should|is|the|a|an|for|and|or|not|of|to|in|with|your|has|have|can|will|changed|reset|protected|incorrect|wrong|invalid"
    r"|hashed|expired|correct|missing|empty)(?![\w!@#%^&*-])"
)
_CALL = re.compile(r"[A-Za-z_][\w.]*[(\[{]|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$|\*{3,}|\.{3}|…|x{4,}$", re.IGNORECASE)
_PIN = re.compile(r"\d{3,8}")
_SHORT_LABELS = {"pin", "puk", "tan", "cvv", "cvc", "cvv2", "pincode"}


def find_tokens(text: str, labels: Sequence[DataLabel]) -> Iterator[Span]:
    """Keys, tokens and passwords in a normalised text."""
    yield from _keys(text)
    for needle, pattern in _SHAPED:
        if needle in text:
            yield from (("SECRET", *found.span()) for found in pattern.finditer(text))
    for needle, pattern in (
        ("://", _URL_LOGIN),
        ("uth", _HEADER),
        ("earer", _BEARER),
        ("otpauth", _OTP),
        (" -u", _COMMAND),
        (" --user", _COMMAND),
        (" -p", _MYSQL),
        ("machine", _NETRC),
        ("", _SEED),
    ):
        if needle in text:
            spans = (found.span(found.lastindex or 0) for found in pattern.finditer(text))
            yield from (("SECRET", a, b) for a, b in spans if pattern is not _HEADER or _is_credential(text[a:b]))
    done = 0
    for label in sorted(labels, key=lambda label: label.start):
        announces = label.kind in ("PASSWORD", "KEY") and label.start >= done
        if announces and (span := _named(text, label)):
            yield "SECRET", *span
            done = span[1]


def _keys(text: str) -> Iterator[Span]:
    """Private keys between their lines, or as much of them as there is."""
    at = 0
    while found := _PEM_BEGIN.search(text, at):
        if end := _PEM_END.search(text, found.end(), found.end() + _PEM_LIMIT):
            at = end.end()
        else:
            body = _PEM_BODY.match(text, found.end())
            at = body.end() if body else found.end()
        yield "SECRET", found.start(), at
    at = 0
    for found in _PEM_END.finditer(text):
        start = found.start()
        while start > at + 1 and _BODY_LINE.fullmatch(
            text, begins := text.rfind("\n", at, start - 1) + 1 or at, start - 1
        ):
            start = begins
        if start < found.start():
            yield "SECRET", start, found.end()
        at = found.end()


def _named(text: str, label: DataLabel) -> tuple[int, int] | None:
    """The span of the value that a label of secrets announces; None for a word, a call or a type."""
    if not (sign := _IS.match(text, label.end)):
        return None
    if text[label.start : label.end].lower().split()[0] in _SHORT_LABELS:
        found = _PIN.match(text, sign.end())
        return found.span() if found and not text[found.end() : found.end() + 1].isalnum() else None
    found = _VALUE.match(text, sign.end())
    if found is None:
        return None
    if label.kind == "KEY" and not sign[2]:
        found = _PARAMETER.match(text, sign.end()) or found
    value = found[0].rstrip(".)]}*!?:") if not sign[2] else found[0]
    if len(value) < 4 or _CODE.match(value) or _CALL.match(value):
        return None
    if not _is_secret(value, label.kind, sign[1], quoted=bool(sign[2]), name=text[label.start : label.end]):
        return None
    return found.start(), found.start() + len(value)


def _is_credential(value: str) -> bool:
    """True for what stands in a header rather than in code that builds one."""
    return len(value) >= 24 or (any(map(str.isdigit, value)) and not value.isidentifier()) or value.isalnum()


def _is_secret(value: str, kind: str, sign: str, *, quoted: bool, name: str) -> bool:
    """True unless the value is rather a name in code, or a word of a sentence."""
    if sign[0] in "はは는은是为為" and not any(map(str.isdigit, value)):
        return False
    is_word = value.replace("-", "").replace("_", "").isalpha()
    if name.lower() == "key" and len(value) < 20:
        return False
    has_digit = any(map(str.isdigit, value))
    if kind == "KEY":  # these words are used in other ways, so that a value must look like one
        return (len(value) >= 8 and has_digit) or (len(value) >= 20 and is_word and not value.islower())
    if not is_word:
        return True
    if name.lower() == "pass":  # as in `forward pass: …`
        return False
    colon, equals = sign.strip() in (":", "："), sign.strip() == "="
    return (colon or equals) and (quoted or name.isupper() or sign == "=" or (colon and len(value) >= 5))
