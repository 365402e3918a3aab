"""Folders of safetensors: what they say of themselves, and why some are refused."""

import json
import random
import struct
import tracemalloc
from pathlib import Path

import pytest

from engines.errors import ModelUnreadable
from engines.models.safetensors import read_safetensors
from engines.models.scan import read_card
from tests.models.tiny_safetensors import CONFIG, TENSORS, safetensors_bytes, write_folder


def refusal(folder: Path) -> str:
    with pytest.raises(ModelUnreadable) as refused:
        read_card(folder)
    return refused.value.hint


def edit(path: Path, **changes: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@pytest.mark.parametrize("shards", [1, 3])
def test_card_has_the_facts_of_the_folder(tmp_path: Path, shards: int) -> None:
    card = read_card(write_folder(tmp_path / "Tiny-Chat", shards=shards))
    assert (card.name, card.format, card.architecture) == ("Tiny-Chat", "safetensors", "Qwen2ForCausalLM")
    assert card.parameters == 2 * 6400 + 2 * 4096
    assert card.weights_bytes == 2 * card.parameters
    assert card.active_bytes == card.weights_bytes - 2 * 6400  # of embeddings one row is read
    assert (card.quantization, card.context_tokens, card.licence) == ("BF16", 4096, "apache-2.0")
    assert card.has_template
    assert card.cache.growth(1000) == 1000 * 2 * 2 * (16 + 16) * 2
    assert len(card.files) == shards


def test_tied_embeddings_are_read_for_each_token(tmp_path: Path) -> None:
    tensors = {name: kind for name, kind in TENSORS.items() if name != "lm_head.weight"}
    card = read_card(write_folder(tmp_path / "tied", tensors=tensors))
    assert card.active_bytes == card.weights_bytes


def test_of_experts_only_those_used_are_read(tmp_path: Path) -> None:
    tensors = {f"model.layers.0.mlp.experts.{n}.up_proj.weight": ("BF16", [64, 64]) for n in range(8)}
    tensors["lm_head.weight"] = ("BF16", [100, 64])
    folder = write_folder(tmp_path / "moe", tensors=tensors, num_experts=8, num_experts_per_tok=2)
    assert read_card(folder).active_bytes == 2 * (6400 + 2 * 4096)


def test_text_model_is_found_in_a_multimodal_one(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path / "sees",
        architectures=["Gemma3ForConditionalGeneration"],
        text_config={**CONFIG, "max_position_embeddings": 131072, "head_dim": 32},
        max_position_embeddings=None,
    )
    assert read_card(folder).context_tokens == 131072
    assert read_card(folder).cache.growth(1) == 2 * 2 * (32 + 32) * 2


def test_sliding_layers_stop_growing(tmp_path: Path) -> None:
    kinds = ["sliding_attention", "full_attention"]
    cache = read_card(write_folder(tmp_path / "slides", layer_types=kinds, sliding_window=512)).cache
    assert cache.size(8192, 128) == 2 * 64 * (8192 + 768)


@pytest.mark.parametrize(
    ("said", "packed", "expected"),
    [
        ({"quant_method": "awq", "bits": 4}, ("I32", [64, 8]), ("awq", 4096)),
        ({"quant_method": "gptq", "bits": 8}, ("I32", [64, 16]), ("gptq", 4096)),
        ({"quant_method": "fp8"}, ("F8_E4M3", [64, 64]), ("fp8", 4096)),
        ({"quant_method": "bitsandbytes", "load_in_4bit": True}, ("U8", [2048, 1]), ("bitsandbytes-4bit", 4096)),
        ({"quant_method": "bitsandbytes", "load_in_8bit": True}, ("I8", [64, 64]), ("bitsandbytes-8bit", 4096)),
    ],
)
def test_quantised_weights_are_counted_as_before_packing(
    tmp_path: Path, said: dict[str, object], packed: tuple[str, list[int]], expected: tuple[str, int]
) -> None:
    name = "qweight" if said["quant_method"] in ("awq", "gptq") else "weight"
    tensors = {f"model.layers.0.mlp.up_proj.{name}": packed, "lm_head.weight": ("F16", [100, 64])}
    card = read_card(write_folder(tmp_path / "packed", tensors=tensors, quantization_config=said))
    assert (card.quantization, card.parameters - 6400) == expected


@pytest.mark.parametrize(
    ("readme", "licence"),
    [
        ("---\nlicense: other\nlicense_name: llama3.2\n---\n", "llama3.2"),
        ("---\nlicense: 'mit'\n---\n", "mit"),
        ("# No front matter\nlicense: mit\n", None),
        ("", None),
    ],
)
def test_the_licence_is_read_from_the_front_matter(tmp_path: Path, readme: str, licence: str | None) -> None:
    assert read_card(write_folder(tmp_path / "model", readme=readme)).licence == licence


def test_pickles_are_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "model")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    assert "pickle files" in refusal(folder)


