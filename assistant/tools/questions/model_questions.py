"""Reads questions on the memory and speed of a model."""

from __future__ import annotations

import re
from typing import Any

from assistant.tools.questions.wording import COUNT, NUMBER, count, find, given, number
from personas import known_devices, known_models

_GAP = r"[\s\-_:]*"
_BETWEEN = r"(?<![A-Za-z0-9.])"
_END = r"(?![A-Za-z0-9])"
# A size alone stands for the most used model of it, which is shown and can be changed.
_BY_SIZE = {
    "1": "llama-3.2-1b",
    "3": "llama-3.2-3b",
    "7": "mistral-7b",
    "8": "llama-3.1-8b",
    "9": "gemma-2-9b",
    "13": "llama-2-13b",
    "14": "qwen2.5-14b",
    "27": "gemma-2-27b",
    "32": "qwen2.5-32b",
    "70": "llama-3.1-70b",
    "72": "qwen2.5-72b",
    "405": "llama-3.1-405b",
    "8x7": "mixtral-8x7b",
    "8x22": "mixtral-8x22b",
}
_SIZE = re.compile(rf"{_BETWEEN}(\d+x\d+|\d+(?:\.\d+)?)[\s-]?(?:b|billion)(?![A-Za-z])", re.IGNORECASE)
# Bits of a weight; of llama.cpp's mixtures the mean, as its quantize tool prints it for Llama 3.1 8B.
_BITS = (
    (r"q8_0", 8.5),
    (r"q6_k", 6.56),
    (r"q5_k(?:_[ms])?", 5.7),
    (r"q4_k(?:_[ms])?", 4.85),
    (r"q4_0", 4.65),
    (r"fp32|32[\s-]?bits?", 32),
    (r"fp16|bf16|float16|half precision|16[\s-]?bits?", 16),
    (r"int8|fp8|8[\s-]?bits?", 8),
    (r"int4|fp4|nf4|awq|gptq|4[\s-]?bits?", 4),
)
_KV_BITS = re.compile(
    r"(?:(fp8|int8|8[\s-]?bit|fp4|int4|4[\s-]?bit)\s+kv(?:[\s-]?cache)?"
    r"|kv[\s-]?cache\s+(?:in|at|with|of)\s+(fp8|int8|8[\s-]?bits?|fp4|int4|4[\s-]?bits?))",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"""\b(?:kv|cache|v?ram|memory|gb|gigabytes|bytes|weights|footprint|parameters|tokens?\s?(?:/|per)\s?s(?:ec\w*)?
    |throughput|speed|fast|latency|time\sto\sfirst\stoken|ttft|first\stoken|seconds|fits?|enough|run|serve|hold|gpus)\b|메모리|캐시|显存|内存|缓存
    |每秒|速度|속도""",
    re.IGNORECASE | re.VERBOSE,
)
_OTHER = re.compile(
    r"\b(?:train\w*|fine-?tun\w*|q?lora|learning|layers should|reduce|improve|shrink|optimi\w+|quality|measure"
    r"|released?|max(?:imum)? (?:context|batch|length)|(?:which|what|maximum) batch|notes|example|price\w*|cost\w*"
    r"|report|users? a day)\b",
    re.IGNORECASE,
)


def read_transformer(text: str) -> dict[str, Any] | None:
    """The arguments of `analyze_transformer`."""
    counts_devices = any(find(rf"how many (?:nvidia )?{name.partition('-')[0]}", text) for name in known_devices())
    if _OTHER.search(text) or not (counts_devices or _FIGURE.search(text)):
        return None
    model = _model(text)
    if model is None:
        return None
    kv = _KV_BITS.search(text)
    rest = _KV_BITS.sub(" ", text)
    device, devices = _device(rest)
    if device and find(rf"how many (?:nvidia )?{re.escape(device.partition('-')[0])}", rest):
        devices = 0  # as many as hold it
    if re.match(r"(?:does|do|will|can|is|would)\b", text, re.IGNORECASE) and device is None:
        return None
    bits = next((bits for words, bits in _BITS if find(rf"{_BETWEEN}(?:{words}){_END}", rest)), None)
    kv_bits = None if kv is None else 4 if "4" in (kv[1] or kv[2]) else 8
    return {
        **model,
        **given(
            weight_bits=bits, kv_bits=kv_bits, prompt_tokens=prompt_tokens(rest), answer_tokens=answer_tokens(rest)
        ),
        **given(batch=_batch(rest), device=device, devices=devices),
    }


