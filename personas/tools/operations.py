"""Tools of operations and research: subnets, service levels, sample sizes, and the System Usability Scale."""

from __future__ import annotations

import ipaddress
import math
import re
from dataclasses import dataclass
from statistics import NormalDist, mean, stdev

from personas.tools.tool import Figure, Tool, ToolArgumentInvalid, ToolResult, given_inputs, parameter

MINUTES_OF_A_DAY = 1440
SUS_MEAN = 68.0  # of 500 studies: Sauro 2011, A Practical Guide to the System Usability Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class SubnetInputs:
    """A network in CIDR notation."""

    network: str = parameter("A network, as 10.0.4.0/22 or 2001:db8::/48.")
    parts: int = parameter("Equal subnets to divide it into; a power of two.", 1, low=1, high=65_536)


def subnet(inputs: SubnetInputs) -> ToolResult:
    """Addresses, first and last host, and the subnets. Raises ToolArgumentInvalid for what is no network."""
    try:
        network = ipaddress.ip_network(inputs.network, strict=False)
    except ValueError as error:
        raise ToolArgumentInvalid("network is not in CIDR notation", f"{error}. Write it as 10.0.4.0/22.") from error
    bits = inputs.parts.bit_length() - 1
    if 1 << bits != inputs.parts or network.prefixlen + bits > network.max_prefixlen:
        raise ToolArgumentInvalid("parts must be a power of two that fits", f"/{network.prefixlen} has no such parts.")
    plain = network.version == 4 and network.prefixlen < 31  # RFC 3021: of a /31 both are hosts
    hosts = network.num_addresses - (2 if plain else 0)
    parts = [str(one) for one in network.subnets(bits)][:16]
    figures = (
        Figure(
            name="addresses", value=float(network.num_addresses), note="2 to the power of the bits after the prefix"
        ),
        Figure(name="hosts", value=float(hosts), note="without network and broadcast address" if plain else ""),
        Figure(
            name="prefix of a part", value=float(network.prefixlen + bits), note="the network's + log₂ of the parts"
        ),
    )
    more = "" if inputs.parts <= 16 else f" and {inputs.parts - 16:,} more"
    mask = f" Netmask {network.netmask}." if network.version == 4 else ""
    says = f"{network}: from {network[0]} to {network[-1]}.{mask} Parts: {', '.join(parts)}{more}."
    return ToolResult(tool="subnet", inputs=given_inputs(inputs), figures=figures, says=says)


@dataclass(frozen=True, slots=True, kw_only=True)
class SloInputs:
    """A service level objective, and what has gone wrong so far."""

    objective: float = parameter("Share of good minutes or requests, in per cent, as 99.9.", low=50, high=99.9999999)
    days: int = parameter("Length of the window, in days.", 30, low=1, high=366)
    bad_minutes: float = parameter("Bad minutes so far.", 0.0, low=0, high=1e6)
    elapsed_days: float = parameter("Days of the window that are over.", 0.0, low=0, high=366)


def slo_budget(inputs: SloInputs) -> ToolResult:
    """The error budget, what is left, and the burn rate. Raises ToolArgumentInvalid for more days than the window."""
    if inputs.elapsed_days > inputs.days:
        raise ToolArgumentInvalid("elapsed_days is longer than the window", f"The window has {inputs.days} days.")
    budget = inputs.days * MINUTES_OF_A_DAY * (100 - inputs.objective) / 100
    left = budget - inputs.bad_minutes
    figures = [
        Figure(name="budget", value=budget, unit="min", note=f"{100 - inputs.objective:.4g} % of {inputs.days} days"),
        Figure(name="left", value=left, unit="min", note="budget − bad minutes"),
        Figure(name="spent", value=inputs.bad_minutes / budget * 100, unit="%", note="bad minutes ÷ budget"),
    ]
    says = "The objective is missed." if left < 0 else f"{left:,.1f} minutes may still go wrong."
    if inputs.elapsed_days:
        burn = inputs.bad_minutes / (budget * inputs.elapsed_days / inputs.days)
        figures.append(Figure(name="burn rate", value=burn, note="1: the budget lasts exactly to the end"))
    return ToolResult(tool="slo_budget", inputs=given_inputs(inputs), figures=tuple(figures), says=says)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleInputs:
    """A share to estimate, or a problem to see."""

    margin_percent: float = parameter("Half the width of the interval, in points of per cent.", 5.0, low=0.1, high=50)
    confidence_percent: float = parameter("Confidence, in per cent.", 95.0, low=50, high=99.99)
    share_percent: float = parameter("Expected share, in per cent; 50 is the safe choice.", 50.0, low=0.1, high=99.9)
    population: int | None = parameter("People in all, where they are few.", None, low=1, high=10_000_000_000)
    problem_percent: float = parameter("A usability problem meets so many of 100 people.", 31.0, low=0.1, high=99.9)


