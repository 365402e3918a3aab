"""A causal language model on torch and transformers, which are imported when the first model is opened."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import psutil
from tokenizers.decoders import DecodeStream

from engines.engine_settings import TransformersSettings
from engines.errors import EngineMissing, ModelUnreadable
from engines.protocol import Sampling
from engines.safetensors_folder import SafetensorsFolder, offline

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_RAM_SHARE = 0.9  # of the available memory, for the weights


@dataclass(frozen=True, slots=True)
class TransformersLibrary:
    """The modules that Carrel calls."""

    torch: Any
    transformers: Any


@cache
def transformers_library() -> TransformersLibrary:
    """Import both, silent and offline, which takes seconds. Raises EngineMissing."""
    try:
        with offline():
            import torch
            import transformers
    except ImportError as error:
        hint = (
            "Install it with `pip install 'carrel-desktop[workstation]'`, or choose a GGUF model, which llama.cpp runs."
        )
        raise EngineMissing("transformers is not installed", hint) from error
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    return TransformersLibrary(torch, transformers)


class KeyValueCache:
    """The keys and values of `tokens`, in order."""

    def __init__(self, cache: Any) -> None:
        self.cache = cache
        self.tokens: list[int] = []

    @property
    def size(self) -> int:
        """Its bytes."""
        tensors = [getattr(layer, name, None) for layer in self.cache.layers for name in ("keys", "values")]
        return sum(tensor.numel() * tensor.element_size() for tensor in tensors if tensor is not None)


class TransformersModel:
    """Weights on a device. For one thread at a time."""

    def __init__(self, library: TransformersLibrary, folder: SafetensorsFolder, settings: TransformersSettings) -> None:
        """Load the weights, which takes seconds. Raises ModelUnreadable, EngineMissing."""
        self._torch, self._transformers = library.torch, library.transformers
        choose_arithmetic(self._torch, settings)
        self.device = settings.device or ("cuda" if self._torch.cuda.is_available() else "cpu")
        available, needed = psutil.virtual_memory().available * _RAM_SHARE, folder.card.weights_bytes
        if self.device == "cpu" and needed > available:
            sizes = f"{needed / 2**30:.1f} GiB, and {available / 2**30:.1f} GiB are free"
            hint = f"Its weights need {sizes}. Close other programs, or choose a smaller model."
            raise ModelUnreadable(folder.path, hint)
        self._model = self._load(folder, settings)
        self.weight_bytes = sum(weight.numel() * weight.element_size() for weight in self._model.parameters())

    def new_cache(self) -> KeyValueCache:
        """An empty cache."""
        return KeyValueCache(self._transformers.DynamicCache(config=self._model.config))

    def read(self, cache: KeyValueCache, tokens: Sequence[int]) -> Any:
        """Append `tokens`, at least one. Returns the logits after them, a float32 vector on the CPU."""
        with self._torch.inference_mode():
            ids = self._torch.tensor([tokens], device=self.device)
            output = self._model(input_ids=ids, past_key_values=cache.cache, use_cache=True, logits_to_keep=1)
            cache.tokens.extend(tokens)
            return output.logits[0, -1].float().cpu()

    def truncate(self, cache: KeyValueCache, kept: int) -> KeyValueCache:
        """The cache of the first `kept` tokens; an empty one where the model cannot remove the last ones."""
        surplus = len(cache.tokens) - kept
        if not surplus:
            return cache
        try:
            cache.cache.crop(-surplus)
        except RuntimeError:  # sliding windows and recurrent layers cannot go back
            return self.new_cache()
        del cache.tokens[kept:]
        return cache

    def close(self) -> None:
        """Free the weights."""
        self._model = None
        if self.device.startswith("cuda"):
            self._torch.cuda.empty_cache()

    def _load(self, folder: SafetensorsFolder, settings: TransformersSettings) -> Any:
        try:
            with offline():
                model, found = self._transformers.AutoModelForCausalLM.from_pretrained(
                    str(folder.path),
                    trust_remote_code=False,
                    use_safetensors=True,
                    local_files_only=True,
                    output_loading_info=True,
                    dtype=self._torch.float32
                    if self.device == "cpu"
                    else "auto",  # few CPUs compute 16 bits as fast as 32
                    attn_implementation=self._attention(settings),
                    quantization_config=self._quantization_config(settings),
                    device_map={"": self.device} if settings.quantization != "none" else None,
                )
        except ImportError as error:
            hint = "Quantising needs bitsandbytes and accelerate: `pip install 'carrel-desktop[workstation]'`."
            raise EngineMissing("bitsandbytes is not installed", hint) from error
        except (ValueError, KeyError, RuntimeError, OSError, MemoryError) as error:
            reason = next(iter(str(error).strip().splitlines()), "") or type(error).__name__
            raise ModelUnreadable(folder.path, f"transformers cannot load it: {reason}") from error
        if found["missing_keys"]:  # transformers would fill them with random numbers
            hint = f"{len(found['missing_keys'])} of its weights are missing. Download the model again."
            raise ModelUnreadable(folder.path, hint)
        return model.eval() if settings.quantization != "none" else model.to(self.device).eval()

    def _quantization_config(self, settings: TransformersSettings) -> Any:
        """The configuration of bitsandbytes; None: none. Raises ImportError where it is not installed."""
        if settings.quantization == "none":
            return None
        if settings.quantization == "int8":
            return self._transformers.BitsAndBytesConfig(load_in_8bit=True)
        compute = self._torch.float32 if self.device == "cpu" else getattr(self._torch, settings.nf4_compute)
        return self._transformers.BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_compute_dtype=compute,
            bnb_4bit_use_double_quant=settings.double_quantization,
        )

    def _attention(self, settings: TransformersSettings) -> str | None:
        """The attention to compute with; None: torch's own."""
        if settings.attention or not self.device.startswith("cuda"):
            return settings.attention
        return best_attention(self._torch.cuda.get_device_capability(self.device)[0])


