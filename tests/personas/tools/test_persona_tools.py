"""Tools against figures worked by hand from public model cards, data sheets and textbooks."""

from __future__ import annotations

import jsonschema
import pytest

from personas.tools.devices import DEVICES, SHAPES, device_of
from personas.tools.known_tools import TOOLS, find_tool
from personas.tools.tool import ToolArgumentInvalid, ToolNotFound, ToolResult
from personas.tools.tool_names import TOOL_NAMES
from personas.tools.transformer import parameters


def run(name: str, **arguments: object) -> ToolResult:
    return find_tool(name).run(arguments)


def value(result: ToolResult, name: str) -> float:
    return result.figure(name).value


@pytest.mark.parametrize(
    ("model", "billions"),  # as the model cards state them
    [
        ("llama-2-7b", 6.74),
        ("llama-2-70b", 68.98),
        ("llama-3.1-8b", 8.03),
        ("llama-3.1-70b", 70.55),
        ("mistral-7b", 7.24),
        ("mixtral-8x7b", 46.70),
        ("qwen2.5-7b", 7.62),
        ("qwen2.5-0.5b", 0.494),
        ("smollm2-135m", 0.1345),
        ("llama-2-13b", 13.02),
        ("llama-3-8b", 8.03),
        ("llama-3-70b", 70.55),
        ("llama-3.1-405b", 405.85),
        ("llama-3.2-1b", 1.236),
        ("llama-3.2-3b", 3.213),
        ("mistral-nemo-12b", 12.25),
        ("mistral-small-24b", 23.57),
        ("mixtral-8x22b", 140.6),
        ("gemma-2-2b", 2.614),
        ("gemma-2-9b", 9.24),
        ("gemma-2-27b", 27.23),
        ("qwen2.5-1.5b", 1.544),
        ("qwen2.5-3b", 3.086),
        ("qwen2.5-14b", 14.77),
        ("qwen2.5-32b", 32.76),
        ("qwen2.5-72b", 72.71),
        ("qwen3-4b", 4.02),
        ("qwen3-8b", 8.19),
        ("qwen3-32b", 32.76),
        ("qwen3-30b-a3b", 30.53),
        ("phi-3-mini", 3.82),
        ("phi-4", 14.66),
    ],
)
def test_parameters_are_those_of_the_model_card(model: str, billions: float) -> None:
    assert parameters(SHAPES[model])[0] / 1e9 == pytest.approx(billions, rel=0.002)


def test_a_mixture_meets_its_active_experts_only() -> None:
    assert parameters(SHAPES["mixtral-8x7b"])[1] / 1e9 == pytest.approx(12.88, rel=0.002)
    assert parameters(SHAPES["qwen3-30b-a3b"])[1] / 1e9 == pytest.approx(3.35, rel=0.02)  # "3.3B activated"


def test_the_memory_of_a_70b_model_on_two_a100() -> None:
    result = run("analyze_transformer", model="llama-3.1-70b", devices=2, prompt_tokens=1744, answer_tokens=256)
    assert value(result, "weights") == pytest.approx(141.1, rel=0.002)
    assert value(result, "KV cache of a token") == pytest.approx(327.68)  # 2 × 80 × 8 × 128 × 2 bytes
    assert value(result, "KV cache") == pytest.approx(0.65536)
    assert value(result, "memory") == pytest.approx((141.1 + 0.655) / 160 * 100, rel=0.002)


def test_writing_is_bound_by_bandwidth_until_many_write_at_once() -> None:
    one = run("analyze_transformer", model="llama-3.1-8b", device="A100-80", prompt_tokens=1, answer_tokens=1)
    assert value(one, "token time") == pytest.approx(8.03e9 * 2 / (2.039e12 * 0.7) * 1e3, rel=0.002)
    assert "limited by memory bandwidth" in one.says
    many = run(
        "analyze_transformer", model="llama-3.1-8b", device="A100-80", prompt_tokens=1, answer_tokens=1, batch=1000
    )
    assert "limited by computing" in many.says
    assert value(many, "tokens/s") > 100 * value(one, "tokens/s")


def test_reading_a_prompt_takes_two_operations_a_parameter_and_attention() -> None:
    result = run("analyze_transformer", model="llama-2-7b", prompt_tokens=1000, efficiency=1, device="A100-80")
    by_hand = (2 * 6.738e9 * 1000 + 2 * 32 * 4096 * 1000**2) / 312e12
    assert value(result, "first token") == pytest.approx(by_hand, rel=0.002)


def test_what_does_not_fit_is_said() -> None:
    assert "does not fit" in run("analyze_transformer", model="llama-3.1-70b", device="RTX-4090").says


def test_thousands_may_have_commas() -> None:
    assert run("estimate_cost", users_per_day="10,000").inputs["users_per_day"] == 10_000
    with pytest.raises(ToolArgumentInvalid):
        run("estimate_cost", users_per_day="10,00")


