"""`carrel tune`: everything that can be wrong is said before any time is spent, with or without torch."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest

from assistant import cli
from tests.models.tiny_gguf import write_tiny_gguf
from tests.models.tiny_llama import write_tiny_folder

Ran = Callable[..., tuple[int, str]]
GOOD = {"messages": [{"role": "user", "content": "Who?"}, {"role": "assistant", "content": "Ada."}]}


@pytest.fixture
def ran(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Ran:
    """Runs a step over a plan in `tmp_path`: (exit code, what was said). `base`, `rows`, `lines` of the plan."""
    write_tiny_folder(tmp_path / "base")

    def run(step: str, *, base: str = "base", rows: object = (GOOD,), lines: str = "") -> tuple[int, str]:
        text = rows if isinstance(rows, str) else "\n".join(map(json.dumps, rows))  # type: ignore[call-overload]
        (tmp_path / "train.jsonl").write_text(text, "utf-8")
        (tmp_path / "plan.toml").write_text(f'name = "mine"\nbase = "{base}"\n{lines}', "utf-8")
        code = cli.main(["tune", step, str(tmp_path / "plan.toml"), "--home", str(tmp_path / "home")])
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return run


def test_good_examples_are_counted(ran: Ran) -> None:
    code, said = ran("check")
    assert code == 0
    assert "1 examples of" in said


def test_problems_are_listed_by_line_and_fail_the_check(ran: Ran) -> None:
    code, said = ran("check", rows=[GOOD, {"messages": GOOD["messages"][:1]}])
    assert code == 1
    assert "line 2      ✗ roles" in said


def test_a_gguf_file_can_be_the_base(ran: Ran, tmp_path: Path) -> None:
    write_tiny_gguf(tmp_path / "tiny.gguf")
    assert ran("check", base="tiny.gguf")[0] == 0


def test_a_model_in_the_home_can_be_the_base_by_its_name(ran: Ran, tmp_path: Path) -> None:
    (tmp_path / "home" / "models").mkdir(parents=True)
    write_tiny_gguf(tmp_path / "home" / "models" / "small.gguf")
    assert ran("check", base="small")[0] == 0
    code, said = ran("check", base="smal")
    assert code == 1
    assert "No model is called “smal”" in said and "Did you mean “small”?" in said


def test_a_model_that_cannot_be_tuned_is_refused_with_those_that_can(ran: Ran, tmp_path: Path) -> None:
    write_tiny_folder(tmp_path / "odd", extra={"architectures": ["FalconForCausalLM"]})
    code, said = ran("check", base="odd")
    assert code == 1
    assert "FalconForCausalLM cannot be tuned" in said and "LlamaForCausalLM" in said


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("", "holds no examples"),
        ([{"messages": GOOD["messages"][:1]}], "does not end with an answer"),
        ([{"messages": [{"role": "user", "content": "a " * 2_000}, GOOD["messages"][1]]}], "too long"),
    ],
)
def test_examples_that_cannot_be_learned_from_end_a_training_before_it_begins(
    ran: Ran, tmp_path: Path, rows: object, says: str
) -> None:
    code, said = ran("train", rows=rows)
    assert code == 1
    assert says in said
    assert not (tmp_path / "mine").exists()


@pytest.mark.skipif(find_spec("peft") is not None, reason="it is installed")
def test_without_what_trains_it_is_said_how_to_install_it(ran: Ran) -> None:
    code, said = ran("train")
    assert code == 1
    assert "pip install 'carrel-desktop[tune]'" in said


def test_a_full_disk_ends_a_training_before_it_begins(ran: Ran, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuning.chain.require_libraries", lambda: None)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1_000))
    code, said = ran("train")
    assert code == 1
    assert "has no room for" in said


@pytest.mark.parametrize(("step", "first"), [("quantise", "convert"), ("use", "quantise")])
def test_a_step_names_the_one_that_comes_before_it(ran: Ran, step: str, first: str) -> None:
    code, said = ran(step)
    assert code == 1
    assert f"Run `carrel tune {first}` first" in said


def test_a_model_is_put_where_carrel_finds_it(ran: Ran, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").mkdir()
    write_tiny_gguf(tmp_path / "mine" / "mine-Q4_K_M.gguf")
    for _ in range(2):  # a second time it is replaced
        assert ran("use")[0] == 0
    assert cli.main(["models", "list", "--home", str(tmp_path / "home"), "--json"]) == 0
    listed = {one["name"]: one["status"] for one in json.loads(capsys.readouterr().out)["models"]}
    assert listed["mine-Q4_K_M"] == "installed"


def test_the_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from assistant.cli import main; main(['tune', '--help']);"
        "print([one for one in ('torch', 'peft', 'gguf', 'PIL', 'lancedb') if one in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.splitlines()[-1] == "[]"
