"""The day that a machine is planned for: what people ask of it, and how even."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfWork:
    """Assumptions about a day. `questions`: of one person. `prompt_tokens`: read for each that are not cached.

    `answer_tokens`: written for each. `busiest_hour`: the share of the day's questions that it has. `load`: the share
    of that hour in which the machine may compute. `wanted_tokens_per_second`: answers are written no slower.
    """

    questions: int = 20  # one every 25 minutes of a working day
    prompt_tokens: int = 2000  # passages and question, as in the planning tool of the personas
    answer_tokens: int = 250  # as in the calibration of llama.cpp
    busiest_hour: float = 0.2  # of eight hours, 1.6 times the mean
    load: float = 0.7  # above it waiting grows steeply: M/M/1, at 0.7 a question waits 2.3 times its own time
    wanted_tokens_per_second: float = 5.0  # silent reading: 238 words a minute (Brysbaert 2019), 1.3 tokens a word

    def sentence(self) -> str:
        """The assumptions in one sentence."""
        return (
            f"A day: {self.questions} questions a person of {self.prompt_tokens:,} tokens read and "
            f"{self.answer_tokens} written, {self.busiest_hour:.0%} of them in the busiest hour, in which the machine "
            f"computes {self.load:.0%} of the time; nobody's answer is written slower than "
            f"{self.wanted_tokens_per_second:g} tokens/s."
        )
