import time
from pathlib import Path
from textwrap import dedent

import pytest

from knowledge.chunk import chunk, estimate_tokens
from knowledge.document import Document
from knowledge.parse import Unreadable, parse
from knowledge.parse.parsers import parser_of
from knowledge.parse.text.code import CodeParser
from knowledge.parse.text.definitions import Definition

FILLER = "    # " + "words " * 180 + "\n"


def code(text: str, suffix: str) -> Document:
    return parser_of(suffix)(text.encode(), "file")


def found(text: str, suffix: str) -> list[Definition]:
    parser = parser_of(suffix)
    assert isinstance(parser, CodeParser)
    return parser.find(text)


def definitions(text: str, suffix: str) -> list[str]:
    """Each definition's name behind those it lies within, `outer.inner`."""
    return [f"{'.' * definition.depth}{definition.name}" for definition in found(dedent(text), suffix)]


SOURCES = {
    ".py": ("@deco\nclass A:\n    async def f(self): ...\n\ndef g():\n    def inner(): ...\n", ["A", ".f", "g"]),
    ".js": (
        "import x from 'y'\n\nexport async function f(a) { if (a) { return {b: 1} } }\nconst g = (a) => { h({}) };\n"
        "class C extends B {\n  constructor(x) { super(x); this.s = '}'; }\n  get area() { return 1 }\n}\nmain();\n",
        ["f", "g", "C", ".constructor", ".area"],
    ),
    ".ts": ("export interface I { a: string }\nenum E { A }\nfunction f<T>(a: T): Promise<T> { }\n", ["I", "E", "f"]),
    ".java": (
        "public class A<T> {\n  @Get(\"/x\")\n  public <K> Map<K, T> f(final int a) throws X { if (a > 1) { } }\n}\n",
        ["A", ".f"],
    ),
    ".c": (
        "#define M(a) { a }\nstatic int t[] = { 1 };\n\n"
        "static int\nadd(int a)\n{\n  while (a) { a--; }\n}\nstruct p { int x; };\n",
        ["add", "p"],
    ),
    ".cpp": (
        "namespace n {\nclass A : B<int> {\n  int get() const override { return '{'; }\n};\n}\n",
        ["n", ".A", "..get"],
    ),
    ".cs": (
        "namespace N {\n class C {\n  public int X { get; set; }\n  [A(1)]\n  void F() { }\n }\n}\n",
        ["N", ".C", "..F"],
    ),
    ".go": ("type T struct { a int }\nfunc (t *T) Do(a int) (int, error) { go func() { }() }\n", ["T", "Do"]),
    ".rs": (
        "pub struct P<'a> { n: &'a str }\nimpl<'a> D for P<'a> { fn f(&self) { let c = '{'; } }\n",
        ["P", "impl<'a> D for P<'a>", ".f"],
    ),
    ".php": ("<?php\nfunction f($a) { }\nclass A { public static function g() { } }\n", ["f", "A", ".g"]),
    ".kt": ("data class P(val x: Int) { fun f() = 1 }\nfun main() { }\n", ["P", "main"]),
    ".swift": ("struct S: P {\n  func f(a: Int) -> Int { return a }\n}\n", ["S", ".f"]),
    ".scala": ("object O {\n  def f(a: Int): Int = { a }\n}\n", ["O", ".f"]),
    ".sh": ("# Greets.\nhello() {\n  echo \"${1} # no\"\n}\nfunction bye { :; }\n", ["hello", "bye"]),
    ".r": ("add <- function(a, b) {\n  a + b\n}\n", ["add"]),
    ".rb": ("module M\n  class A\n    def f(x)\n      x\n    end\n  end\nend\n", ["M", ".A", "..f"]),
    ".lua": ("local function f(x)\n  return x\nend\nM.g = function() end\n", ["f", "M.g"]),
    ".sql": ("CREATE TABLE IF NOT EXISTS t (\n a INT\n);\ncreate or replace view v as select 1;\n", ["t", "v"]),
}  # fmt: skip


