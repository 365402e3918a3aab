import random
import string
from pathlib import Path

import pytest

from knowledge.parse.secrecy import file_use, left_out, secret_by_content, secret_by_path
from tests.knowledge.parse.secret_files import SECRET_FILES

KEY_BODY = "".join(random.Random(5).choices(string.ascii_letters + string.digits, k=400))
TOKEN = "ghp_" + KEY_BODY[:36]


def reason(folder: Path, name: str, content: str | bytes = "words") -> str:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    data = path.read_bytes()
    noun = secret_by_path(path) or secret_by_content(data, file_use(path, len(data)))
    return left_out(noun) if noun else ""


@pytest.mark.parametrize(
    ("name", "noun"),
    [
        ("id_rsa", "a private key"),
        ("id_ed25519", "a private key"),
        ("id_rsa.old", "a private key"),
        ("server.pem", "a key or certificate"),
        ("server.KEY", "a key or certificate"),
        ("me.p12", "a key or certificate"),
        ("upload.keystore", "a key or certificate"),
        (".env", "settings with passwords"),
        (".env.local", "settings with passwords"),
        ("production.env", "settings with passwords"),
        (".netrc", "settings with passwords"),
        ("terraform.tfstate", "settings with passwords"),
        ("credentials", "credentials"),
        ("credentials.json", "credentials"),
        ("aws-credentials.csv", "credentials"),
        ("secrets.yaml", "credentials"),
        ("client_secret_12.apps.json", "credentials"),
        ("private.kdbx", "a password safe"),
        ("passwords.txt", "a list of passwords"),
        ("Chrome Passwords.csv", "a list of passwords"),
        ("Passwords.xlsx", "a list of passwords"),
        ("bitwarden_export_2026.json", "a list of passwords"),
        ("github-recovery-codes.txt", "a list of recovery codes"),
        ("wallet.dat", "a wallet"),
        (".bash_history", "a history of commands"),
        ("ConsoleHost_history.txt", "a history of commands"),
    ],
)
def test_files_with_the_names_of_secrets_are_refused(tmp_path: Path, name: str, noun: str) -> None:
    assert reason(tmp_path, name) == f"looks like {noun}: secrets are not indexed unless you ask for it"


@pytest.mark.parametrize(
    "name",
    [
        "passwords-policy.md", "passwords.md", "keys.md", "secrets.md", "secrets.py", "credentials.rst", "id_rsa.pub",
        "The Secret Garden.epub", "keyboard.txt", "environment.yml", "history.md", "wallet.md", "token.py", "env.py",
        "secretary.docx", "recovery codes explained.md", "password reset.eml", "key results.xlsx", "identity.txt",
        "public_key.asc", "credentials policy.pdf", "password-hashing.html", "keys.csv",
    ],
)  # fmt: skip
def test_names_about_secrets_are_no_secrets(tmp_path: Path, name: str) -> None:
    assert reason(tmp_path, name) == ""


@pytest.mark.parametrize("name", SECRET_FILES)
def test_a_file_of_secrets_is_recognised(tmp_path: Path, name: str) -> None:
    assert reason(tmp_path, name, SECRET_FILES[name]).startswith("looks like")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("compose.yaml", "environment:\n  POSTGRES_PASSWORD: example\n  TOKEN: ${TOKEN}\n"),
        ("values.yaml", "password: <your password>\napi_key: changeme\nsecret: null\n"),
        ("test_login.py", 'client.login(password="Tr0ub4dor&3xyz")\nurl = "postgres://me:Str0ng!pass@db/app"\n'),
        ("howto.md", "Authorization: Bearer YOUR_TOKEN\n\npostgres://user:password@localhost/db\n"),
        ("notes.md", "The recovery phrase of a wallet has twelve words."),
        ("data.csv", "name,age,city\nAda,36,London\n"),
        ("users.csv", "name,email,group\nAda,ada@h.example,staff\n"),
        ("package-lock.json", '{"integrity": "sha512-' + KEY_BODY[:86] + '=="}'),
        ("seed.json", '[{"title": "First post"}]'),
        ("birdseed.txt", "Feed the birds."),
        ("auth.json", '{"login": "Sign in", "password": "Password"}'),
        ("The Secret.txt", "A story."),
        ("passport photos.pdf", "x"),
        ("log.txt", "2026-01-01 10:00:00 user ada logged in from 10.0.0.7\n" * 99),
        ("hashes.txt", "d41d8cd98f00b204e9800998ecf8427e  a.iso\n" * 9),
        (
            "jwt.md",
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
        ),
    ],
)
def test_a_file_that_only_speaks_of_secrets_is_none(tmp_path: Path, name: str, content: str) -> None:
    assert reason(tmp_path, name, content) == ""


