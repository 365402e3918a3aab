"""Embedding and reranking through FlagEmbedding, where torch can use a GPU.

FlagEmbedding loads the models and pools their tokens. Its own loops are not used: they try out the largest batch first,
which doubles the work of a question, and on transformers 5 they decode pairs and tokenise them again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from FlagEmbedding import FlagModel, FlagReranker as Flag
from numpy.typing import NDArray

from knowledge.encoders.encoder_catalogue import NO_INSTRUCTIONS, Instructions
from knowledge.encoders.encoder_folder import EncoderDamaged, EncoderFolder, PairTokens, TextTokens

BATCH = 32  # rows of nearly one length
DEVICE = "cuda:0"


class FlagEmbedder:
    """The embedder of a folder on `device`. Vectors are comparable with those of `OnnxEmbedder` in float32."""

    def __init__(self, folder: Path, *, instructions: Instructions = NO_INSTRUCTIONS, device: str = DEVICE) -> None:
        """Raises EncoderDamaged."""
        model = EncoderFolder(folder.resolve())
        self.name, self.dimensions = model.name, model.shape().hidden
        self._instructions = instructions
        self._tokens, self.tokenizer_file = TextTokens(model), model.tokenizer_file
        self.max_tokens = self._tokens.max_tokens
        half = device.startswith("cuda")
        pooling = model.pooling()
        flag = _loaded(model, lambda path: FlagModel(path, pooling_method=pooling, use_fp16=half, devices=device))
        self._pool, self._runner = flag.pooling, _Runner(flag.model, device)

    @property
    def weight_bytes(self) -> int:
        """Memory of the device that the weights take."""
        return self._runner.weight_bytes

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Embedder.embed`."""
        return self._vectors([self._instructions.passage + text for text in texts])

    def embed_question(self, question: str) -> NDArray[np.float32]:
        """See `Embedder.embed_question`."""
        vector: NDArray[np.float32] = self.embed_questions([question])[0]
        return vector

    def embed_questions(self, questions: Sequence[str]) -> NDArray[np.float32]:
        """See `Embedder.embed_questions`."""
        return self._vectors([self._instructions.question + text for text in questions])

    def _vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        def vectors(output: Any, mask: Any) -> Any:
            return torch.nn.functional.normalize(self._pool(output.last_hidden_state, mask).float(), dim=-1)

        return self._runner.run(self._tokens.ids(texts), self.dimensions, vectors)

    def piece_ranks(self, words: Sequence[str]) -> list[list[int]] | None:
        """See `Embedder.piece_ranks`."""
        return self._tokens.piece_ranks(words)

    def close(self) -> None:
        """Free the model's memory."""
        self._runner.close()


class FlagReranker:
    """The reranker of a folder on `device`. It orders texts as `OnnxReranker` does in float32."""

    batch_pairs = BATCH

    def __init__(self, folder: Path, *, device: str = DEVICE) -> None:
        """Raises EncoderDamaged."""
        model = EncoderFolder(folder.resolve())
        self.name, self._tokens = model.name, PairTokens(model)
        flag = _loaded(model, lambda path: Flag(path, devices=device))
        self._runner = _Runner(flag.model.half() if device.startswith("cuda") else flag.model, device)

    @property
    def weight_bytes(self) -> int:
        """Memory of the device that the weights take."""
        return self._runner.weight_bytes

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """See `Reranker.scores`."""
        rows = self._runner.run(self._tokens.ids(question, texts), 1, lambda output, mask: output.logits.float())
        logits: list[float] = rows[:, 0].tolist()
        return logits

    def close(self) -> None:
        """Free the model's memory."""
        self._runner.close()


class _Runner:
    """Runs a torch model over rows of token ids, a batch of nearly one length at a time, for any thread."""

    def __init__(self, model: Any, device: str) -> None:
        self._model, self._device = model.to(device).eval(), device
        self.weight_bytes: int = sum(weights.numel() * weights.element_size() for weights in model.parameters())
        self._padding = model.config.pad_token_id or 0
        self._lock = threading.Lock()

    def run(self, ids: Sequence[Sequence[int]], width: int, read: Any) -> NDArray[np.float32]:
        """Return float32 (rows, width), in the order of `ids`: `read` of the model's output and the mask."""
        rows = np.empty((len(ids), width), np.float32)
        order = sorted(range(len(ids)), key=lambda i: -len(ids[i]))
        for batch in (order[start : start + BATCH] for start in range(0, len(order), BATCH)):
            longest = len(ids[batch[0]])
            padding = [longest - len(ids[i]) for i in batch]
            padded = [[*ids[i], *[self._padding] * missing] for i, missing in zip(batch, padding, strict=True)]
            tokens = torch.tensor(padded, device=self._device)
            mask = torch.tensor([[1] * (longest - n) + [0] * n for n in padding], device=self._device)
            with self._lock, torch.inference_mode():
                rows[batch] = read(self._model(input_ids=tokens, attention_mask=mask), mask).cpu().numpy()
        return rows

    def close(self) -> None:
        """Free the model's memory."""
        with self._lock:
            del self._model


def _loaded(model: EncoderFolder, load: Callable[[str], Any]) -> Any:
    try:
        return load(str(model.path))
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise EncoderDamaged(model.path, error) from error