@pytest.mark.parametrize("suffix", SOURCES)
def test_definitions_are_found(suffix: str) -> None:
    text, expected = SOURCES[suffix]

    assert definitions(text, suffix) == expected


def test_python_that_does_not_parse_is_read_by_its_indentation() -> None:
    assert definitions("class A:\n    def f(self):\n        print 'old'\n\nx = 1\ndef g(: pass\n", ".py") == [
        "A",
        ".f",
        "g",
    ]


@pytest.mark.parametrize(
    ("text", "suffix", "start"),
    [
        ("x = 1\n\n@deco\n@other\ndef f():\n    pass\n", ".py", "@deco"),
        ("x();\n\n/** Adds.\n * Well. */\nfunction f() { }\n", ".js", "/** Adds."),
        ("use a;\n\n/// A point.\n#[derive(Debug)]\nstruct P { x: i32 }\n", ".rs", "/// A point."),
    ],
)
def test_a_definition_begins_with_its_comments_and_decorators(text: str, suffix: str, start: str) -> None:
    (definition,) = found(text, suffix)

    assert text[definition.start :].startswith(start)


def test_the_text_is_the_files_own() -> None:
    text = "def f():\n\treturn 1  \n\n\n\nx=1"

    assert code(text, ".py").text == text


def test_a_chunk_says_where_its_code_belongs_and_keeps_its_first_line() -> None:
    text = f"import os\n\nclass A:\n    def f(self):\n{FILLER}        return 1\n\nmain()\n"
    chunks = chunk(code(text, ".py"), estimate_tokens, 400)

    assert [(c.heading, c.text.split("\n")[0]) for c in chunks] == [
        ((), "import os"),
        (("A",), "class A:"),
        (("A", "f"), "def f(self):"),
        ((), "main()"),
    ]


def test_a_definition_in_the_first_line_keeps_it() -> None:
    chunks = chunk(code("def f():\n    return 1\n", ".py"), estimate_tokens, 400)

    assert [(c.heading, c.text) for c in chunks] == [(("f",), "def f():\n    return 1")]


@pytest.mark.parametrize("suffix", [".py", ".js", ".rb", ".sql", ".css"])
def test_code_without_definitions_is_text(suffix: str) -> None:
    document = code("x = 1\n", suffix)

    assert (document.text, document.headings, document.blocks) == ("x = 1\n", (), ())


def test_a_small_class_is_not_taken_apart() -> None:
    document = code("class A:\n    def f(self): ...\n    def g(self): ...\n", ".py")

    assert [h.title for h in document.headings] == ["A"]


def test_a_function_is_a_block_that_is_not_cut() -> None:
    document = code("def f():\n    a = 1\n\n    return a\n", ".py")

    assert [document.text[s:e] for s, e in document.blocks] == ["def f():\n    a = 1\n\n    return a"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("function f(){return 1};" * 500, "minified code"),
        ("x = 1\n" * 300 + "y = '" + "a" * 10_001 + "'\n", "generated code: it has lines"),
        ("// Code generated by protoc. DO NOT EDIT.\nint x;\n", "generated code, as its first lines say"),
    ],
)
def test_code_that_nobody_wrote_is_refused(text: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        code(text, ".js")


@pytest.mark.parametrize("suffix", [".js", ".c", ".rs", ".sh", ".py", ".rb", ".sql"])
@pytest.mark.parametrize(
    "text", ["{" * 20_000, "a(" * 20_000, "f(a)\n" * 8000, "class A {\n" * 500, "/*\n" * 9000, "' \" ` " * 900]
)
def test_odd_code_takes_no_long_time(suffix: str, text: str) -> None:
    before = time.process_time()
    found(text, suffix)

    assert time.process_time() - before < 4


def test_files_of_code_are_read_by_their_suffix(tmp_path: Path) -> None:
    path = tmp_path / "Shape.java"
    path.write_text("class Shape { }")

    assert parse(path).headings[0].title == "Shape"