def test_text_of_windows_is_read_too(tmp_path: Path) -> None:
    assert "an access token" in reason(tmp_path, "out.txt", TOKEN.encode("utf-16"))


def test_a_keynote_presentation_is_no_key(tmp_path: Path) -> None:
    assert reason(tmp_path, "talk.key", b"PK\x03\x04rest") == ""


@pytest.mark.parametrize("kind", ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "])
def test_a_private_key_is_found_whatever_its_name(tmp_path: Path, kind: str) -> None:
    key = f"My server:\n-----BEGIN {kind}PRIVATE KEY-----\n{KEY_BODY[:64]}\n-----END {kind}PRIVATE KEY-----\n"

    assert "a private key" in reason(tmp_path, "notes.txt", key)


def test_a_private_key_within_json_is_found(tmp_path: Path) -> None:
    key = f'{{"type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----\\n{KEY_BODY[:64]}\\n-----END'

    assert "a private key" in reason(tmp_path, "project-1a2b.json", key)


def test_a_key_with_a_passphrase_is_found_behind_its_headers(tmp_path: Path) -> None:
    head = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n"

    assert "a private key" in reason(tmp_path, "old.txt", head + KEY_BODY[:64] + "\n")


@pytest.mark.parametrize(
    "text",
    [
        "A key begins with -----BEGIN PRIVATE KEY----- and ends with -----END PRIVATE KEY-----.",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE...\n-----END RSA PRIVATE KEY-----\n",
        f"-----BEGIN PUBLIC KEY-----\n{KEY_BODY}\n",
        f"-----BEGIN CERTIFICATE-----\n{KEY_BODY}\n",
    ],
)
def test_a_page_that_shows_how_a_key_looks_is_no_secret(tmp_path: Path, text: str) -> None:
    assert reason(tmp_path, "page.md", text) == ""


@pytest.mark.parametrize(
    "token",
    [
        TOKEN,
        f"aws_secret_access_key = {KEY_BODY[:40]}",
        f'"sk-proj-{KEY_BODY[:48]}"',
        f"xoxb-123456789012-{KEY_BODY[:30]}",
    ],
)
def test_an_access_token_is_found(tmp_path: Path, token: str) -> None:
    assert "an access token" in reason(tmp_path, "setup.txt", f"Use this:\n{token}\n")


@pytest.mark.parametrize(
    "text",
    [
        "ghp_" + "x" * 36,
        "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "AKIAIOSFODNN7EXAMPLE",
        "Tokens begin with ghp_ or github_pat_.",
        f"commit {KEY_BODY[:40]}",
        f"the function {TOKEN}_of_many",
    ],
)
def test_what_only_resembles_a_token_is_no_secret(tmp_path: Path, text: str) -> None:
    assert reason(tmp_path, "page.md", text) == ""


def test_an_export_of_passwords_is_found_by_its_columns(tmp_path: Path) -> None:
    assert "a list of passwords" in reason(tmp_path, "export.csv", "name,url,username,password,note\na,b,c,d,\n")


def test_a_table_with_a_column_of_passwords_only_is_no_export(tmp_path: Path) -> None:
    assert reason(tmp_path, "study.csv", "year,password,strength\n2001,abc,weak\n") == ""


def test_a_token_far_from_the_beginning_is_found(tmp_path: Path) -> None:
    assert "an access token" in reason(tmp_path, "journal.md", "words\n" * 20_000 + TOKEN)


def test_links_in_a_circle_are_judged_by_their_names(tmp_path: Path) -> None:
    for name, target in (("a.md", "passwords.txt"), ("passwords.txt", "a.md")):
        (tmp_path / name).symlink_to(tmp_path / target)
    assert secret_by_path(tmp_path / "passwords.txt") == "a list of passwords"
    secret_by_path(tmp_path / "a.md")  # ends


def test_a_file_that_is_gone_is_judged_by_its_name(tmp_path: Path) -> None:
    assert secret_by_path(tmp_path / "id_rsa") == "a private key"
    assert secret_by_path(tmp_path / "page.md") == ""
