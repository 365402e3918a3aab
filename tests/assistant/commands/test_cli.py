import io
import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant import cli
from assistant.models.open_models import Progress
from engines.engine_settings import EngineSettings
from tests.scripted_engine import ScriptedEngine

pytestmark = [
    pytest.mark.timeout(30),
    pytest.mark.logs("is not installed"),
]  # the first to search waits for LanceDB to load

Carrel = Callable[..., tuple[int, str, str]]


@pytest.fixture
def carrel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Carrel:
    """Runs a command line in a home of its own: (exit code, stdout, stderr)."""
    monkeypatch.setattr("assistant.models.encoders.default_embedder_folders", lambda: ())
    monkeypatch.setenv("CARREL_HOME", str(tmp_path / "home"))

    def run(*argv: object) -> tuple[int, str, str]:
        code = cli.main([str(part) for part in argv])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def as_json(ran: tuple[int, str, str]) -> dict[str, Any]:
    """The one JSON object that stdout holds."""
    assert ran[0] == 0, ran[2]
    value = json.loads(ran[1])
    assert isinstance(value, dict)
    return value


def test_ask_indexes_the_folder_and_answers_from_it(carrel: Carrel, notes: Path) -> None:
    told = as_json(carrel("ask", "What is the desk made of?", "--folder", notes, "--json"))
    assert {"answer", "citations", "passages", "usage", "timings_ms", "engine"} <= set(told)
    assert {"retrieve", "rerank", "prefill", "first_token", "total"} <= set(told["timings_ms"])
    assert told["engine"] == "quotes"
    citation = told["citations"][0]
    assert set(citation) == {"n", "path", "heading", "page", "start", "end", "quote"}
    assert (notes / "desk.md").read_text()[citation["start"] : citation["end"]] == citation["quote"]


def test_ask_shows_the_answer_and_its_sources(carrel: Carrel, notes: Path) -> None:
    code, out, _ = carrel("ask", "--folder", notes, "What", "is", "the", "desk", "made", "of?")
    assert code == 0
    assert "The desk is made of oak from Jutland." in out
    assert re.search(rf"^\[1\] {notes / 'desk.md'}#Desk · relevance \d+%$", out, re.MULTILINE)


def test_ask_names_each_place_of_a_passage_that_is_quoted(carrel: Carrel, notes: Path) -> None:
    lease = notes / "lease.md"
    lease.write_text("# Lease\n\n## Rent\n\nThe rent is 890 euros.\n\n## Deposit\n\nThe deposit is three rents.\n")
    _, out, _ = carrel("ask", "--folder", notes, "How high is the rent?")
    assert "The rent is 890 euros. [1]" in out
    assert "The deposit is three rents. [1]" in out
    assert re.findall(r"^\[1\] .*#Lease#(\w+)", out, re.MULTILINE) == ["Rent", "Deposit"]


def test_ask_looks_only_in_the_folders_given(carrel: Carrel, notes: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "desk.md").write_text("The desk of the other room is made of steel.")
    carrel("index", notes)
    told = as_json(carrel("ask", "What is the desk made of?", "--folder", tmp_path / "other", "--json"))
    assert {Path(passage["path"]).parent.name for passage in told["passages"]} == {"other"}


