"""A parser that was taken over can do nothing but answer."""

import platform
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.parse import Unreadable
from knowledge.parse.process.parser_process import ParserProcess

Outcome = Callable[[str], str]


@pytest.fixture
def outcome(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    """Runs some code in the parser's process, as a library that a file took over would; returns what came of it."""

    def run(code: str) -> str:
        libraries = tmp_path / "bundled"
        (libraries / "lxml.dist-info").mkdir(parents=True)
        (libraries / "lxml.py").write_text(
            "import ctypes, os, socket, _socket, subprocess, sys\nfrom knowledge.parse.input import Unreadable\n"
            f"try: found = str({code})\nexcept BaseException as error: found = type(error).__name__\n"
            "raise Unreadable(found)\n"
        )
        monkeypatch.syspath_prepend(libraries)
        page = tmp_path / "page.html"
        page.write_text("<p>x")
        with ParserProcess() as parser, pytest.raises(Unreadable) as caught:
            parser.parse(page)
        return caught.value.reason

    return run


def confined_by() -> tuple[str, ...]:
    with ParserProcess() as parser:
        return parser.sandbox()


on_linux = pytest.mark.skipif(sys.platform != "linux", reason="Landlock and seccomp are Linux's")
needs_landlock = pytest.mark.skipif(
    sys.platform != "linux" or "Landlock" not in confined_by(), reason="this kernel has no Landlock"
)
needs_seccomp = pytest.mark.skipif(
    sys.platform != "linux" or "seccomp" not in confined_by(), reason="this kernel has no seccomp, or none for us"
)


@needs_landlock
@pytest.mark.parametrize(
    "code",
    [
        "open('/etc/passwd').read()",
        "os.listdir('/')",
        "os.listdir(os.path.dirname(sys.modules['lxml'].__file__) + '/..')",
        "open('/tmp/carrel-was-here', 'w')",
        "open(sys.modules['lxml'].__file__, 'a')",
        "os.unlink(sys.modules['lxml'].__file__)",
        "os.mkdir('/tmp/carrel-was-here')",
        "os.symlink('/etc/passwd', os.path.dirname(sys.modules['lxml'].__file__) + '/link')",
    ],
)
def test_no_file_but_the_libraries_can_be_read_and_none_written(outcome: Outcome, code: str) -> None:
    assert outcome(code) == "PermissionError"


@needs_seccomp
@pytest.mark.parametrize(
    "code",
    [
        "socket.socket()",
        "_socket.socket()",
        "socket.socketpair()",
        "socket.create_connection(('127.0.0.1', 9))",
        "os.execv('/bin/true', ['true'])",
        "subprocess.run(['/bin/true'])",
        "os.kill(os.getppid(), 9)",
        "os.setuid(0)",
        "os.memfd_create('program')",
    ],
)
def test_connections_programs_and_other_processes_are_out_of_reach(outcome: Outcome, code: str) -> None:
    assert outcome(code) == "PermissionError"


@needs_seccomp
@pytest.mark.parametrize(
    "number", [101, 310, 321, 425, 272] if platform.machine() == "x86_64" else [117, 270, 280, 425, 97]
)
def test_ptrace_bpf_io_uring_and_namespaces_are_refused(outcome: Outcome, number: int) -> None:
    code = f"(ctypes.CDLL(None, use_errno=True).syscall({number}, 0, 0, 0, 0), ctypes.get_errno())"
    assert outcome(code) == "(-1, 1)"


@on_linux
def test_it_gains_no_privileges(outcome: Outcome) -> None:
    assert outcome("'NoNewPrivs:\\t1' in open('/proc/self/status').read()") == "True"


def test_it_inherits_no_keys_no_files_and_no_terminal(outcome: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    code = (
        "(sorted(os.environ), os.getsid(0) == os.getpid(), [n for n in range(4, 99) if os.path.exists(f'/dev/fd/{n}')])"
    )
    variables, owns_session, descriptors = eval(outcome(code))
    assert "OPENAI_API_KEY" not in variables and "HOME" not in variables and "PATH" not in variables
    assert owns_session and not descriptors


def test_a_kernel_without_either_still_parses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    note = tmp_path / "note.md"
    note.write_text("# Head\n\ntext")
    monkeypatch.setattr("knowledge.parse.process.confined_child._PROGRAM", _ELSEWHERE)
    with ParserProcess() as parser:
        assert (parser.sandbox(), parser.parse(note).title) == ((), "Head")


_ELSEWHERE = """
import sys
memory_bytes = int(sys.argv[3])
sys.path[:] = sys.argv[4:]
from knowledge.parse.process.serve import serve
sys.platform = "other"
serve(memory_bytes)
"""
