"""`estimate_cost`: what serving a model costs, from throughput, prices and use."""

from __future__ import annotations

import math
from dataclasses import dataclass

from personas.tools.tool import Figure, Tool, ToolResult, given_inputs, parameter

HOURS_OF_A_MONTH = 730.0  # 365 × 24 ÷ 12


@dataclass(frozen=True, slots=True, kw_only=True)
class CostInputs:
    """Users and what they ask, one's own machines, and what a service would charge."""

    users_per_day: int = parameter("People a day.", low=1, high=10_000_000_000)
    questions_per_user: float = parameter("Questions of each, a day.", 5.0, low=0.01, high=100_000)
    prompt_tokens: int = parameter("Tokens that a question makes the model read.", 3000, low=1, high=10_000_000)
    answer_tokens: int = parameter("Tokens of an answer.", 300, low=1, high=1_000_000)
    read_tokens_per_second: float = parameter(
        "Tokens of prompts that one GPU reads in a second.", 8000.0, low=0.1, high=1e9
    )
    write_tokens_per_second: float = parameter(
        "Tokens of answers that one GPU writes in a second.", 1000.0, low=0.1, high=1e9
    )
    gpu_price_per_hour: float = parameter("Price of a GPU hour, in any currency.", 2.0, low=0, high=1e6)
    peak_factor: float = parameter("Load of the busiest hour ÷ that of the mean hour.", 3.0, low=1, high=100)
    utilisation: float = parameter("Share of a GPU's throughput to plan with.", 0.6, low=0.01, high=1)
    service_read_price: float = parameter("A service's price of a million tokens read.", 0.0, low=0, high=1e6)
    service_write_price: float = parameter("A service's price of a million tokens written.", 0.0, low=0, high=1e6)


def estimate(inputs: CostInputs) -> ToolResult:
    """GPUs for the busiest hour, cost of a month and of an answer, and where a service costs as much."""
    answers_day = inputs.users_per_day * inputs.questions_per_user
    gpu_s = inputs.prompt_tokens / inputs.read_tokens_per_second + inputs.answer_tokens / inputs.write_tokens_per_second
    per_second = answers_day / 86_400 * inputs.peak_factor
    gpus = max(1, math.ceil(per_second * gpu_s / inputs.utilisation))
    month = gpus * HOURS_OF_A_MONTH * inputs.gpu_price_per_hour
    answers_month = answers_day * HOURS_OF_A_MONTH / 24
    service_answer = (
        inputs.prompt_tokens * inputs.service_read_price + inputs.answer_tokens * inputs.service_write_price
    ) / 1e6
    figures = [
        Figure(name="answers a month", value=answers_month, note="users × questions × 30.4 days"),
        Figure(name="GPU time of an answer", value=gpu_s, unit="s", note="reading and writing"),
        Figure(name="answers in the busiest second", value=per_second, note="mean × peak factor"),
        Figure(name="GPUs", value=gpus, note=f"at {inputs.utilisation:.0%} of their throughput"),
        Figure(name="cost of a month", value=month, note="GPUs × 730 hours × price"),
        Figure(name="cost of an answer", value=month / answers_month, note="cost ÷ answers"),
    ]
    says = f"{gpus:,} GPU{'s' * (gpus != 1)} carry {inputs.users_per_day:,} users a day."
    if service_answer:
        figures.append(Figure(name="service: cost of an answer", value=service_answer, note="tokens × prices"))
        figures.append(Figure(name="service: cost of a month", value=service_answer * answers_month, note="the same"))
        even = inputs.gpu_price_per_hour * HOURS_OF_A_MONTH / service_answer / (HOURS_OF_A_MONTH / 24)
        figures.append(Figure(name="break-even", value=even, unit="answers a day", note="where one GPU costs the same"))
        cheaper = "One's own machines cost less" if month < service_answer * answers_month else "The service costs less"
        says += f" {cheaper} at this load."
    return ToolResult(tool="estimate_cost", inputs=given_inputs(inputs), figures=tuple(figures), says=says)


ESTIMATE_COST = Tool(
    "estimate_cost",
    "GPUs, cost of an answer and of a month, and the break-even with a service, from users a day.",
    CostInputs,
    estimate,
)