def test_ask_writes_with_the_model_that_is_named(
    carrel: Carrel, notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def open_engine(path: Path, settings: EngineSettings, on_progress: Progress) -> ScriptedEngine:
        return ScriptedEngine("It is made of oak [1].")

    monkeypatch.setattr("assistant.models.chat_models.open_engine", open_engine)
    told = as_json(carrel("ask", "What is the desk made of?", "--folder", notes, "--model", "m.gguf", "--json"))
    assert (told["answer"], told["engine"], told["finish"]) == ("It is made of oak [1].", "scripted", "end")
    assert told["usage"]["output_tokens"] == 6
    assert told["citations"][0]["quote"] == "The desk is made of oak from Jutland."


def test_ask_counts_a_whole_table_and_says_so(carrel: Carrel, notes: Path) -> None:
    (notes / "orders.csv").write_text("order,state\n" + "".join(f"A{n},open\n" for n in range(102)), "utf-8")
    told = as_json(carrel("ask", "How many orders are open?", "--folder", notes, "--json"))
    assert "102 of 102 rows where state = open" in told["answer"]
    (read,) = told["read_whole"]
    assert {"path", "complete", "sections"} <= set(read)
    assert (Path(read["path"]).name, read["complete"], read["sections"]) == ("orders.csv", True, 1)
    assert "Read whole: orders.csv (1 section)" in carrel("ask", "How many orders are open?")[1]


def test_ask_reads_no_document_whole_where_that_is_off(carrel: Carrel, notes: Path) -> None:
    told = as_json(carrel("ask", "Summarise", "desk.md", "--folder", notes, "--no-whole", "--json"))
    assert told["read_whole"] == []


def test_a_stage_can_be_switched_off(carrel: Carrel, notes: Path) -> None:
    told = as_json(carrel("ask", "desk", "--folder", notes, "--no-keywords", "--json"))
    assert told["passages"] == []


@pytest.mark.parametrize("place", ["before", "after"])
def test_shared_options_stand_before_or_after_the_verb(carrel: Carrel, tmp_path: Path, place: str) -> None:
    options = ("--json", "--home", tmp_path / "elsewhere")
    told = as_json(carrel(*options, "status") if place == "before" else carrel("status", *options))
    assert told == {"folders": []}
    assert (tmp_path / "elsewhere").is_dir()


def test_index_counts_files_and_lists_failures(carrel: Carrel, notes: Path) -> None:
    (notes / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    told = as_json(carrel("index", notes, "--json"))
    assert set(told) == {"files", "chunks", "embedded", "seconds", "failures"}
    assert set(told["files"]) == {"indexed", "unchanged", "skipped", "failed", "removed"}
    assert told["files"]["indexed"] == 2
    assert [(Path(failure["path"]).name, bool(failure["reason"])) for failure in told["failures"]] == [
        ("broken.pdf", True)
    ]


def test_second_index_finds_nothing_changed(carrel: Carrel, notes: Path) -> None:
    carrel("index", notes)
    assert as_json(carrel("index", "--json"))["files"]["unchanged"] == 2


def test_status_lists_every_file(carrel: Carrel, notes: Path) -> None:
    carrel("index", notes)
    told = as_json(carrel("status", "--files", "--json"))
    assert {Path(row["path"]).name: row["status"] for row in told["files"]} == {
        "desk.md": "indexed",
        "garden.md": "indexed",
    }
    assert {"path", "status", "reason", "chunks", "indexed_at"} <= set(told["files"][0])


def test_search_shows_every_stages_score(carrel: Carrel, notes: Path) -> None:
    carrel("index", notes)
    told = as_json(carrel("search", "When do roses bloom?", "--k", 1, "--json"))
    (passage,) = told["passages"]
    assert {"path", "heading", "page", "start", "end", "text", "vector_rank", "keyword_rank", "fused", "rerank"} <= set(
        passage
    )
    assert (passage["source"], passage["keyword_rank"]) == ("garden.md#Garden", 1)
    assert 0 < passage["relevance"] <= 1
    assert told["timings_ms"]["total"] > 0


def test_folders_are_added_listed_and_removed(carrel: Carrel, notes: Path) -> None:
    carrel("folders", "add", notes)
    listed = as_json(carrel("folders", "list", "--json"))["folders"]
    carrel("folders", "remove", notes)
    assert (listed, as_json(carrel("folders", "list", "--json"))["folders"]) == (
        [{"path": str(notes), "persona": None, "everything": False}],
        [],
    )


def test_search_tells_of_every_candidate_and_why_it_was_cut(carrel: Carrel, notes: Path) -> None:
    carrel("index", notes)
    told = as_json(carrel("search", "oak desk or roses in June", "--k", "1", "--json"))
    assert [c["cut"] for c in told["candidates"]][:2] == [None, "beyond the 1 asked for"]
    best = told["candidates"][0]
    assert (best["path"], best["fused_rank"], best["rerank"]) == (told["passages"][0]["path"], 1, None)
    code, out, err = carrel("search", "oak desk", "--inspect", "--no-cache")
    assert (code, err) == (0, "") and "#1" in out and "desk.md" in out


def test_a_persona_is_copied_exported_imported_removed_and_brought_back(carrel: Carrel, tmp_path: Path) -> None:
    made = Path(as_json(carrel("personas", "copy", "108", "--json"))["path"])
    assert (made.parent.name, made.is_file()) == ("501-devops-engineer", True)
    copied = as_json(carrel("personas", "show", "501", "--json"))
    assert (copied["name"], copied["tools"]) == ("DevOps engineer (copy)", ["cron_next", "subnet", "slo_budget"])
    assert "tools: cron_next, subnet, slo_budget" in carrel("personas", "show", "501")[1]
    file = tmp_path / "ops.zip"
    assert as_json(carrel("personas", "export", "501", "--to", file, "--json"))["path"] == str(file)
    assert carrel("personas", "remove", "501")[0] == 0
    assert carrel("personas", "show", "501")[0] != 0
    assert as_json(carrel("personas", "import", file, "--json"))["id"] == "501-devops-engineer"
    again = as_json(carrel("personas", "import", file, "--replace", "--json"))
    assert (again["id"], again["replaced"]) == ("501-devops-engineer", True)
    assert carrel("personas", "remove", "501-devops-engineer")[0] == 0
    assert carrel("personas", "restore", "501-devops-engineer")[0] == 0
    assert as_json(carrel("personas", "show", "501", "--json"))["name"] == "DevOps engineer (copy)"


def test_a_built_in_persona_cannot_be_removed(carrel: Carrel) -> None:
    code, _, err = carrel("personas", "remove", "001")
    assert code != 0
    assert "comes with Carrel and stays" in err


def test_check_names_file_and_line_and_fails(carrel: Carrel, tmp_path: Path) -> None:
    assert carrel("personas", "check")[0] == 0
    made = Path(as_json(carrel("personas", "new", "501-cook", "Cook", "--json"))["path"])
    (made.parent / "knowledge" / "soup.md").write_text("# Soup\n\nSee [stock](stock.md).\n\nBoil it.\n")
    code, out, err = carrel("personas", "check", "501")
    assert code == 1
    assert f"{made.parent / 'knowledge' / 'soup.md'}:3: its link to stock.md leads nowhere" in out.splitlines()
    assert "1 checked, 2 problems" in err
    made.write_text("---\nname: Cook\n---\nYou cook.\n")
    assert f"{made}:1: `summary` is missing" in carrel("personas", "check", "501")[1]
    assert "There is no persona '777'" in carrel("personas", "check", "777")[2]


def test_personas_are_listed_shown_and_created(carrel: Carrel) -> None:
    begun = as_json(carrel("personas", "new", "501-gardener", "The", "gardener", "--json"))
    assert Path(begun["path"]).is_file()
    ids = [persona["id"] for persona in as_json(carrel("personas", "list", "--json"))["personas"]]
    assert {"001-reader", "501-gardener"} <= set(ids)
    assert as_json(carrel("personas", "show", "501", "--json"))["name"] == "The gardener"


def test_chat_answers_line_after_line(carrel: Carrel, notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    carrel("index", notes)
    lines = "What is the desk made of?\n/sources\n\n/persona nobody\n/new\nWhen do roses bloom?\n/quit\nnever\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    code, out, err = carrel("chat")
    assert code == 0
    assert "made of oak" in out
    assert "bloom in June" in out
    assert "nobody" in err


def test_a_dash_reads_the_question_from_standard_input(
    carrel: Carrel, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrel("index", notes)
    monkeypatch.setattr(sys, "stdin", io.StringIO("What is the desk made of?\n"))
    assert as_json(carrel("ask", "-", "--json"))["question"] == "What is the desk made of?"
    monkeypatch.setattr(sys, "stdin", io.StringIO("desk\n"))
    assert as_json(carrel("search", "-", "--json"))["passages"]
    monkeypatch.setattr(sys, "stdin", io.StringIO(" \n"))
    code, _, err = carrel("ask", "-")
    assert code == 1 and "holds no question" in err


def test_chat_as_json_reports_every_turn(carrel: Carrel, notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    carrel("index", notes)
    monkeypatch.setattr(sys, "stdin", io.StringIO("What is the desk made of?\nWhy?\n"))
    turns = as_json(carrel("chat", "--json"))["turns"]
    assert [turn["question"] for turn in turns] == ["What is the desk made of?", "Why?"]
    assert len({turn["conversation_id"] for turn in turns}) == 1


def test_eval_reports_the_stages(carrel: Carrel, tmp_path: Path) -> None:
    (tmp_path / "qrels").mkdir()
    (tmp_path / "corpus.jsonl").write_text(
        '{"_id": "a", "title": "Desk", "text": "Oak desk."}\n{"_id": "b", "title": "Rose", "text": "Red rose."}\n'
    )
    (tmp_path / "queries.jsonl").write_text('{"_id": "1", "text": "red rose"}\n')
    (tmp_path / "qrels" / "dev.tsv").write_text("query-id\tcorpus-id\tscore\n1\tb\t1\n")
    told = as_json(carrel("eval", "retrieval", "--beir", tmp_path, "--split", "dev", "--json"))
    assert (told["queries"], told["documents"]) == (1, 2)
    assert told["stages"]["keyword"] == {"ndcg_at_10": 1.0, "recall_at_100": 1.0, "mrr_at_10": 1.0}
    assert told["docs_per_second"] > 0


def test_expected_failure_is_told_on_stderr_with_exit_1(carrel: Carrel, tmp_path: Path) -> None:
    code, out, err = carrel("folders", "add", tmp_path / "missing")
    assert (code, out) == (1, "")
    assert "missing does not exist" in err
    assert len(err.splitlines()) == 2


def test_expected_failure_as_json_is_one_object(carrel: Carrel, tmp_path: Path) -> None:
    code, out, err = carrel("folders", "add", tmp_path / "missing", "--json")
    assert code == 1
    assert set(json.loads(out)["error"]) == {"title", "hint"}
    assert "missing" in err


@pytest.mark.parametrize("argv", [(), ("fly",), ("ask",), ("search", "x", "--k", "0"), ("status", "--bogus")])
def test_wrong_usage_is_exit_2(carrel: Carrel, argv: tuple[str, ...]) -> None:
    code, out, err = carrel(*argv)
    assert (code, out) == (2, "")
    assert "usage" in err


def test_wrong_usage_as_json_is_one_object(carrel: Carrel) -> None:
    code, out, _ = carrel("ask", "--json")
    assert (code, set(json.loads(out)["error"])) == (2, {"title", "hint"})


def test_reader_that_closes_the_pipe_is_no_crash(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "desktop", "personas", "list", "--home", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout
        assert child.stderr
        child.stdout.close()
        assert b"Traceback" not in child.stderr.read()


_SLOW = """
import sys, time
sys.path.insert(0, sys.argv.pop(1))
import engines.opening
from tests.scripted_engine import ScriptedEngine
from assistant.cli import main
slow = ScriptedEngine(" ".join(f"word{n}" for n in range(1000)))
slow.before_piece = lambda at: (time.sleep(0.02), at == 5 and print("writing", file=sys.stderr, flush=True))
engines.opening.open_engine = lambda path, settings, on_progress: slow
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.slow
@pytest.mark.timeout(60)
@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to the whole console")
def test_interrupt_ends_the_answer_and_keeps_what_was_written(tmp_path: Path) -> None:
    argv = ["ask", "What?", "--model", "m.gguf", "--home", str(tmp_path), "--json"]
    command = [sys.executable, "-c", _SLOW, str(Path(__file__).parents[3]), *argv]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout
        assert child.stderr
        while "writing" not in child.stderr.readline():
            pass
        child.send_signal(signal.SIGINT)
        told = json.loads(child.stdout.read())
    assert (child.returncode, told["finish"]) == (0, "stopped")
    assert 5 <= len(told["answer"].split()) < 1000


_OFFLINE = """
import sys
def forbid(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.bind", "urllib.Request"):
        raise RuntimeError(f"a connection: {event} {args}")
sys.addaudithook(forbid)
from assistant.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_a_whole_turn_opens_no_connection(tmp_path: Path, notes: Path) -> None:
    argv = ["ask", "What is the desk made of?", "--folder", str(notes), "--home", str(tmp_path / "home"), "--json"]
    done = subprocess.run([sys.executable, "-c", _OFFLINE, *argv], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "oak" in json.loads(done.stdout)["answer"]
