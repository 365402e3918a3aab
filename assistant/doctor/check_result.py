"""The result of one check of the installation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """`hint`: what to do when not ok, or what would be better. `required`: without it Carrel cannot answer at all."""

    name: str
    ok: bool
    detail: str
    hint: str = ""
    required: bool = False
