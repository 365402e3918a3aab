"""Formulas in LaTeX become readable text, and nothing but text."""

from __future__ import annotations

import re

import pytest

from assistant.mathematics import formula_html, formula_text


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"E = mc^2", "E = mc^2"),
        (r"\frac{1}{2}", "1/2"),
        (r"x = \frac{-b \pm \sqrt{b^2-4ac}}{2a}", "x = (−b ± √(b^2 − 4ac))/(2a)"),
        (r"\sum_{i=1}^{n} x_i \leq \sqrt[3]{n}", "∑_(i = 1)^nx_i ≤ ∛n"),
        (r"\alpha \in \mathbb{R}^n", "α ∈ ℝ^n"),
        (r"\lim_{x \to 0} f(x)", "lim_(x → 0)f(x)"),
        (r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}", "[a b; c d]"),
        (r"\begin{cases} 0 & x < 0 \\ 1 & \text{for all others} \end{cases}", "{ 0 x < 0; 1 for all others"),
        (r"\begin{align} a &= b \\ c &= d \end{align}", "a = b\nc = d"),
        (r"P(A\mid B)", "P(A ∣ B)"),
        (r"\hat{y} \cdot \vec{v}", "y\u0302 · v\u20d7"),
        (r"50\% \$", "50%$"),
        (r"\unheard x", r"\unheardx"),
    ],
)
def test_common_formulas_are_readable(latex: str, text: str) -> None:
    assert formula_text(latex) == text


def test_powers_and_indices_are_raised_and_lowered() -> None:
    assert formula_html("x_i^{2}") == "<em>x</em><sub><em>i</em></sub><sup>2</sup>"


@pytest.mark.parametrize("latex", ["<script>x</script>", r"\text{<img src=x>}", r"\begin{<b>}x\end{<b>}", r"\hat{<i>}"])
def test_nothing_but_marks_of_its_own_is_html(latex: str) -> None:
    assert set(re.findall(r"</?(\w+)", formula_html(latex))) <= {"em", "strong", "sup", "sub", "br"}


@pytest.mark.parametrize(
    "latex", ["", "{", "}", "^", "_", r"\frac", r"\sqrt[", r"\begin{", "{" * 4000, "^" * 4000, "&" * 9]
)
def test_what_is_broken_is_shown_all_the_same(latex: str) -> None:
    formula_html(latex)
    formula_text(latex)