def prompt_tokens(text: str) -> int | float | None:
    """Tokens of prompt or context. In a context, 8k is 8,192."""
    patterns = (
        rf"{NUMBER}[ -]*(?:tokens?)? (?:of )?(?:context|ctx|컨텍스트|上下文)",
        rf"(?:context|ctx|window|컨텍스트|上下文)(?: length| size| window)?(?: of| is|:)? {NUMBER}",
    )
    for pattern in patterns:
        if (found := find(pattern, text)) and (value := number(found)):
            is_power = (found[2] or "").lower() == "k" and (int(value) // 1000).bit_count() == 1
            return int(value) // 1000 * 1024 if is_power else value
    return number(find(rf"{NUMBER}[ -]*(?:(?:prompt|input) tokens|tokens? prompt|tokens? of prompt)", text))


def answer_tokens(text: str) -> int | float | None:
    """Tokens of an answer."""
    return number(find(rf"{NUMBER}[ -]*(?:output|answer|completion|generated|new) tokens", text))


def _model(text: str) -> dict[str, Any] | None:
    if file := re.search(r"\S+\.gguf\b", text):
        return {"model": file[0]}
    rest, found = text, []
    for name in sorted(known_models(), key=len, reverse=True):
        pattern = _GAP.join(map(re.escape, re.sub(r"^([a-z]+)(\d)", r"\1-\2", name).split("-")))
        whole = re.compile(rf"{_BETWEEN}{pattern}{_END}", re.IGNORECASE)
        if whole.search(rest):
            found.append(name)
            rest = whole.sub(" ", rest)
    sizes = [size[1] for size in _SIZE.finditer(rest)]
    found += [_BY_SIZE.get(size, "") for size in sizes]
    if not found:
        return _own_shape(text)
    return {"model": found[0]} if len(set(found)) == 1 and found[0] else None


def _own_shape(text: str) -> dict[str, Any] | None:
    kv = number(find(rf"{NUMBER} (?:kv|key[ -]value)[ -]?heads", text))
    shape = given(
        layers=number(find(rf"{NUMBER} layers", text)),
        hidden=number(find(rf"(?:hidden(?: size)?|width)(?: of| is|:)? {NUMBER}", text)),
        heads=number(find(rf"{NUMBER} (?:attention )?heads", text)),
        intermediate=number(find(rf"(?:intermediate|mlp)(?: size)?(?: of| is|:)? {NUMBER}", text)),
        vocabulary=number(find(rf"vocab(?:ulary)?(?: size)?(?: of| is|:)? {NUMBER}", text)),
    )
    return {**shape, **given(kv_heads=kv)} if len(shape) == 5 else None


def _device(text: str) -> tuple[str | None, int | None]:
    """The device, and how many of it."""
    if find(r"\b(?:on|for) (?:this|my) (?:machine|computer|laptop|pc)\b", text):
        return "here", None
    for name in sorted(known_devices(), key=len, reverse=True):
        family, _, size = name.partition("-")
        if family == "RTX":
            pattern = rf"(?:(?:nvidia )?(?:geforce )?rtx[ -]?)?{size}"
        else:
            pattern = rf"{family}s?" + (rf"[ -]*(?:sxm\d?[ -]*)?{size}(?: gb)?" if size else "")
        if found := find(rf"(?:{COUNT}[ ]*[x×]?[ ]*)?{_BETWEEN}(?:nvidia )?(?:{pattern})s?{_END}", text):
            return name, _several(found[1])
        alone = find(rf"(?:{COUNT}[ ]*[x×]?[ ]*)?{_BETWEEN}{family}s?{_END}", text) if size == "80" else None
        if alone and not find(rf"{family}s?[ -]*40", text):
            return name, _several(alone[1])
    return None, None


def _several(word: str | None) -> int | None:
    return count(word) if word and count(word) > 1 else None


def _batch(text: str) -> int | float | None:
    if value := number(find(rf"batch(?:es)?(?: size)?(?: of| is|:)? {NUMBER}", text)):
        return value
    return number(
        find(rf"{NUMBER} (?:concurrent|simultaneous|parallel) (?:requests|users|sequences|answers|chats)", text)
    )
