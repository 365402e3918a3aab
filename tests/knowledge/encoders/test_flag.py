"""The same order from ONNX Runtime and from FlagEmbedding on torch, on small models of the real architectures."""

import json
from pathlib import Path

import numpy as np
import pytest

from knowledge.encoders.encoder_catalogue import Instructions
from knowledge.encoders.onnx_encoders import OnnxEmbedder, OnnxReranker
from knowledge.encoders.torch_file import write_safetensors
from tests.models import tiny_bert, tiny_xlm_roberta

pytestmark = [pytest.mark.torch, pytest.mark.timeout(300)]  # transformers takes long to load
flag = pytest.importorskip(
    "knowledge.encoders.flag", reason="FlagEmbedding and torch are not installed: `make test-torch`"
)

TEXTS = [
    "the cat sat on the mat",
    "dog",
    "",
    "é中文 猫坐在",
    "cat",
    "of the dog",
    "the dog sat on the cat " * 20,
    "mat",
]
QUESTION = "the cat sat"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT and an XLM-RoBERTa that embed, and an XLM-RoBERTa that reranks."""
    root = tmp_path_factory.mktemp("models")
    tiny_bert.write_model(root / "bert")
    sizes = {"vocab_size": len(tiny_bert.VOCABULARY), "type_vocab_size": 2, "pad_token_id": 0}
    tiny_bert.write_json(root / "bert" / "config.json", tiny_bert.CONFIG | sizes)
    weights = tiny_xlm_roberta.write_embedder(root / "xlm-roberta")
    tiny_bert.write_safetensors(root / "xlm-roberta" / "model.safetensors", weights)
    tiny_xlm_roberta.write_reranker(root / "reranker")
    for folder, marks in (("bert", tiny_bert.MARKS), ("xlm-roberta", MARKS), ("reranker", MARKS)):
        config = {"tokenizer_class": "PreTrainedTokenizerFast", **marks}
        tiny_bert.write_json(root / folder / "tokenizer_config.json", config)
        add_format(root / folder / "model.safetensors")
    return root


MARKS = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}


def add_format(path: Path) -> None:
    """transformers wants to be told that the numbers are torch's."""
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    head = json.dumps({"__metadata__": {"format": "pt"}, **json.loads(data[8 : 8 + size])}).encode()
    path.write_bytes(len(head).to_bytes(8, "little") + head + data[8 + size :])


@pytest.mark.parametrize("name", ["bert", "xlm-roberta"])
def test_onnx_runtime_and_torch_embed_alike(folders: Path, name: str) -> None:
    ours = OnnxEmbedder(
        folders / name, precision="float32", instructions=Instructions(question="the ", passage="a "), threads=2
    )
    theirs = flag.FlagEmbedder(folders / name, instructions=Instructions(question="the ", passage="a "), device="cpu")
    assert theirs.embed(TEXTS) == pytest.approx(ours.embed(TEXTS), abs=1e-5)
    assert theirs.embed_question("cat") == pytest.approx(ours.embed_question("cat"), abs=1e-5)
    assert (theirs.name, theirs.dimensions, theirs.max_tokens) == (ours.name, ours.dimensions, ours.max_tokens)
    assert theirs.tokenizer_file == ours.tokenizer_file
    assert theirs.piece_ranks(["the", "cats"]) == ours.piece_ranks(["the", "cats"])
    ours.close()
    theirs.close()


def test_onnx_runtime_and_torch_rank_alike(folders: Path) -> None:
    ours, theirs = OnnxReranker(folders / "reranker", threads=2), flag.FlagReranker(folders / "reranker", device="cpu")
    expected = ours.scores(QUESTION, TEXTS)
    assert theirs.scores(QUESTION, TEXTS) == pytest.approx(expected, abs=1e-4)
    assert np.argsort(theirs.scores(QUESTION, TEXTS)).tolist() == np.argsort(expected).tolist()
    ours.close()
    theirs.close()


def test_more_texts_than_a_batch_keep_their_order(folders: Path) -> None:
    theirs = flag.FlagReranker(folders / "reranker", device="cpu")
    texts = [f"{'cat ' * (n % 7)}dog{'s' * (n % 3)}" for n in range(80)]
    alone = [theirs.scores(QUESTION, [text])[0] for text in texts[::9]]
    assert theirs.scores(QUESTION, texts)[::9] == pytest.approx(alone, abs=1e-4)
    theirs.close()


def test_our_scores_are_those_of_flag_reranker_itself(folders: Path) -> None:
    from FlagEmbedding import FlagReranker as Official

    ours = OnnxReranker(folders / "reranker", threads=2)
    # without characters that the vocabulary lacks: on transformers 5 it spells out and reads again what it tokenised
    texts = [text for text in TEXTS if text.isascii() and text]
    pairs = [(QUESTION, text) for text in texts]
    official = Official(str(folders / "reranker"), devices="cpu", max_length=tiny_xlm_roberta.POSITIONS)
    assert official.compute_score(pairs) == pytest.approx(ours.scores(QUESTION, texts), abs=1e-4)
    ours.close()


def test_a_file_that_torch_wrote_is_read_without_it(tmp_path: Path) -> None:
    import torch

    weights = tiny_xlm_roberta.write_embedder(tmp_path / "tiny")
    torch.save({name: torch.tensor(array) for name, array in weights.items()}, tmp_path / "pytorch_model.bin")
    write_safetensors(tmp_path / "pytorch_model.bin", tmp_path / "tiny" / "model.safetensors")
    embedder = OnnxEmbedder(tmp_path / "tiny", precision="float32", threads=1)
    ids = tiny_xlm_roberta.tokenizer().encode("the cat").ids
    assert embedder.embed(["the cat"])[0] == pytest.approx(tiny_xlm_roberta.vector(weights, ids), abs=1e-5)
    embedder.close()


def test_a_state_of_a_whole_network_is_read_too(tmp_path: Path) -> None:
    import torch

    network = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.LayerNorm(2))
    torch.save(network.state_dict(), tmp_path / "pytorch_model.bin")
    write_safetensors(tmp_path / "pytorch_model.bin", tmp_path / "model.safetensors")
    from safetensors.torch import load_file

    loaded = load_file(tmp_path / "model.safetensors")
    assert loaded.keys() == network.state_dict().keys()
    assert all(torch.equal(loaded[name], tensor) for name, tensor in network.state_dict().items())
