"""Tools with what only this machine knows: a model's file, the hardware, the time; and their results as JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.tools.computing import Computer
from assistant.tools.tool_use import dump_tools, load_tools
from engines.models.machine import Gpu, Machine
from personas import ToolArgumentInvalid, ToolNotFound
from tests.models.tiny_gguf import write_tiny_gguf
from tests.models.tiny_llama import write_tiny_folder

CPU = Machine(cpu="A CPU", cores=4, memory_bytes=16_000_000_000, available_bytes=8_000_000_000, cpu_bandwidth=40e9)


def computer(machine: Machine = CPU) -> Computer:
    return Computer(lambda: machine)


def test_the_shape_of_a_file_is_read_from_its_header(tmp_path: Path) -> None:
    path = write_tiny_gguf(tmp_path / "tiny.gguf")
    inputs = computer().compute("analyze_transformer", {"model": str(path)}).result.inputs
    assert (inputs["layers"], inputs["hidden"], inputs["heads"], inputs["kv_heads"]) == (2, 64, 4, 2)
    assert (inputs["intermediate"], inputs["model"], inputs["weight_bits"]) == (128, "tiny.gguf", 32)


def test_a_folder_of_safetensors_is_read_too(tmp_path: Path) -> None:
    folder = write_tiny_folder(tmp_path / "tiny")
    use = computer().compute("analyze_transformer", {"model": str(folder), "prompt_tokens": 10})
    assert use.result.inputs["model"] == "tiny" and use.result.inputs["layers"] > 0
    assert use.arguments == {"model": str(folder), "prompt_tokens": 10}


def test_here_is_this_machines_processor() -> None:
    inputs = computer().compute("analyze_transformer", {"model": "smollm2-135m", "device": "here"}).result.inputs
    assert (inputs["device"], inputs["memory_gb"], inputs["bandwidth_gb_s"]) == ("A CPU (4 cores)", 16, 40)


def test_here_is_this_machines_gpu_with_the_bandwidth_that_was_measured() -> None:
    gpu = Gpu("NVIDIA L4", 24_000_000_000, 20_000_000_000)
    machine = Machine(cpu="x", cores=4, memory_bytes=1, available_bytes=1, gpus=(gpu,), gpu_bandwidth=250e9)
    inputs = computer(machine).compute("analyze_transformer", {"model": "mistral-7b", "device": "here"}).result.inputs
    assert (inputs["device"], inputs["bandwidth_gb_s"], inputs["tflops"]) == ("NVIDIA L4", 250, 121)


def test_an_unknown_gpu_is_said_with_what_to_give() -> None:
    machine = Machine(cpu="x", cores=4, memory_bytes=1, available_bytes=1, gpus=(Gpu("Foo 9", 1, 1),))
    with pytest.raises(ToolArgumentInvalid) as refused:
        computer(machine).compute("analyze_transformer", {"model": "mistral-7b", "device": "here"})
    assert "bandwidth_gb_s" in refused.value.hint


def test_a_schedule_begins_now_unless_told_otherwise() -> None:
    use = computer().compute("cron_next", {"expression": "* * * * *"})
    assert use.result.figure("until the next run").value <= 1 / 60 + 0.001
    assert "start" not in use.arguments


def test_a_wrong_argument_is_an_answer_that_can_be_corrected() -> None:
    use = computer().attempt("subnet", {"network": "10.0.0.0/40"})
    assert use.failed and "CIDR" in use.result.says and "Not computed: subnet with network 10.0.0.0/40" in use.markdown
    with pytest.raises(ToolArgumentInvalid):
        computer().compute("subnet", {"network": "10.0.0.0/40"})
    with pytest.raises(ToolNotFound):
        computer().attempt("subnets", {})
    with pytest.raises(ToolArgumentInvalid):
        computer().compute("analyze_transformer", {"model": "/nowhere/model.gguf"})


def test_results_are_kept_as_they_are() -> None:
    uses = (
        computer().compute("slo_budget", {"objective": 99.9}, "budget"),
        computer().attempt("subnet", {"network": "x"}),
    )
    assert load_tools(dump_tools(uses)) == uses
    assert uses[0].markdown.startswith("**Budget: 43.2 min** (0.1 % of 30 days). ")