@pytest.mark.parametrize("file", ["config.json", "tokenizer_config.json"])
def test_code_of_its_own_is_refused(tmp_path: Path, file: str) -> None:
    folder = write_folder(tmp_path / "model")
    edit(folder / file, auto_map={"AutoModelForCausalLM": "modeling.Model"})
    assert "run code" in refusal(folder)


def test_adapters_and_models_that_do_not_write_are_refused(tmp_path: Path) -> None:
    adapter = write_folder(tmp_path / "adapter")
    (adapter / "adapter_config.json").write_text("{}")
    assert "adapter" in refusal(adapter)
    assert "does not write" in refusal(write_folder(tmp_path / "embedder", architectures=["BertModel"]))


@pytest.mark.parametrize("file", ["config.json", "tokenizer.json", "model.safetensors"])
def test_a_missing_file_is_named(tmp_path: Path, file: str) -> None:
    folder = write_folder(tmp_path / "model")
    (folder / file).unlink()
    assert "missing" in refusal(folder)


def test_a_missing_part_is_named(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "model", shards=3)
    (folder / "model-00002-of-00003.safetensors").unlink()
    assert "1 of its 3 parts" in refusal(folder)


def test_an_index_that_leads_outside_is_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "model", shards=2)
    index = {"weight_map": {"lm_head.weight": "../other/model.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    assert "outside" in refusal(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000, '{"a": ' + "9" * 5000 + "}", "\ud800"])
def test_a_damaged_config_is_refused(tmp_path: Path, text: str) -> None:
    folder = write_folder(tmp_path / "model")
    (folder / "config.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    assert "damaged" in refusal(folder)


@pytest.mark.parametrize("size", [0, 4, 8, 100, 1000])
def test_weights_cut_short_are_refused(tmp_path: Path, size: int) -> None:
    folder = write_folder(tmp_path / "model")
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:size])
    assert "not downloaded completely" in refusal(folder)


def offsets(*places: tuple[int, int]) -> bytes:
    header = {
        str(number): {"dtype": "F32", "shape": [1], "data_offsets": list(place)} for number, place in enumerate(places)
    }
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + bytes(8)


@pytest.mark.parametrize("places", [[(0, 4), (2, 6)], [(0, 4), (8, 12)], [(0, 4)], [(-4, 0), (0, 4)], [(4, 0), (0, 8)]])
def test_overlaps_gaps_and_impossible_offsets_are_refused(tmp_path: Path, places: list[tuple[int, int]]) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(offsets(*places))
    with pytest.raises(ModelUnreadable):
        read_safetensors(path)


def test_tensors_without_a_gap_are_read(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(offsets((4, 8), (0, 4)))
    assert [tensor.name for tensor in read_safetensors(path)] == ["1", "0"]


def mutated(data: bytes, dice: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.randint(1, 3)):
        at = dice.randrange(min(len(changed), 500))
        kind = dice.randrange(4)
        if kind == 0:
            changed[at] ^= 1 << dice.randrange(8)
        elif kind == 1:
            changed[at : at + 1] = dice.choice((b"9" * 30, b"-1", b"[", b"{", b'"', b"1e9", b"null", b"NaN"))
        elif kind == 2:
            del changed[at : at + dice.randrange(1, 30)]
        else:
            changed[:8] = struct.pack("<Q", dice.choice((0, 1, 2**20, 2**31, 2**63, 2**64 - 1)))
    return bytes(changed)


def test_mutated_headers_are_read_or_refused_and_allocate_no_memory(tmp_path: Path) -> None:
    dice, path, refused = random.Random(0), tmp_path / "mutated.safetensors", 0
    data = safetensors_bytes({name: (dtype, [4, 4]) for name, (dtype, _) in TENSORS.items()})
    tracemalloc.start()
    try:
        for _ in range(1500):
            path.write_bytes(mutated(data, dice))
            try:
                read_safetensors(path)
            except ModelUnreadable:
                refused += 1
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert refused > 1000
    assert peak < 4 << 20
