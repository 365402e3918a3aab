"""A server's certificate is checked: one that the system trusts is spoken to, any other is not."""

import datetime
import ssl
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest

from engines.engine_settings import RemoteSettings
from engines.errors import ServerUnreachable
from engines.protocol import Message, Sampling
from engines.remote.engine import RemoteEngine
from network.connections import Connections
from tests.openai_server import OpenAIServer, serving
from tests.scripted_engine import ScriptedEngine

x509 = pytest.importorskip("cryptography.x509", reason="certificates are made with cryptography")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for this machine that vouches for itself, and its key."""
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "carrel-test")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("certificate")
    plain = serialization.NoEncryption()
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return folder / "certificate.pem", folder / "key.pem"


@pytest.fixture
def server(certificate: tuple[Path, Path]) -> Iterator[OpenAIServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with serving(OpenAIServer(ScriptedEngine("It is oak.")), context) as server:
        yield server


def test_certificate_that_is_trusted_is_enough(
    server: OpenAIServer, certificate: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    engine = RemoteEngine(RemoteSettings(url=server.url), Connections(tmp_path / "connections.jsonl"))
    assert "".join(piece.text for piece in engine.reply([Message("user", "What?")], Sampling())) == "It is oak."


def test_certificate_that_nobody_vouches_for_is_not(server: OpenAIServer, tmp_path: Path) -> None:
    connections = Connections(tmp_path / "connections.jsonl")
    with pytest.raises(ServerUnreachable, match="cannot prove its identity") as refused:
        RemoteEngine(RemoteSettings(url=server.url), connections, "sk-secret")
    assert "certificate" in refused.value.hint
    assert server.keys == []


def test_certificate_of_another_machine_is_not(
    server: OpenAIServer, certificate: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    url = server.url.replace("127.0.0.1", "localhost")
    with pytest.raises(ServerUnreachable, match="cannot prove"):
        RemoteEngine(RemoteSettings(url=url), Connections(tmp_path / "connections.jsonl"))
