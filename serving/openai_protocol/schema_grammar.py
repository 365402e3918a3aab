"""A JSON Schema as a grammar in GBNF, so that a model can write nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from errors import AppError

_BASE = r"""
ws ::= [ \t\n]{0,8}
string ::= "\"" ([^"\\\x00-\x1f] | "\\" (["\\/bfnrt] | "u" [0-9a-fA-F]{4}))* "\""
integer ::= "-"? ("0" | [1-9] [0-9]{0,15})
number ::= integer ("." [0-9]{1,16})? ([eE] [-+]? [0-9]{1,3})?
boolean ::= "true" | "false"
null ::= "null"
value ::= object | array | string | number | boolean | null
object ::= "{" ws (string ws ":" ws value (ws "," ws string ws ":" ws value)*)? ws "}"
array ::= "[" ws (value (ws "," ws value)*)? ws "]"
"""
_PLAIN = {"string", "integer", "number", "boolean", "null", "object", "array", "value"}
_REFUSED = ("allOf", "not", "if", "patternProperties")
_DEEPEST = 32  # a schema that refers to itself has no end


class SchemaUnsupported(AppError):
    """A schema says what no grammar here can hold a model to. It may still be asked for in words."""


def grammar_of(schema: Mapping[str, Any]) -> str:
    """Return a grammar of all values that follow a schema, objects with their keys in its order.

    Types, properties, `required`, items, `enum`, `const`, `anyOf`, `oneOf` and `$ref` within the schema are held to;
    limits of length and size are not. Raises SchemaUnsupported for `allOf`, `not`, and references that go elsewhere.
    """
    writer = _GrammarWriter(schema)
    root = writer.rule(schema, "root-value", 0)
    return "\n".join([f"root ::= {root}", *(f"{name} ::= {rule}" for name, rule in writer.rules.items()), _BASE])


class _GrammarWriter:
    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema
        self.rules: dict[str, str] = {}

    def rule(self, schema: object, name: str, depth: int) -> str:
        """The name of a rule for a schema, or an expression."""
        if depth > _DEEPEST:
            raise SchemaUnsupported("The schema is nested too deep", f"At most {_DEEPEST} levels.")
        if schema is True or schema == {}:
            return "value"
        if not isinstance(schema, Mapping):
            raise SchemaUnsupported("The schema holds what is no schema", f"{schema!r:.80}")
        if refused := next((key for key in _REFUSED if key in schema), None):
            raise SchemaUnsupported(f"Schemas with `{refused}` are not supported", "Write the properties out.")
        if "$ref" in schema:
            return self.rule(self._target(str(schema["$ref"])), name, depth + 1)
        if "enum" in schema or "const" in schema:
            return self._add(name, " | ".join(map(_literal, schema.get("enum", [schema.get("const")]))))
        if choices := schema.get("anyOf") or schema.get("oneOf"):
            return self._add(name, self._either(choices, name, depth))
        return self._typed(schema, name, depth)

    def _typed(self, schema: Mapping[str, Any], name: str, depth: int) -> str:
        kind = schema.get("type", "object" if "properties" in schema else "value")
        if isinstance(kind, list):
            return self._add(name, self._either([{**schema, "type": one} for one in kind], name, depth))
        if kind == "object" and schema.get("properties"):
            return self._add(name, self._object(schema, name, depth))
        if kind == "array" and "items" in schema:
            item = self.rule(schema["items"], f"{name}-item", depth + 1)
            return self._add(name, f'"[" ws ({item} (ws "," ws {item})*)? ws "]"')
        if kind not in _PLAIN:
            raise SchemaUnsupported(f"There is no type {kind!r}", f"Types are {', '.join(sorted(_PLAIN))}.")
        return str(kind)

    def _object(self, schema: Mapping[str, Any], name: str, depth: int) -> str:
        """Required properties first, with commas between; each other may follow."""
        required = set(schema.get("required", ()))
        pairs = {
            key: f'{_literal(key)} ws ":" ws {self.rule(value, f"{name}-{_safe(key)}", depth + 1)}'
            for key, value in schema["properties"].items()
        }
        first = [pairs[key] for key in pairs if key in required]
        rest = [pairs[key] for key in pairs if key not in required]
        if first:
            inside = ' ws "," ws '.join(first) + _each_may_follow(rest)
        else:
            orders = (f"({pair}{_each_may_follow(rest[n + 1 :])})" for n, pair in enumerate(rest))
            inside = f"({' | '.join(orders)})?"
        return f'"{{" ws {inside} ws "}}"'

    def _either(self, schemas: Sequence[object], name: str, depth: int) -> str:
        return " | ".join(self.rule(one, f"{name}-{n}", depth + 1) for n, one in enumerate(schemas))

    def _add(self, name: str, rule: str) -> str:
        while name in self.rules and self.rules[name] != rule:
            name += "-x"
        self.rules[name] = rule
        return name

    def _target(self, reference: str) -> object:
        at: Any = self._schema
        for part in reference.removeprefix("#").split("/")[1:]:
            at = at.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(at, Mapping) else None
        if not reference.startswith("#") or at is None:
            raise SchemaUnsupported(f"The schema refers to {reference}, which is not in it", "Write it out in place.")
        return at


def _each_may_follow(pairs: Sequence[str]) -> str:
    return "".join(f' (ws "," ws {pair})?' for pair in pairs)


def _literal(value: object) -> str:
    return json.dumps(json.dumps(value, ensure_ascii=False), ensure_ascii=False)


def _safe(key: str) -> str:
    return re.sub(r"[^a-zA-Z0-9-]", "-", key) or "key"
