"""Translates a JSON Schema into a GBNF grammar: every answer that follows it satisfies the schema. Needs no model."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engines.errors import GrammarInvalid

_MOST_REPEATED = 2_000  # llama-grammar.cpp: MAX_REPETITION_THRESHOLD; it ignores a higher bound
_ANNOTATIONS = frozenset(
    "$schema $id $comment $defs definitions title description default examples deprecated readOnly writeOnly format"
    " discriminator".split()
)
_KEYWORDS_OF = {
    "object": frozenset({"properties", "required", "additionalProperties"}),
    "array": frozenset({"items", "minItems", "maxItems"}),
    "string": frozenset({"minLength", "maxLength"}),
    **dict.fromkeys(("number", "integer", "boolean", "null"), frozenset[str]()),
}
_SEPARATOR = '"," ws'
_COMMON = r"""
ws ::= " "?
value ::= object | array | string | number | boolean | null
object ::= "{" ws (string ":" ws value ("," ws string ":" ws value)*)? ws "}"
array ::= "[" ws (value ("," ws value)*)? ws "]"
string ::= "\"" char* "\""
char ::= [^"\\\x00-\x1F\x7F] | "\\" (["\\/bfnrt] | "u" code)
code ::= [0-9a-cA-CefEF] hex hex hex | [dD] [0-7] hex hex
hex ::= [0-9a-fA-F]
number ::= integer ("." [0-9]{1,16})? ([eE] [-+]? [0-9]{1,2})?
integer ::= "-"? ("0" | [1-9] [0-9]{0,15})
boolean ::= "true" | "false"
null ::= "null"
"""  # no control characters or lone surrogates in strings; numbers fit into a double


def json_grammar(schema: str) -> str:
    """The grammar, with the rule `root`. Properties come in the order of the schema, and no others if it names any.

    `oneOf` is taken as `anyOf`, and `format` is ignored. Raises GrammarInvalid for an invalid schema, and for keywords
    that a grammar cannot express, as `minimum` and `pattern`.
    """
    try:
        return _Builder(json.loads(schema)).grammar()
    except json.JSONDecodeError as error:
        raise GrammarInvalid(f"The schema is not JSON: {error}.") from error
    except RecursionError as error:
        raise GrammarInvalid("The schema is nested too deeply.") from error


class _Builder:
    def __init__(self, document: Any) -> None:
        self._document = document
        self._rules: list[str] = []
        self._names: dict[str, str] = {}  # of rules, by the reference to what they hold

    def grammar(self) -> str:
        root = self._value(self._document)
        return "\n".join([f"root ::= {root}", *self._rules]) + _COMMON

    def _value(self, schema: Any) -> str:
        """An expression for the values that satisfy `schema`."""
        if schema is True:
            return "value"
        if not isinstance(schema, dict):
            raise GrammarInvalid(f"No value satisfies the schema {json.dumps(schema)}.")
        keys = schema.keys() - _ANNOTATIONS
        if "$ref" in keys:
            return self._reference(_alone(schema, keys, "$ref"))
        if choice := keys & {"anyOf", "oneOf", "allOf"}:
            return self._choice(schema, keys, min(choice))
        if "const" in keys:
            return _literals([schema["const"]])
        if "enum" in keys:
            return _literals(_several(schema["enum"], "enum"))
        return self._typed(schema, keys)

    def _typed(self, schema: Mapping[str, Any], keys: Iterable[str]) -> str:
        declared = schema.get("type")
        types = [declared] if isinstance(declared, str) else list(declared or ())
        if not types:  # those that the keywords belong to
            types = [kind for kind, keywords in _KEYWORDS_OF.items() if keywords & set(keys)]
        if unknown := [kind for kind in types if kind not in _KEYWORDS_OF]:
            raise GrammarInvalid(f"{json.dumps(unknown[0])} is not a type.")
        held = frozenset({"type"}).union(*(_KEYWORDS_OF[kind] for kind in types))
        if beyond := sorted(set(keys) - held):
            raise GrammarInvalid(f"A grammar cannot express `{beyond[0]}`. Leave it out of the schema.")
        return _either(self._of_type(kind, schema) for kind in types) if types else "value"

    def _of_type(self, kind: str, schema: Mapping[str, Any]) -> str:
        if kind == "object":
            return self._object(schema)
        if kind == "array":
            return self._array(schema)
        if kind == "string":
            least, most = _bounds(schema, "minLength", "maxLength")
            return f'"\\"" char{{{least},{"" if most is None else most}}} "\\""'
        return kind

    def _object(self, schema: Mapping[str, Any]) -> str:
        properties, required = schema.get("properties", {}), schema.get("required", [])
        if not isinstance(properties, dict) or not isinstance(required, list):
            raise GrammarInvalid("`properties` must be an object, and `required` a list.")
        properties = {**properties, **{name: True for name in required if name not in properties}}
        if not properties:
            values = schema.get("additionalProperties", True)
            if values is False:
                return '"{" ws "}"'
            pair = self._rule(f'string ":" ws {self._value(values)}')
            return f'"{{" ws ({pair} ({_SEPARATOR} {pair})*)? ws "}}"'
        pairs = [
            (self._rule(f'{_literal(name)} ":" ws {self._value(one)}'), name in required)
            for name, one in properties.items()
        ]
        return f'"{{" ws {self._members(pairs)} ws "}}"'

    def _members(self, pairs: Sequence[tuple[str, bool]]) -> str:
        """The pairs in order, with commas between them; those that are not required (False) may be left out."""
        after = first = '""'
        for pair, required in reversed(pairs):
            begins = f"{pair} {after}"
            first = begins if required else self._rule(f"{begins} | {first}")
            after = self._rule(f"{_SEPARATOR} {begins}" if required else f"({_SEPARATOR} {pair})? {after}")
        return first

    def _array(self, schema: Mapping[str, Any]) -> str:
        item = self._rule(self._value(schema.get("items", True)))
        least, most = _bounds(schema, "minItems", "maxItems")
        if most == 0:
            return '"[" ws "]"'
        rest = "{" + f"{max(least - 1, 0)},{'' if most is None else most - 1}" + "}"
        items = f"({item} ({_SEPARATOR} {item}){rest})"
        return f'"[" ws {items}{"" if least else "?"} ws "]"'

    def _choice(self, schema: Mapping[str, Any], keys: Iterable[str], keyword: str) -> str:
        choices = _several(_alone(schema, keys, keyword), keyword)
        if keyword == "allOf" and len(choices) > 1:
            raise GrammarInvalid("A grammar cannot express `allOf` of several schemas. Join them into one.")
        return _either(self._value(one) for one in choices)

    def _reference(self, reference: Any) -> str:
        if reference not in self._names:
            schema = self._find(reference)
            name = self._names[reference] = f"rule-{len(self._rules)}"
            self._rules.append("")
            self._rules[int(name.removeprefix("rule-"))] = f"{name} ::= {self._value(schema)}"
        return self._names[reference]

    def _find(self, reference: Any) -> Any:
        """The schema at a JSON pointer (RFC 6901) into the document."""
        root, *steps = str(reference).split("/")
        found = self._document
        for step in (step.replace("~1", "/").replace("~0", "~") for step in steps):
            if not isinstance(found, dict) or step not in found:
                root = ""
                break
            found = found[step]
        if root != "#":
            raise GrammarInvalid(f"The schema has no {json.dumps(reference)}.")
        return found

    def _rule(self, expression: str) -> str:
        self._rules.append(f"rule-{len(self._rules)} ::= {expression}")
        return f"rule-{len(self._rules) - 1}"


def _alone(schema: Mapping[str, Any], keys: Iterable[str], keyword: str) -> Any:
    if others := sorted(set(keys) - {keyword}):
        raise GrammarInvalid(f"A grammar cannot express `{others[0]}` beside `{keyword}`. Join them into one schema.")
    return schema[keyword]


def _several(values: Any, keyword: str) -> list[Any]:
    if not isinstance(values, list) or not values:
        raise GrammarInvalid(f"`{keyword}` must be a list with at least one entry.")
    return values


def _either(expressions: Iterable[str]) -> str:
    return "(" + " | ".join(expressions) + ")"


def _bounds(schema: Mapping[str, Any], least_key: str, most_key: str) -> tuple[int, int | None]:
    least, most = schema.get(least_key, 0), schema.get(most_key)
    for bound in (least, most):
        if bound is not None and not (isinstance(bound, int) and 0 <= bound <= _MOST_REPEATED):
            raise GrammarInvalid(f"`{least_key}` and `{most_key}` must be whole numbers from 0 to {_MOST_REPEATED:,}.")
    if most is not None and most < least:
        raise GrammarInvalid(f"`{most_key}` is less than `{least_key}`.")
    return least, most


def _literals(values: Iterable[Any]) -> str:
    return _either(map(_literal, values))


def _literal(value: Any) -> str:
    """A value's JSON as a string of GBNF."""
    text = json.dumps(value, ensure_ascii=False)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
