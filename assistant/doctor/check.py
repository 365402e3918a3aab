"""One finding of `carrel doctor`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """`hint`: what to do when not ok. `required`: without it Carrel cannot answer at all."""

    name: str
    ok: bool
    detail: str
    hint: str = ""
    required: bool = False
