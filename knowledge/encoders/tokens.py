"""Texts, and pairs of question and text, as the token ids that a model reads."""

from collections.abc import Sequence

from knowledge.encoders.encoder_folder import ModelFolder

# Of a text or a pair: chunks are made to fit, a longer one is too coarse to cite, and FlagReranker cuts here too.
MOST_TOKENS = 512
_CHARACTER_RANK = 1024  # the alphabets of a BERT vocabulary hold some 1,000 to 2,000 characters


class TextTokens:
    """An embedder's view of texts."""

    def __init__(self, model: ModelFolder) -> None:
        """Raises ModelDamaged."""
        self.max_tokens = min(model.shape().positions, model.max_sequence(), MOST_TOKENS)
        self._tokenizer = model.tokenizer()

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of each text between the model's marks, of which there are `max_tokens` at most."""
        return [self._cut(encoding.ids) for encoding in self._tokenizer.encode_batch_fast(list(texts))]

    def counts(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each whole text, the marks included."""
        return [len(encoding.ids) for encoding in self._tokenizer.encode_batch_fast(list(texts))]

    def piece_ranks(self, words: Sequence[str]) -> list[list[int]] | None:
        """See `Embedder.piece_ranks`.

        A BERT vocabulary holds its marks, then single characters, then from `the` on whatever is frequent, in that
        order; a single character counts as the middle of its alphabet. None for other vocabularies: XLM-RoBERTa's
        was made of a hundred languages and reads them all.
        """
        first, unknown = self._tokenizer.token_to_id("the"), self._tokenizer.token_to_id("[UNK]")
        if first is None or unknown is None:
            return None
        spelled = self._tokenizer.encode_batch_fast(list(words), add_special_tokens=False)
        return [[] if unknown in e.ids else [_rank(piece, first) for piece in e.ids] for e in spelled]

    def _cut(self, ids: list[int]) -> list[int]:
        return ids if len(ids) <= self.max_tokens else [*ids[: self.max_tokens - 1], ids[-1]]


class PairTokens:
    """A reranker's view of a question and texts, cut as FlagReranker does: the question gets three quarters at most."""

    def __init__(self, model: ModelFolder) -> None:
        """Raises ModelDamaged."""
        self._max_tokens = min(model.shape().positions, MOST_TOKENS)
        self._tokenizer = model.tokenizer()
        self._marks = self._tokenizer.num_special_tokens_to_add(True)

    def ids(self, question: str, texts: Sequence[str]) -> list[list[int]]:
        """The ids of each pair, between the marks that the tokenizer's own template puts around them."""
        asked, *read = self._tokenizer.encode_batch_fast([question, *texts], add_special_tokens=False)
        asked.truncate(self._max_tokens * 3 // 4)
        for text in read:
            text.truncate(self._max_tokens - self._marks - len(asked.ids))
        return [self._tokenizer.post_process(asked, text).ids for text in read]


def _rank(piece: int, first: int) -> int:
    return piece - first + 1 if piece >= first else _CHARACTER_RANK