@pytest.mark.parametrize("name", list(TOOLS))
def test_the_widest_numbers_have_a_text(name: str) -> None:
    properties = TOOLS[name].schema["properties"]
    given = {"network": "::/0", "answers": "1 " * 10, "notes": "a;b;c", "task": "x", "expression": "@daily"}
    for end in ("minimum", "maximum"):
        wide = {key: about[end] for key, about in properties.items() if end in about}
        texts = {key: value for key, value in given.items() if key in properties}
        start = {"start": "2026-01-01"} if "start" in properties else {}
        whole = {"elapsed_days": 0} if name == "slo_budget" else {"parts": 1} if name == "subnet" else {}
        shape = {"experts": 1, "active_experts": 1, "hidden": wide["heads"]} if "heads" in wide else {}
        assert all(figure.text for figure in TOOLS[name].run({**wide, **texts, **start, **whole, **shape}).figures)


def test_a_shape_of_ones_own_is_as_good_as_a_name() -> None:
    own = {"layers": 32, "hidden": 4096, "heads": 32, "kv_heads": 8, "intermediate": 14336, "vocabulary": 32000}
    named = run("analyze_transformer", model="mistral-7b")
    assert run("analyze_transformer", **own).figures == named.figures


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"layers": 32}, "hidden, heads, intermediate, vocabulary"),
        ({"model": "llama-31-70b"}, "llama-3.1-70b"),
        ({"model": "mistral-7b", "device": "A100-81"}, "A100-80"),
        ({"model": "mistral-7b", "memory_gb": 24}, "bandwidth_gb_s"),
        ({"modle": "mistral-7b"}, "model"),
        ({"model": "mistral-7b", "batch": "many"}, "many"),
        ({"model": "mistral-7b", "batch": 0}, "It is 0"),
        ({"model": "mistral-7b", "batch": 2.5}, "batch must be a whole number"),
        ({"model": "mistral-7b", "batch": "NaN"}, "batch must be a number"),
        ({"model": "mistral-7b", "weight_bits": "1e999"}, "weight_bits must be a number"),
        ({"layers": 2, "hidden": 10, "heads": 3, "intermediate": 4, "vocabulary": 5}, "multiple of heads"),
    ],
)
def test_a_wrong_argument_says_what_is_right(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(ToolArgumentInvalid) as refused:
        run("analyze_transformer", **arguments)
    assert words in f"{refused.value.title} {refused.value.hint}"


def test_the_cost_of_ten_thousand_users() -> None:
    result = run(
        "estimate_cost",
        users_per_day=10_000,
        questions_per_user=5,
        prompt_tokens=3000,
        answer_tokens=300,
        read_tokens_per_second=10_000,
        write_tokens_per_second=1000,
        gpu_price_per_hour=2,
        peak_factor=3,
        utilisation=0.5,
        service_read_price=1,
        service_write_price=3,
    )
    assert value(result, "GPU time of an answer") == pytest.approx(0.6)
    assert value(result, "answers in the busiest second") == pytest.approx(50_000 / 86_400 * 3)
    assert value(result, "GPUs") == 3  # 1.736 × 0.6 ÷ 0.5 = 2.08
    assert value(result, "cost of a month") == pytest.approx(3 * 730 * 2)
    assert value(result, "service: cost of an answer") == pytest.approx(0.0039)
    assert value(result, "break-even") == pytest.approx(2 * 24 / 0.0039)
    assert "One's own machines cost less" in result.says


def test_a_subnet_and_its_parts() -> None:
    result = run("subnet", network="10.0.4.17/22", parts=4)
    assert (value(result, "addresses"), value(result, "hosts")) == (1024, 1022)
    assert "from 10.0.4.0 to 10.0.7.255" in result.says and "255.255.252.0" in result.says
    assert "10.0.4.0/24, 10.0.5.0/24, 10.0.6.0/24, 10.0.7.0/24" in result.says
    assert value(run("subnet", network="10.0.0.0/31"), "hosts") == 2
    for wrong in ({"network": "10.0.0.0/40"}, {"network": "10.0.0.0/30", "parts": 8}, {"network": "a/8"}):
        with pytest.raises(ToolArgumentInvalid):
            run("subnet", **wrong)


def test_an_error_budget_and_how_fast_it_burns() -> None:
    result = run("slo_budget", objective=99.9, bad_minutes=21.6, elapsed_days=10)
    assert value(result, "budget") == pytest.approx(43.2)
    assert value(result, "left") == pytest.approx(21.6)
    assert value(result, "burn rate") == pytest.approx(1.5)
    assert "missed" in run("slo_budget", objective=99.9, bad_minutes=50).says


def test_the_textbook_sample_sizes() -> None:
    assert value(run("sample_size"), "people to ask") == 385
    assert value(run("sample_size", population=1000), "people to ask") == 278
    assert value(run("sample_size", confidence_percent=85), "people to watch") == 6  # log 0.15 ÷ log 0.69 = 5.1


def test_the_system_usability_scale() -> None:
    assert value(run("sus_score", answers="5 1 5 1 5 1 5 1 5 1"), "score") == 100
    assert value(run("sus_score", answers="3,3,3,3,3,3,3,3,3,3"), "score") == 50
    two = run("sus_score", answers="5 1 5 1 5 1 5 1 5 1; 3 3 3 3 3 3 3 3 3 3")
    assert (value(two, "score"), value(two, "people")) == (75, 2)
    assert value(two, "standard deviation") == pytest.approx(35.36, abs=0.01)
    for wrong in ("1 2 3", "6 1 5 1 5 1 5 1 5 1", "a b c d e f g h i j", "5 1 5 1 5 1 5 1 5 1; 1", " "):
        with pytest.raises(ToolArgumentInvalid):
            run("sus_score", answers=wrong)


@pytest.mark.parametrize("name", list(TOOLS))
def test_every_schema_is_one_and_describes_every_argument(name: str) -> None:
    schema = TOOLS[name].schema
    jsonschema.Draft202012Validator.check_schema(schema)
    assert all(about["description"] for about in schema["properties"].values())


def test_every_device_and_model_of_the_schema_is_known() -> None:
    properties = TOOLS["analyze_transformer"].schema["properties"]
    assert set(properties["device"]["examples"]) == set(DEVICES)
    assert set(properties["model"]["examples"]) == set(SHAPES)


def test_the_names_that_heads_are_checked_by_are_those_of_the_tools() -> None:
    assert tuple(TOOLS) == TOOL_NAMES


@pytest.mark.parametrize(
    ("model", "kilobytes"),  # 2 × layers × KV heads × head size × 2 bytes
    [
        ("llama-3-8b", 131.072),
        ("llama-3-70b", 327.68),
        ("qwen2.5-7b", 57.344),
        ("mistral-7b", 131.072),
        ("mixtral-8x7b", 131.072),
        ("gemma-2-9b", 344.064),
        ("llama-2-13b", 819.2),
    ],
)
def test_the_cache_of_a_token_by_hand(model: str, kilobytes: float) -> None:
    assert value(run("analyze_transformer", model=model), "KV cache of a token") == pytest.approx(kilobytes)


def test_half_of_gemmas_layers_keep_their_window_only() -> None:
    result = run("analyze_transformer", model="gemma-2-9b", prompt_tokens=8000, answer_tokens=192)
    by_hand = 2 * 8 * 256 * 2 * (21 * 8192 + 21 * 4096) / 1e9
    assert value(result, "KV cache") == pytest.approx(by_hand)


def test_without_a_device_there_are_as_many_as_hold_it() -> None:
    result = run("analyze_transformer", model="llama-3.1-70b")
    assert (result.inputs["device"], result.inputs["devices"]) == ("A100-80", 2)  # 141 GB of 160
    assert "devices 2" in result.origin.partition("assumed")[2]
    assert run("analyze_transformer", model="llama-3.1-70b", device="A100-80").inputs["devices"] == 1


def test_a_device_of_ones_own_is_as_good_as_a_name() -> None:
    own = {"device": "mine", "memory_gb": 80, "bandwidth_gb_s": 2039, "tflops": 312}
    named = run("analyze_transformer", model="mistral-7b", device="A100-80")
    assert value(run("analyze_transformer", model="mistral-7b", **own), "answer") == value(named, "answer")


@pytest.mark.parametrize(
    ("product", "name"),
    [
        ("NVIDIA A100-SXM4-80GB", "A100-80"),
        ("NVIDIA A100-PCIE-40GB", "A100-40"),
        ("NVIDIA H100 80GB HBM3", "H100"),
        ("NVIDIA H200", "H200"),
        ("NVIDIA GeForce RTX 4090", "RTX-4090"),
        ("NVIDIA L40S", "L40S"),
        ("NVIDIA L4", "L4"),
        ("Tesla T4", "T4"),
        ("NVIDIA GeForce GTX 1080", None),
    ],
)
def test_a_product_is_known_by_its_name(product: str, name: str | None) -> None:
    found = device_of(product)
    assert (found and found[0]) == name


def test_an_unknown_tool_names_the_nearest() -> None:
    with pytest.raises(ToolNotFound) as refused:
        find_tool("analyse_transformer")
    assert "analyze_transformer" in refused.value.hint


def test_a_result_says_what_it_was_computed_from() -> None:
    markdown = run("slo_budget", objective=99.5).markdown
    assert "| budget | 216 min |" in markdown
    assert "Computed by slo_budget from objective 99.5; assumed: days 30" in markdown
