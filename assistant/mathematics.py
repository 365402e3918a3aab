"""Formulas in LaTeX as Unicode with raised and lowered characters, as far as that stays readable.

What is not known is shown as it was written. Nothing here can run or load anything.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from html import escape, unescape

_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|[{}^_&\[\]]|\s+|[a-zA-Z]+|\d[\d.,]*\d|.", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_SCRIPT = re.compile(r"<(su[bp])>((?:(?!<su[bp]>).)*?)</\1>", re.DOTALL)  # with none within
_SIMPLE = re.compile(r"(?:<em>)?[\w.,∞√′]*(?:</em>)?(?:<su[bp]>[^<]*</su[bp]>)?")  # needs no parentheses around it
_NUMBERS = re.compile(r"<sup>(\d+)</sup>⁄<sub>(\d+)</sub>")
_CELL = "\x1f"  # between two cells of a row
_MAX_DEPTH = 30
_MAX_CHARACTERS = 5_000

_SPACED = frozenset("=<>≤≥≠≈≡∼≃≅∝→←↔⇒⇐⇔↦∈∉∋⊂⊆⊃⊇≪≫+−±∓×÷·∗∪∩∧∨⊕⊗∘∣⊢⊨≺≻")
_SYMBOLS: Mapping[str, str] = dict(
    pair.split("=")
    for pair in """
    alpha=α beta=β gamma=γ delta=δ epsilon=ϵ varepsilon=ε zeta=ζ eta=η theta=θ vartheta=ϑ iota=ι kappa=κ lambda=λ mu=μ
    nu=ν xi=ξ omicron=ο pi=π varpi=ϖ rho=ρ varrho=ϱ sigma=σ varsigma=ς tau=τ upsilon=υ phi=ϕ varphi=φ chi=χ psi=ψ
    omega=ω Gamma=Γ Delta=Δ Theta=Θ Lambda=Λ Xi=Ξ Pi=Π Sigma=Σ Upsilon=Υ Phi=Φ Psi=Ψ Omega=Ω
    sum=∑ prod=∏ coprod=∐ int=∫ iint=∬ iiint=∭ oint=∮ bigcup=⋃ bigcap=⋂ bigoplus=⨁ bigotimes=⨂
    partial=∂ nabla=∇ infty=∞ ell=ℓ hbar=ℏ Re=ℜ Im=ℑ aleph=ℵ emptyset=∅ varnothing=∅ wp=℘
    leq=≤ le=≤ geq=≥ ge=≥ neq=≠ ne=≠ approx=≈ equiv=≡ sim=∼ simeq=≃ cong=≅ propto=∝ ll=≪ gg=≫ prec=≺ succ=≻
    times=× div=÷ cdot=· ast=∗ star=⋆ circ=∘ bullet=• pm=± mp=∓ oplus=⊕ otimes=⊗ odot=⊙ dagger=†
    in=∈ notin=∉ ni=∋ subset=⊂ subseteq=⊆ supset=⊃ supseteq=⊇ cup=∪ cap=∩ setminus=∖ forall=∀ exists=∃ nexists=∄
    land=∧ wedge=∧ lor=∨ vee=∨ lnot=¬ neg=¬ top=⊤ bot=⊥ perp=⊥ parallel=∥ mid=∣ vdash=⊢ models=⊨
    to=→ rightarrow=→ leftarrow=← gets=← leftrightarrow=↔ Rightarrow=⇒ implies=⇒ Leftarrow=⇐ Leftrightarrow=⇔ iff=⇔
    mapsto=↦ longrightarrow=⟶ longleftarrow=⟵ uparrow=↑ downarrow=↓ nearrow=↗ searrow=↘
    ldots=… dots=… cdots=⋯ vdots=⋮ ddots=⋱ prime=′ degree=° angle=∠ triangle=△ square=□ checkmark=✓ therefore=∴
    because=∵ langle=⟨ rangle=⟩ lceil=⌈ rceil=⌉ lfloor=⌊ rfloor=⌋ lvert=| rvert=| vert=| lVert=‖ rVert=‖ Vert=‖
    lbrace={ rbrace=} backslash=\\ colon=: quad=\u2003 qquad=\u2003\u2003
    """.split()
    if "=" in pair
)
_ESCAPED = {",": "\u2009", ";": "\u2005", ":": "\u2005", "!": "", " ": " ", "|": "‖", "\\": "<br>"}
_NAMES = frozenset(
    "sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh log ln lg exp lim limsup liminf max min sup inf arg"
    " argmax argmin det dim ker deg gcd Pr mod bmod".split()
)
_ACCENTS = {
    **dict.fromkeys(("hat", "widehat"), "\u0302"),
    **dict.fromkeys(("tilde", "widetilde"), "\u0303"),
    "bar": "\u0304",
    "overline": "\u0305",
    "vec": "\u20d7",
    "dot": "\u0307",
    "ddot": "\u0308",
    "underline": "\u0332",
}
_ALPHABETS = {"mathbb": "DOUBLE-STRUCK", "mathcal": "SCRIPT", "mathscr": "SCRIPT", "mathfrak": "FRAKTUR"}
_UPRIGHT = frozenset("text textrm mathrm operatorname mbox textit mathit mathsf texttt mathtt boxed".split())
_SKIPPED = frozenset(
    "left right big Big bigg Bigg bigl bigr Bigl Bigr displaystyle textstyle limits nolimits nonumber mathop".split()
)
_ROOTS = {"": "√", "2": "√", "3": "∛", "4": "∜"}


def formula_html(latex: str) -> str:
    """The formula as HTML of text, `em`, `strong`, `sup`, `sub` and `br`; as it was written where it is too long."""
    if len(latex) > _MAX_CHARACTERS:
        return escape(latex)
    try:
        return _Formula(latex).html().replace(_CELL, " ").strip()
    except RecursionError:
        return escape(latex)


def formula_text(latex: str) -> str:
    """The formula as plain text, raised and lowered parts behind ^ and _."""
    html = re.sub("</?(?:em|strong)>", "", formula_html(latex)).replace("<br>", "\n")
    html = _NUMBERS.sub(r"\1/\2", html)
    while _SCRIPT.search(html):
        html = _SCRIPT.sub(lambda found: ("^" if found[1] == "sup" else "_") + _wrapped(found[2]), html)
    return unescape(html)


class _Formula:
    def __init__(self, latex: str) -> None:
        self._tokens = _TOKEN.findall(latex)
        self._at = self._depth = 0

    def html(self) -> str:
        parts = []
        while self._at < len(self._tokens):
            parts.append(self._group(frozenset()))
            if self._at < len(self._tokens):  # a bracket that was never opened
                parts.append(escape(self._take()))
        return "".join(parts)

    def _take(self) -> str:
        token = self._tokens[self._at] if self._at < len(self._tokens) else ""
        self._at += 1
        return token

    def _next_is(self, *wanted: str) -> bool:
        while self._at < len(self._tokens) and self._tokens[self._at].isspace():
            self._at += 1
        return self._at < len(self._tokens) and self._tokens[self._at] in wanted

    def _group(self, closing: frozenset[str]) -> str:
        """Everything up to one of these tokens, or to a bracket that closes."""
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise RecursionError
        parts: list[str] = []
        while not self._next_is("}", *closing) and self._at < len(self._tokens):
            parts.append(self._atom(is_first=not parts))
        self._depth -= 1
        return "".join(parts)

    def _argument(self) -> str:
        """A group in braces, or the next token alone: of letters the first, of digits too."""
        if self._next_is("{"):
            self._take()
            inside = self._group(frozenset())
            self._take()
            return inside
        if self._at < len(self._tokens) and len(token := self._tokens[self._at]) > 1 and token[0] != "\\":
            self._tokens[self._at : self._at + 1] = [token[0], token[1:]]
        return self._atom(is_first=True).strip()

    def _plain(self) -> str:
        return _TAG.sub("", self._argument())

    def _words(self) -> str:
        """A group in braces as it is written, spaces too."""
        if not self._next_is("{"):
            return self._plain()
        self._take()
        depth, words = 1, []
        while depth and self._at < len(self._tokens):
            token = self._take()
            depth += (token == "{") - (token == "}")
            words.append("" if token in ("{", "}") else token.removeprefix("\\"))
        return escape("".join(words))

    def _atom(self, *, is_first: bool) -> str:
        token = self._take()
        if token == "{":
            inside = self._group(frozenset())
            self._take()
            return inside
        if token in ("^", "_"):
            tag = "sup" if token == "^" else "sub"
            return f"<{tag}>{self._argument()}</{tag}>"
        if token.startswith("\\"):
            return self._command(token[1:], is_first=is_first)
        return _character(token, is_first=is_first)

    def _command(self, name: str, *, is_first: bool) -> str:
        if name in _SYMBOLS:
            return _character(_SYMBOLS[name], is_first=is_first)
        if name in _NAMES:
            before = "" if is_first else "\u2009"
            return f"{before}{name}" if self._next_is("^", "_", "(") else f"{before}{name}\u2009"
        if name in _SKIPPED:
            if self._next_is("."):
                self._take()
            return ""
        if name in _ACCENTS:
            base = self._plain()
            return f"<em>{base[:1]}{_ACCENTS[name]}{base[1:]}</em>"
        special: Mapping[str, Callable[[], str]] = {
            **dict.fromkeys(("frac", "dfrac", "tfrac"), self._fraction),
            **dict.fromkeys(("binom", "dbinom"), lambda: f"C({self._argument()}, {self._argument()})"),
            **dict.fromkeys(("mathbf", "boldsymbol", "textbf", "bm"), lambda: f"<strong>{self._plain()}</strong>"),
            **dict.fromkeys(_UPRIGHT, self._words),
            "sqrt": self._root,
            "begin": self._environment,
            "pmod": lambda: f" (mod {self._argument()})",
            "not": lambda: f"{self._argument()}\u0338",
        }
        if name in special:
            return special[name]()
        if name in _ALPHABETS:
            return "".join(_letter(_ALPHABETS[name], letter) for letter in self._plain())
        if name in _ESCAPED:
            return _ESCAPED[name]
        return escape(name if len(name) == 1 and not name.isalpha() else f"\\{name}")

    def _fraction(self) -> str:
        above, below = self._argument(), self._argument()
        if above.isdigit() and below.isdigit():
            return f"<sup>{above}</sup>⁄<sub>{below}</sub>"
        return f"{_bracketed(above)}/{_bracketed(below)}"

    def _root(self) -> str:
        degree = ""
        if self._next_is("["):
            self._take()
            degree = self._group(frozenset("]"))
            self._take()
        sign = _ROOTS.get(_TAG.sub("", degree), f"<sup>{degree}</sup>√")
        return f"{sign}{_bracketed(self._argument())}"

    def _environment(self) -> str:
        """A matrix in its brackets, row by row; other environments line by line."""
        name = self._words()
        inside = self._group(frozenset({"\\end"}))
        if self._next_is("\\end"):
            self._take()
            self._words()
        rows = [" ".join(row.replace(_CELL, " ").split()) for row in inside.split("<br>")]
        rows = [row for row in rows if row]
        if name.rstrip("*").endswith("matrix") or name == "array":
            return f"[{'; '.join(rows)}]"
        return f"{{ {'; '.join(rows)}" if name == "cases" else "<br>".join(rows)


def _character(token: str, *, is_first: bool) -> str:
    shown = {"-": "−", "*": "∗", "'": "′", "~": " ", "&": _CELL}.get(token, token)
    if shown in _SPACED:
        return escape(shown) if is_first else f" {escape(shown)} "
    if shown == ",":
        return ", "
    is_variable = shown.isalpha() and (shown.isascii() or "α" <= shown <= "ω")
    return f"<em>{shown}</em>" if is_variable else escape(shown)


def _wrapped(part: str) -> str:
    return part if len(part) == 1 or part.isalnum() else f"({part})"


def _bracketed(part: str) -> str:
    return part if _SIMPLE.fullmatch(part) else f"({part})"


def _letter(alphabet: str, letter: str) -> str:
    """The letter in another alphabet, as ℝ; as it is where Unicode has none."""
    size = "CAPITAL" if letter.isupper() else "SMALL"
    for kind in ("BLACK-LETTER" if alphabet == "FRAKTUR" else alphabet, f"MATHEMATICAL {alphabet}"):
        try:
            return unicodedata.lookup(f"{kind} {size} {letter.upper()}")
        except KeyError:
            continue
    return escape(letter)
