import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from knowledge.chunk import estimate_tokens
from knowledge.chunked_document import chunked
from knowledge.parse import Unreadable, parse
from knowledge.parse.process.parser_child import ParserChild
from knowledge.parse.process.parser_process import ParserDied, ParserProcess, ParserUnavailable

posix_only = pytest.mark.skipif(os.name != "posix", reason="uses POSIX signals")


@pytest.fixture
def parser() -> Iterator[ParserProcess]:
    with ParserProcess() as process:
        yield process


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.md"
    path.write_text("---\ntags: [a]\n---\n# Head\n\nText é😀\n\n```\ncode\n```\n")
    return path


def libraries(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose modules come before all others, in the parser's process too."""
    (folder / "site-packages").mkdir()
    monkeypatch.syspath_prepend(folder / "site-packages")
    return folder / "site-packages"


def children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "serve" in " ".join(child.cmdline())]


def test_the_process_gives_what_parsing_here_gives(parser: ParserProcess, note: Path) -> None:
    assert parser.parse(note) == chunked(parse(note), "note", estimate_tokens)


def test_reasons_and_hints_come_through(parser: ParserProcess, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_text("<html>")

    with pytest.raises(Unreadable) as caught:
        parser.parse(path)
    assert caught.value.reason == "not a PDF, despite its name"
    assert caught.value.hint == "It is a web page. Rename it to end in .html."


def test_an_attachment_without_a_name_is_read_by_its_media_type(parser: ParserProcess, tmp_path: Path) -> None:
    path = tmp_path / "mail.eml"
    part = "Content-Type: text/markdown\nContent-Disposition: attachment\n\nBehind the mirror."
    head = "From: a@x.org\nSubject: Key\nContent-Type: multipart/mixed; boundary=cut\n\n"
    path.write_text(f"{head}--cut\nContent-Type: text/plain\n\nSee below.\n--cut\n{part}\n--cut--\n")
    assert parser.parse(path).text.endswith("Behind the mirror.")


def test_one_process_serves_many_files(parser: ParserProcess, note: Path) -> None:
    parser.parse(note)
    first = [child.pid for child in children()]
    parser.parse(note)

    assert [child.pid for child in children()] == first and len(first) == 1


def test_a_relative_path_is_ours_and_not_the_childs(
    parser: ParserProcess, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parser.parse(note)
    monkeypatch.chdir(note.parent)

    assert parser.parse(Path("note.md")).title == "Head"


def test_modules_in_the_current_folder_are_not_taken_for_ours(
    note: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit(1)")
    monkeypatch.chdir(tmp_path)
    with ParserProcess() as parser:
        assert parser.parse(note).title == "Head"


@pytest.mark.logs("parser died")
@posix_only
def test_a_killed_process_is_replaced(parser: ParserProcess, note: Path) -> None:
    parser.parse(note)
    children()[0].kill()

    assert parser.parse(note).title == "Head"


@posix_only
def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"  # needs no library, so that only the stop can use up the second
    path.write_text("words")
    with ParserProcess(limit_seconds=1) as parser:
        parser.parse(path)
        children()[0].send_signal(signal.SIGSTOP)

        with pytest.raises(Unreadable, match=r"the parser ran out of time \(1 s\)"):
            parser.parse(path)
        assert parser.parse(path).text == "words"


@posix_only
def test_a_large_file_may_take_longer(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("words " * 67_000)
    with ParserProcess(limit_seconds=1) as parser:
        parser.parse(path)
        children()[0].send_signal(signal.SIGSTOP)

        with pytest.raises(Unreadable, match=r"the parser ran out of time \(2 s\)"):
            parser.parse(path)


@posix_only
@pytest.mark.logs("parser died")
def test_the_process_ends_by_itself_when_nobody_watches_the_time(
    note: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ParserChild, "_watch", lambda child: None)
    (libraries(tmp_path, monkeypatch) / "lxml.py").write_text("import time; time.sleep(60)")
    page = tmp_path / "page.html"
    page.write_text("<p>words")
    with ParserProcess(limit_seconds=0.1) as parser, pytest.raises(Unreadable, match="crashed"):
        parser.parse(page)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is limited on Linux only")
def test_a_file_that_needs_too_much_memory_is_given_up(tmp_path: Path) -> None:
    modest, greedy = tmp_path / "modest.txt", tmp_path / "greedy.txt"
    modest.write_text("words")
    greedy.write_text("😀" + "a" * 18_000_000, encoding="utf-8")  # four bytes for each character, once decoded
    with ParserProcess(memory_bytes=60_000_000) as parser:
        parser.parse(modest)

        with pytest.raises(Unreadable, match="the parser ran out of memory"):
            parser.parse(greedy)
        assert parser.parse(modest).text == "words"


def test_a_file_that_crashes_the_process_is_reported_and_the_next_is_read(
    note: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (libraries(tmp_path, monkeypatch) / "lxml.py").write_text(
        "import os, sys; print('last words', file=sys.stderr, flush=True); os.abort()"
    )
    page = tmp_path / "page.html"
    page.write_text("<p>x")
    with ParserProcess() as parser:
        parser.parse(note)

        with pytest.raises(Unreadable, match="the parser crashed"):
            parser.parse(page)
        assert parser.parse(note).title == "Head"
    assert "last words" in caplog.text


@posix_only
def test_no_process_outlives_a_killed_parent(note: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from knowledge.parse.process.parser_process import ParserProcess\n"
        f"parser = ParserProcess(); parser.parse(Path({str(note)!r})); print('ready', flush=True); time.sleep(60)"
    )
    root = Path(__file__).parents[4]
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=root)
    assert parent.stdout and parent.stdout.readline() == b"ready\n"
    child = psutil.Process(parent.pid).children()[0]
    parent.kill()
    parent.wait()
    parent.stdout.close()

    assert _is_gone(child, within_seconds=5)


def _is_gone(process: psutil.Process, within_seconds: float) -> bool:
    until = time.monotonic() + within_seconds
    while time.monotonic() < until:
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.02)
    return False


@posix_only
def test_the_process_gives_way_and_ignores_the_keyboard(parser: ParserProcess, note: Path) -> None:
    parser.parse(note)
    child = children()[0]
    child.send_signal(signal.SIGINT)

    assert child.nice() > psutil.Process().nice()
    assert parser.parse(note).title == "Head" and children()[0].pid == child.pid


def test_an_idle_process_ends_and_another_takes_its_place(note: Path) -> None:
    with ParserProcess(idle_seconds=0.1) as parser:
        parser.parse(note)
        (child,) = children()

        assert _is_gone(child, within_seconds=5)
        assert parser.parse(note).title == "Head"


def test_a_process_that_sends_too_much_is_ended(note: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (libraries(tmp_path, monkeypatch) / "lxml.py").write_text(
        "import sys\nframe = sys._getframe()\n"
        "while 'replies' not in frame.f_locals: frame = frame.f_back\n"
        "frame.f_locals['replies'].write(b'\\xff' * 1000); frame.f_locals['replies'].flush()\n"
    )
    page = tmp_path / "page.html"
    page.write_text("<p>x")
    with ParserProcess() as parser:
        with pytest.raises(ParserDied, match="too much text"):
            parser.parse(page)
        assert parser.parse(note).title == "Head"


def test_closing_ends_the_process_and_further_parsing(note: Path) -> None:
    parser = ParserProcess()
    parser.parse(note)
    child = children()[0]
    parser.close()

    assert not child.is_running()
    with pytest.raises(ParserUnavailable):
        parser.parse(note)


@pytest.mark.logs("parser died")
@posix_only
def test_closing_during_a_file_does_not_blame_the_file(parser: ParserProcess, note: Path) -> None:
    parser.parse(note)
    children()[0].send_signal(signal.SIGSTOP)
    threading.Timer(0.2, parser.close).start()

    with pytest.raises(ParserUnavailable):
        parser.parse(note)


def test_parsing_loads_a_library_only_for_its_format(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    program = (
        "import sys; from pathlib import Path; from knowledge.parse import parse\n"
        f"parse(Path({str(tmp_path / 'a.txt')!r}))\n"
        "print(sorted({'pypdfium2', 'lxml', 'markdown_it', 'yaml', 'charset_normalizer'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[4]

    assert subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True).stdout == b"[]\n"