def sample_size(inputs: SampleInputs) -> ToolResult:
    """People to ask (Cochran 1977, chapter 4), and people to watch (Nielsen and Landauer 1993)."""
    z = NormalDist().inv_cdf(0.5 + inputs.confidence_percent / 200)
    share, margin = inputs.share_percent / 100, inputs.margin_percent / 100
    people = z * z * share * (1 - share) / (margin * margin)
    if inputs.population:
        people = people / (1 + (people - 1) / inputs.population)
    watched = math.log(1 - inputs.confidence_percent / 100) / math.log(1 - inputs.problem_percent / 100)
    figures = (
        Figure(name="people to ask", value=math.ceil(people), note="z² p (1 − p) ÷ margin²"),
        Figure(name="people to watch", value=math.ceil(watched), note="log(1 − confidence) ÷ log(1 − problem)"),
    )
    says = (
        f"{math.ceil(people):,} answers give ± {inputs.margin_percent:g} points at {inputs.confidence_percent:g} %;"
        f" {math.ceil(watched)} people show such a problem at least once with the same confidence."
    )
    return ToolResult(tool="sample_size", inputs=given_inputs(inputs), figures=figures, says=says)


@dataclass(frozen=True, slots=True, kw_only=True)
class SusInputs:
    """The ten answers of each person."""

    answers: str = parameter("Ten answers from 1 to 5, in order, as 4 2 5 1 4 2 5 2 4 1; people between semicolons.")


def sus_score(inputs: SusInputs) -> ToolResult:
    """The score from 0 to 100, higher is better (Brooke 1996), of one person or the mean of several.

    Raises ToolArgumentInvalid unless each has ten answers.
    """
    scores = [_sus_of(one) for one in re.split(r"[;\n]", inputs.answers) if one.strip()]
    if not scores:
        raise ToolArgumentInvalid("answers must be ten numbers from 1 to 5", "There are none.")
    score = mean(scores)
    figures = [
        Figure(name="score", value=score, note="0 to 100, higher is better"),
        Figure(name="against the mean", value=score - SUS_MEAN, unit="points", note="68, of 500 studies"),
    ]
    if len(scores) > 1:
        figures.append(Figure(name="people", value=len(scores)))
        figures.append(Figure(name="standard deviation", value=stdev(scores), unit="points", note="between people"))
    place = "above" if score > SUS_MEAN else "at" if score == SUS_MEAN else "below"
    says = f"{score:.3g} is {place} the mean of 68."
    return ToolResult(tool="sus_score", inputs=given_inputs(inputs), figures=tuple(figures), says=says)


def _sus_of(answers: str) -> float:
    """The score of one person: odd questions are statements for, even ones against."""
    parts = answers.replace(",", " ").split()
    if len(parts) != 10 or not all(part in "12345" and len(part) == 1 for part in parts):
        raise ToolArgumentInvalid("answers must be ten numbers from 1 to 5", f"There are {len(parts)}.")
    return 2.5 * sum(int(part) - 1 if at % 2 == 0 else 5 - int(part) for at, part in enumerate(parts))


SUBNET = Tool("subnet", "Addresses, hosts and parts of a network in CIDR notation.", SubnetInputs, subnet)
SLO_BUDGET = Tool("slo_budget", "Error budget, what is left of it, and the burn rate.", SloInputs, slo_budget)
SAMPLE_SIZE = Tool("sample_size", "People to ask for a share, and to watch for a problem.", SampleInputs, sample_size)
SUS_SCORE = Tool("sus_score", "Score of the System Usability Scale, from ten answers.", SusInputs, sus_score)
