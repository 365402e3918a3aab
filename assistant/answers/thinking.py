"""How long a model may think before it answers, as settings, personas and commands say it."""

from __future__ import annotations

EXPECTED = "off, on, or a number of tokens from 1 to 32768"
_MOST_TOKENS = 32_768


def thinking_tokens(said: str) -> int | None:
    """`Sampling.thinking_tokens` for `off`, `on` or a number. Raises ValueError for anything else."""
    if said in ("off", "on"):
        return 0 if said == "off" else None
    if said.isascii() and said.isdecimal() and 1 <= int(said[:6]) <= _MOST_TOKENS:
        return int(said)
    raise ValueError(f"must be {EXPECTED}")
