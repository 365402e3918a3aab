"""Chooses the next token from logits: penalty → top-k → top-p → min-p → temperature, as llama.cpp orders them."""

from typing import Any

from engines.protocol import Sampling


class TokenSampler:
    """Draws the tokens of one reply. `seen`, the tokens of prompt and answer so far, may grow between the draws."""

    def __init__(self, torch: Any, sampling: Sampling, seen: list[int]) -> None:
        self._torch, self._sampling, self._seen = torch, sampling, seen
        self._random = torch.Generator()
        if sampling.seed is None:
            self._random.seed()
        else:
            self._random.manual_seed(sampling.seed % (1 << 63))

    def draw(self, logits: Any) -> int:
        """A token. `logits`: a float32 vector on the CPU, which may be changed."""
        sampling = self._sampling
        if sampling.repeat_penalty != 1.0:
            self._penalize(logits)
        if sampling.temperature <= 0:
            return int(logits.argmax())
        top = sampling.top_k if 0 < sampling.top_k < logits.numel() else logits.numel()
        values, tokens = logits.topk(top)
        shares = values.softmax(0)
        kept = (shares.cumsum(0) - shares < sampling.top_p) & (shares >= sampling.min_p * shares[0])
        kept[0] = True
        drawn = (values[kept] / sampling.temperature).softmax(0).multinomial(1, generator=self._random)
        return int(tokens[kept][drawn])

    def _penalize(self, logits: Any) -> None:
        """Divide what speaks for a seen token, multiply what speaks against it: Keskar et al., arXiv 1909.05858."""
        tokens = self._torch.tensor(sorted(set(self._seen)))
        values, penalty = logits[tokens], self._sampling.repeat_penalty
        logits[tokens] = self._torch.where(values > 0, values / penalty, values * penalty)
