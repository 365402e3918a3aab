"""A JSON Schema as a grammar in GBNF: every answer that follows the grammar satisfies the schema. Needs no model."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engines.errors import GrammarInvalid

_MOST_REPEATED = 2_000  # llama-grammar.cpp: MAX_REPETITION_THRESHOLD; it drops a higher bound without a word
_SAYS_NOTHING = frozenset(
    "$schema $id $comment $defs definitions title description default examples deprecated readOnly writeOnly format"
    " discriminator".split()
)
_OF_TYPE = {
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
"""  # strings hold no control characters and no half characters; numbers fit into a double


def json_grammar(schema: str) -> str:
    """The grammar, with the rule `root`. Properties come in the order of the schema, and no others do if it names any.

    `oneOf` is read as `anyOf`, and `format` as a remark. Raises GrammarInvalid for what is no schema, and for keywords
    that a grammar cannot hold, as `minimum` and `pattern`.
    """
    try:
        builder = _Builder(json.loads(schema))
        return builder.grammar()
    except json.JSONDecodeError as error:
        raise GrammarInvalid(f"The schema is no JSON: {error}.") from error
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
            raise GrammarInvalid(f"{json.dumps(schema)} is no schema that a value satisfies.")
        keys = schema.keys() - _SAYS_NOTHING
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
        told = schema.get("type")
        types = [told] if isinstance(told, str) else list(told or _implied(keys))
        if unknown := [kind for kind in types if kind not in _OF_TYPE]:
            raise GrammarInvalid(f"{json.dumps(unknown[0])} is no type of a value.")
        held = frozenset({"type"}).union(*(_OF_TYPE[kind] for kind in types))
        if beyond := sorted(set(keys) - held):
            raise GrammarInvalid(f"A grammar cannot hold `{beyond[0]}`. Leave it out of the schema.")
        return _either(self._of_type(kind, schema) for kind in types) if types else "value"

    def _of_type(self, kind: str, schema: Mapping[str, Any]) -> str:
        if kind == "object":
            return self._object(schema)
        if kind == "array":
            return self._array(schema)
        if kind == "string":
            return '"\\"" char' + _times(schema, "minLength", "maxLength") + ' "\\""'
        return kind

    def _object(self, schema: Mapping[str, Any]) -> str:
        properties, required = schema.get("properties", {}), schema.get("required", [])
        if not isinstance(properties, dict) or not isinstance(required, list):
            raise GrammarInvalid("`properties` are an object, and `required` a list.")
        properties = {**properties, **{name: True for name in required if name not in properties}}
        if not properties:
            return self._map(schema.get("additionalProperties", True))
        pairs = [
            (self._rule(f'{_literal(name)} ":" ws {self._value(one)}'), name in required)
            for name, one in properties.items()
        ]
        return f'"{{" ws {self._members(pairs)} ws "}}"'

    def _map(self, values: Any) -> str:
        if values is False:
            return '"{" ws "}"'
        pair = self._rule(f'string ":" ws {self._value(values)}')
        return f'"{{" ws ({pair} ({_SEPARATOR} {pair})*)? ws "}}"'

    def _members(self, pairs: Sequence[tuple[str, bool]]) -> str:
        """The pairs in order, those that are not required (False) or not; a comma between any two."""
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
            raise GrammarInvalid("A grammar cannot hold `allOf` of several schemas. Join them into one.")
        return _either(self._value(one) for one in choices)

    def _reference(self, reference: Any) -> str:
        if reference not in self._names:
            schema = self._find(reference)
            name = self._names[reference] = f"rule-{len(self._rules)}"
            self._rules.append("")
            self._rules[int(name.removeprefix("rule-"))] = f"{name} ::= {self._value(schema)}"
        return self._names[reference]

    def _find(self, reference: Any) -> Any:
        found = self._document
        for step in _steps(reference):
            if not isinstance(found, dict) or step not in found:
                raise GrammarInvalid(f"{json.dumps(reference)} is not to be found in the schema.")
            found = found[step]
        return found

    def _rule(self, expression: str) -> str:
        self._rules.append(f"rule-{len(self._rules)} ::= {expression}")
        return f"rule-{len(self._rules) - 1}"


def _alone(schema: Mapping[str, Any], keys: Iterable[str], keyword: str) -> Any:
    if others := sorted(set(keys) - {keyword}):
        raise GrammarInvalid(f"A grammar cannot hold `{others[0]}` beside `{keyword}`. Join them into one schema.")
    return schema[keyword]


def _steps(reference: Any) -> list[str]:
    """The keys that lead from the document to what is meant, which RFC 6901 calls a JSON pointer."""
    if reference != "#" and not str(reference).startswith("#/"):
        raise GrammarInvalid(f"{json.dumps(reference)} is not to be found in the schema.")
    return [step.replace("~1", "/").replace("~0", "~") for step in reference.split("/")[1:]]


def _several(values: Any, keyword: str) -> list[Any]:
    if not isinstance(values, list) or not values:
        raise GrammarInvalid(f"`{keyword}` is a list of at least one.")
    return values


def _implied(keys: Iterable[str]) -> list[str]:
    """The types that a schema without any speaks of."""
    return [kind for kind, keywords in _OF_TYPE.items() if keywords & set(keys)]


def _either(expressions: Iterable[str]) -> str:
    return "(" + " | ".join(expressions) + ")"


def _times(schema: Mapping[str, Any], least_key: str, most_key: str) -> str:
    least, most = _bounds(schema, least_key, most_key)
    return "{" + f"{least},{'' if most is None else most}" + "}"


def _bounds(schema: Mapping[str, Any], least_key: str, most_key: str) -> tuple[int, int | None]:
    least, most = schema.get(least_key, 0), schema.get(most_key)
    for bound in (least, most):
        if bound is not None and not (isinstance(bound, int) and 0 <= bound <= _MOST_REPEATED):
            raise GrammarInvalid(f"`{least_key}` and `{most_key}` are whole numbers from 0 to {_MOST_REPEATED:,}.")
    if most is not None and most < least:
        raise GrammarInvalid(f"`{most_key}` is less than `{least_key}`.")
    return least, most


def _literals(values: Iterable[Any]) -> str:
    return _either(map(_literal, values))


def _literal(value: Any) -> str:
    """A value's JSON as a string of GBNF."""
    text = json.dumps(value, ensure_ascii=False)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
