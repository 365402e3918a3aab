"""The offline switch, the guard and the log, with sockets of this machine and processes of their own."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from network.connections import (
    ConnectionForbidden,
    Connections,
    LogUnwritable,
    Offline,
    announced,
    is_this_machine,
)

# Addresses that the standard sets aside for documentation: nobody answers there (RFC 5737, RFC 3849).
ELSEWHERE = "192.0.2.1"
ELSEWHERE_6 = "2001:db8::1"


@pytest.fixture
def listening() -> Iterator[int]:
    """The port of a server on this machine that accepts and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST.", "a.localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]", ""]
)
def test_loopback_is_this_machine(host: str) -> None:
    assert is_this_machine(host)


@pytest.mark.parametrize("host", ["192.168.0.4", "10.0.0.1", "example.org", "localhost.example.org", "fe80::1%eth0"])
def test_everything_else_is_another_machine(host: str) -> None:
    assert not is_this_machine(host)


def test_a_connection_is_written_down_with_what_passed(connections: Connections) -> None:
    with connections.opened("download of a model", "hub.example", 443) as traffic:
        traffic.sent_bytes += 10
        traffic.received_bytes += 2000
    (line,) = connections.history()
    assert (line.purpose, line.host, line.port, line.outcome) == ("download of a model", "hub.example", 443, "done")
    assert (line.sent_bytes, line.received_bytes) == (10, 2000)


def test_a_connection_is_in_the_log_before_it_opens(connections: Connections) -> None:
    with connections.opened("question", "hub.example", 443):
        assert [line.outcome for line in connections.history()] == ["open"]


def test_a_failure_is_named_without_what_was_said(connections: Connections) -> None:
    with pytest.raises(TimeoutError), connections.opened("question", "hub.example", 443):
        raise TimeoutError("Bearer secret")
    assert [line.outcome for line in connections.history()] == ["failed: TimeoutError"]
    assert "secret" not in connections.log_file.read_text("utf-8")


def test_offline_refuses_another_machine_and_writes_that_down(tmp_path: Path) -> None:
    connections = Connections(tmp_path / "connections.jsonl", lambda: True)
    with pytest.raises(Offline) as refused, connections.opened("question", "hub.example", 443):
        pytest.fail("it was opened")
    assert "offline = false" in refused.value.hint
    assert [(line.host, line.outcome) for line in connections.history()] == [("hub.example", "refused: offline")]


def test_offline_leaves_this_machine_free(tmp_path: Path, listening: int) -> None:
    connections = Connections(tmp_path / "connections.jsonl", lambda: True)
    with connections.opened("question", "127.0.0.1", listening), socket.create_connection(("127.0.0.1", listening)):
        pass
    assert [line.outcome for line in connections.history()] == ["done"]


@pytest.mark.parametrize(("value", "offline"), [("1", True), ("true", True), ("0", False), ("", False)])
def test_the_environment_forbids(
    connections: Connections, monkeypatch: pytest.MonkeyPatch, value: str, offline: bool
) -> None:
    monkeypatch.setenv("CARREL_OFFLINE", value)
    assert connections.offline is offline


def test_the_environment_cannot_allow_what_the_settings_forbid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARREL_OFFLINE", "0")
    assert Connections(tmp_path / "connections.jsonl", lambda: True).offline


def test_what_cannot_be_written_down_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    with pytest.raises(LogUnwritable):
        Connections(tmp_path / "logs" / "connections.jsonl").announce("question", "hub.example", 443)


def test_the_log_keeps_its_size(connections: Connections) -> None:
    connections.log_file.parent.mkdir()
    connections.log_file.write_text("x" * (1 << 20))
    connections.note("the newest", "hub.example", 443)
    assert [line.purpose for line in connections.history()] == ["the newest"]
    assert connections.log_file.stat().st_size < 1000
    assert connections.log_file.with_suffix(".1.jsonl").stat().st_size == 1 << 20


def test_a_damaged_line_hides_no_other(connections: Connections) -> None:
    connections.note("before", "hub.example", 443)
    with connections.log_file.open("a") as file:
        file.write('{"id": 1}\nnonsense\n')
    connections.note("after", "hub.example", 443)
    assert [line.purpose for line in connections.history()] == ["before", "after"]


def udp(host: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"x", (host, 9))


@pytest.mark.logs("Refused an unannounced connection")
@pytest.mark.parametrize(
    "reach",
    [
        lambda: socket.create_connection((ELSEWHERE, 80)),
        lambda: socket.socket(socket.AF_INET6).connect((ELSEWHERE_6, 80)),
        lambda: socket.getaddrinfo("hub.example", 443),
        lambda: socket.gethostbyname("hub.example"),
        lambda: udp(ELSEWHERE),
        lambda: socket.SocketType(socket.AF_INET, socket.SOCK_STREAM).connect((ELSEWHERE, 80)),
        lambda: socket.SocketType(socket.AF_INET6, socket.SOCK_STREAM).connect_ex((ELSEWHERE_6, 80)),
        lambda: socket.SocketType(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", (ELSEWHERE, 9)),
        lambda: socket.SocketType(socket.AF_INET, socket.SOCK_DGRAM).sendmsg([b"x"], [], 0, (ELSEWHERE, 9)),
    ],
    ids=["tcp", "tcp6", "name", "old name", "udp", "bare tcp", "bare tcp6", "bare udp", "bare message"],
)
def test_the_guard_refuses_what_nobody_announced(reach: Callable[[], object], recwarn: pytest.WarningsRecorder) -> None:
    with pytest.raises(ConnectionForbidden):
        reach()


@pytest.mark.logs("Refused an unannounced connection")
def test_refused_connection_is_a_network_error_to_other_code() -> None:
    with pytest.raises(OSError, match="unannounced connection"):
        socket.create_connection((ELSEWHERE, 80))


def test_the_guard_lets_through_what_was_announced() -> None:
    with announced(), socket.socket() as probe:
        probe.setblocking(False)
        with pytest.raises(BlockingIOError):  # under way: nobody refused it
            probe.connect((ELSEWHERE, 80))


def test_the_guard_leaves_this_machine_free(listening: int) -> None:
    socket.create_connection(("127.0.0.1", listening)).close()


_EVERY_CONNECTION = """
import sys
seen = []
def see(event, arguments):
    if event == "socket.connect":
        seen.append(arguments[1][0])
sys.addaudithook(see)
from desktop.__main__ import main
code = main(sys.argv[1:])
print(seen, file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_the_program_is_guarded_and_says_that_it_is_offline(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _EVERY_CONNECTION, "--home", str(tmp_path), "--json", "doctor"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "CARREL_OFFLINE": "1"}
    )
    (network,) = (check for check in json.loads(done.stdout)["checks"] if check["name"] == "network")
    assert network["detail"].startswith("offline: CARREL_OFFLINE")
    assert done.stderr.strip().splitlines()[-1] == "[]"


_UNANNOUNCED = """
import socket, sys
import assistant.cli
assistant.cli.main = lambda argv: socket.create_connection(("192.0.2.1", 80), 1)
from desktop.__main__ import main
main(["doctor"])
"""


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_code_inside_the_program_cannot_go_around_the_guard() -> None:
    done = subprocess.run([sys.executable, "-c", _UNANNOUNCED], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "ConnectionForbidden" in done.stderr
