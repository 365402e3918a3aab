"""torch and transformers, brought up once: nothing of them is imported before a model is opened for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any

from engines.engine_settings import TransformersSettings
from engines.errors import EngineMissing, ModelUnreadable
from engines.safetensors_folder import SafetensorsFolder, offline


@dataclass(frozen=True, slots=True)
class TransformersLibrary:
    """The modules that Carrel calls."""

    torch: Any
    transformers: Any


@cache
def transformers_library() -> TransformersLibrary:
    """Both, imported silent and offline, which takes seconds. Raises EngineMissing."""
    try:
        with offline():
            import torch
            import transformers
    except ImportError as error:
        hint = "It comes with `pip install 'carrel[workstation]'`. Or choose a GGUF model, which llama.cpp runs."
        raise EngineMissing("transformers is not installed", hint) from error
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    return TransformersLibrary(torch, transformers)


_RAM_SHARE = 0.9  # of what is available, for the weights


class KeyValueCache:
    """The keys and values of `tokens`, in order."""

    def __init__(self, cache: Any) -> None:
        self.cache = cache
        self.tokens: list[int] = []

    @property
    def size(self) -> int:
        """Its bytes."""
        held = [getattr(layer, name, None) for layer in self.cache.layers for name in ("keys", "values")]
        return sum(part.numel() * part.element_size() for part in held if part is not None)


class TransformersModel:
    """Weights on a device. For one thread at a time."""

    def __init__(self, library: TransformersLibrary, folder: SafetensorsFolder, settings: TransformersSettings) -> None:
        """Load the weights, which takes seconds. Raises ModelUnreadable, EngineMissing."""
        self._torch, self._transformers = library.torch, library.transformers
        self.device = settings.device or ("cuda" if self._torch.cuda.is_available() else "cpu")
        if self.device == "cpu":
            _require_ram(folder)
        self._model = self._load(folder, settings)
        self.weight_bytes = sum(weight.numel() * weight.element_size() for weight in self._model.parameters())

    def new_cache(self) -> KeyValueCache:
        """An empty one."""
        return KeyValueCache(self._transformers.DynamicCache(config=self._model.config))

    def read(self, memory: KeyValueCache, tokens: Sequence[int]) -> Any:
        """Append `tokens`, at least one. Returns a float32 vector on the CPU: the logits of what follows."""
        with self._torch.inference_mode():
            ids = self._torch.tensor([tokens], device=self.device)
            output = self._model(input_ids=ids, past_key_values=memory.cache, use_cache=True, logits_to_keep=1)
            memory.tokens.extend(tokens)
            return output.logits[0, -1].float().cpu()

    def cut(self, memory: KeyValueCache, kept: int) -> KeyValueCache:
        """A memory of the first `kept` tokens: the same one, or an empty one where the model cannot go back."""
        surplus = len(memory.tokens) - kept
        if not surplus:
            return memory
        try:
            memory.cache.crop(-surplus)
        except RuntimeError:  # sliding windows and recurrent layers keep no past to go back to
            return self.new_cache()
        del memory.tokens[kept:]
        return memory

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
                    dtype=self._dtype(),
                    attn_implementation=self._attention(),
                    quantization_config=self._quantization(settings),
                    device_map={"": self.device} if settings.quantization != "none" else None,
                )
        except ImportError as error:
            hint = "Quantising while loading wants bitsandbytes and accelerate: `pip install 'carrel[workstation]'`."
            raise EngineMissing("bitsandbytes is not installed", hint) from error
        except (ValueError, KeyError, RuntimeError, OSError, MemoryError) as error:
            reason = next(iter(str(error).strip().splitlines()), "") or type(error).__name__
            raise ModelUnreadable(folder.path, f"transformers cannot load it: {reason}") from error
        if found["missing_keys"]:  # transformers would write random numbers in their place
            hint = f"{len(found['missing_keys'])} of its weights are missing. Download the model again."
            raise ModelUnreadable(folder.path, hint)
        return model.eval() if settings.quantization != "none" else model.to(self.device).eval()

    def _dtype(self) -> Any:
        """As stored on a GPU; few CPUs compute 16 bits as fast as 32."""
        return self._torch.float32 if self.device == "cpu" else "auto"

    def _attention(self) -> str | None:
        """None: torch's own scaled dot product, where the model can use it."""
        flash = self.device.startswith("cuda") and find_spec("flash_attn") is not None
        return "flash_attention_2" if flash else None

    def _quantization(self, settings: TransformersSettings) -> Any:
        if settings.quantization == "nf4":
            compute = self._torch.float32 if self.device == "cpu" else self._torch.float16
            return self._transformers.BitsAndBytesConfig(
                load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=compute
            )
        return self._transformers.BitsAndBytesConfig(load_in_8bit=True) if settings.quantization == "int8" else None


def _require_ram(folder: SafetensorsFolder) -> None:
    import psutil

    available, needed = psutil.virtual_memory().available * _RAM_SHARE, folder.card.weights_bytes
    if needed > available:
        sizes = f"{needed / 2**30:.1f} GiB, and {available / 2**30:.1f} GiB are free"
        hint = f"Its weights take {sizes}. Close other programs, or choose a smaller model."
        raise ModelUnreadable(folder.path, hint)