_AMPERE, _HOPPER = 8, 9  # major numbers of compute capability: Flash Attention 2 needs 8, 3 is built for 9 alone


def best_attention(capability: int) -> str | None:
    """The fastest attention that is installed for GPUs of this major compute capability; None: torch's own."""
    if capability == _HOPPER and find_spec("flash_attn_interface") is not None:
        return "flash_attention_3"
    return "flash_attention_2" if capability >= _AMPERE and find_spec("flash_attn") is not None else None


def use_allocator(settings: TransformersSettings) -> None:
    """Tell torch, before it is imported, how to allocate a GPU's memory; what the environment says goes first."""
    if settings.allocator:
        os.environ.setdefault("PYTORCH_ALLOC_CONF", settings.allocator)


def choose_arithmetic(torch: Any, settings: TransformersSettings) -> None:
    """Set how GPUs multiply float32, and if cuDNN measures its convolutions first."""
    torch.set_float32_matmul_precision("high" if settings.tf32 else "highest")
    torch.backends.cudnn.allow_tf32 = settings.tf32
    torch.backends.cudnn.benchmark = settings.cudnn_autotune


class TokenSampler:
    """Samples the tokens of one reply. `seen`, the tokens of prompt and answer so far, may grow in between."""

    def __init__(self, torch: Any, sampling: Sampling, seen: list[int]) -> None:
        self._torch, self._sampling, self._seen = torch, sampling, seen
        self._random = torch.Generator()
        if sampling.seed is None:
            self._random.seed()
        else:
            self._random.manual_seed(sampling.seed % (1 << 63))

    def draw(self, logits: Any) -> int:
        """Sample a token. `logits`: a float32 vector on the CPU, which may be changed."""
        sampling = self._sampling
        if sampling.repeat_penalty != 1.0:  # Keskar et al., arXiv 1909.05858
            tokens = self._torch.tensor(sorted(set(self._seen)))
            values, penalty = logits[tokens], sampling.repeat_penalty
            logits[tokens] = self._torch.where(values > 0, values / penalty, values * penalty)
        if sampling.temperature <= 0:
            return int(logits.argmax())
        top = sampling.top_k if 0 < sampling.top_k < logits.numel() else logits.numel()
        values, tokens = logits.topk(top)
        shares = values.softmax(0)
        kept = (shares.cumsum(0) - shares < sampling.top_p) & (shares >= sampling.min_p * shares[0])
        kept[0] = True
        drawn = (values[kept] / sampling.temperature).softmax(0).multinomial(1, generator=self._random)
        return int(tokens[kept][drawn])


class TokenDecoder:
    """Decodes tokens that come one by one; the beginning of a character waits for its end."""

    def __init__(self, tokenizer: Tokenizer, before: list[int], hidden: frozenset[int]) -> None:
        """`before`: the tokens that the text continues. `hidden`: tokens that stand for no text."""
        self._tokenizer, self._new_stream, self._hidden = tokenizer, DecodeStream, hidden
        self._stream = DecodeStream(ids=[one for one in before if one not in hidden], skip_special_tokens=False)

    def feed(self, token: int) -> str:
        """The characters that `token` completes."""
        if token in self._hidden:
            return ""
        try:
            return self._stream.step(self._tokenizer, token) or ""
        except Exception:  # noqa: BLE001 it raises nothing narrower for invalid UTF-8
            self._stream = self._new_stream(ids=[], skip_special_tokens=False)
            return self._stream.step(self._tokenizer, token) or ""
