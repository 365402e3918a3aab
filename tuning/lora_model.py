"""A model with a LoRA adapter: its steps, its state, and the merge. The one module that imports torch and peft."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import peft
import torch
import transformers
from safetensors import SafetensorError, safe_open
from torch.nn import functional

from engines import TokenSequence
from errors import AppError
from tuning.plan import LoraPlan, TrainingPlan

_DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
_STATE = "training.pt"
_TOKENIZER_FILES = ("tokenizer*", "chat_template*", "generation_config.json", "special_tokens_map.json", "*.model")


class TrainingFailed(AppError):
    """A step cannot be computed: the memory is full, or the loss is no number."""


class LoraModel:
    """A base whose weights stay as they are, a LoRA adapter that learns, and its optimizer."""

    def __init__(self, base: Path, lora: LoraPlan, training: TrainingPlan) -> None:
        """Load the base, and begin an adapter from the seed. Raises TrainingFailed."""
        self._training, self._device = training, _device()
        self.precision = _precision(training, self._device)
        self._dtype = _DTYPES[self.precision]
        self._prepare(lora)
        model = _load(base, self._dtype, _nf4(self._dtype) if lora.quantised else None)
        if not lora.quantised:
            model.to(self._device)
        if training.gradient_checkpointing:
            model.activation_checkpointing_enable({"use_reentrant": False})
        model.config.use_cache = False
        torch.manual_seed(training.seed)
        config = peft.LoraConfig(
            r=lora.rank,
            lora_alpha=lora.alpha,
            lora_dropout=lora.dropout,
            target_modules=list(lora.targets) or "all-linear",
            task_type="CAUSAL_LM",
        )
        try:
            with warnings.catch_warnings(action="ignore", category=FutureWarning):  # of peft about transformers
                self._model: Any = peft.get_peft_model(model, config)
        except ValueError as error:  # no layer has such a name
            names = {name.rpartition(".")[2] for name, part in model.named_modules() if _is_linear(part)}
            raise TrainingFailed(
                f"This model has no layers named {', '.join(lora.targets)}", f"It has: {', '.join(sorted(names))}."
            ) from error
        self._causal: Any = self._model.get_base_model()
        self._learned = [each for each in self._model.parameters() if each.requires_grad]
        self._optimizer = torch.optim.AdamW(self._learned, lr=0.0, weight_decay=training.weight_decay)
        self._scaler = torch.amp.GradScaler(self._device.type, enabled=self.precision == "float16")

    @property
    def learned_parameters(self) -> int:
        """The number of parameters of the adapter."""
        return sum(each.numel() for each in self._learned)

    @property
    def reads_packed(self) -> bool:
        """True if rows of several conversations can be computed: no layer has a sliding window."""
        return "sliding_attention" not in (getattr(self._causal.config, "layer_types", None) or ())

    def step(self, batches: Sequence[Sequence[Sequence[TokenSequence]]], rate: float, seed: int) -> float:
        """Learn from the batches, each of rows of sequences; return their loss in nats per answer token.

        `seed`: of dropout. Raises TrainingFailed.
        """
        torch.manual_seed(seed)
        self._model.train()
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        answer_tokens = sum(one.answer_tokens for batch in batches for row in batch for one in row)
        total = 0.0
        try:
            for batch in batches:
                loss = self._loss(batch) / answer_tokens
                self._scaler.scale(loss).backward()
                total += float(loss.detach())
        except torch.OutOfMemoryError as error:
            hint = "Lower batch or max_tokens, or switch gradient_checkpointing on."
            raise TrainingFailed("The GPU's memory is full", hint) from error
        if total != total:
            raise TrainingFailed("The loss is no longer a number", "Lower learning_rate, or use another precision.")
        self._scaler.unscale_(self._optimizer)
        torch.nn.utils.clip_grad_norm_(self._learned, self._training.max_gradient_norm)
        self._scaler.step(self._optimizer)
        self._scaler.update()
        self._optimizer.zero_grad(set_to_none=True)
        return total

    def evaluate(self, sequences: Sequence[TokenSequence]) -> float:
        """The loss on these, in nats per answer token; nothing is learned."""
        self._model.eval()
        with torch.no_grad():
            total = sum(float(self._loss([[one]])) for one in sequences)
        return total / sum(one.answer_tokens for one in sequences)

    def save_state(self, folder: Path) -> None:
        """Write all that the next step depends on."""
        state = {
            "adapter": peft.get_peft_model_state_dict(self._model),
            "optimizer": self._optimizer.state_dict(),
            "scaler": self._scaler.state_dict(),
        }
        torch.save(state, folder / _STATE)

    def load_state(self, folder: Path) -> None:
        """Go on from what `save_state` wrote."""
        state = torch.load(folder / _STATE, map_location=self._device, weights_only=True)
        peft.set_peft_model_state_dict(self._model, state["adapter"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._scaler.load_state_dict(state["scaler"])

    def save_adapter(self, folder: Path) -> None:
        """Write the adapter as peft publishes it."""
        self._model.save_pretrained(folder, save_embedding_layers=False)

    def _prepare(self, lora: LoraPlan) -> None:
        if self._device.type == "cuda":
            torch.set_float32_matmul_precision("high")  # TF32: eight times faster, exact to 10 bits
        elif lora.quantised:
            raise TrainingFailed("QLoRA needs an NVIDIA GPU", "Write quantised = false under [lora].")

    def _loss(self, batch: Sequence[Sequence[TokenSequence]]) -> Any:
        """The summed loss at the answers' tokens of rows of sequences. Logits are computed there alone."""
        tokens, positions, mask, wanted = (part.to(self._device) for part in _tensors(batch))
        with self._casting():
            hidden = self._causal.get_decoder()(
                input_ids=tokens, position_ids=positions, attention_mask=mask, use_cache=False
            ).last_hidden_state
            logits = self._causal.get_output_embeddings()(hidden[:, :-1][wanted[:, 1:]]).float()
        cap = getattr(self._causal.config, "final_logit_softcapping", None)
        logits = cap * torch.tanh(logits / cap) if cap else logits
        return functional.cross_entropy(logits, tokens[:, 1:][wanted[:, 1:]], reduction="sum")

    def _casting(self) -> AbstractContextManager[Any]:
        mixed: AbstractContextManager[Any] = nullcontext()
        if self._dtype != torch.float32:
            mixed = torch.autocast(self._device.type, dtype=self._dtype)
        return mixed


def merge_adapter(base: Path, adapter: Path, target: Path) -> Path:
    """Write the base with the adapter merged into it to the folder `target`, as safetensors; return that.

    It is computed in float32 and written in the base's precision; float16 where the base is a GGUF file.
    """
    model = _load(base, torch.float32, None)
    with warnings.catch_warnings(action="ignore", category=FutureWarning):  # of peft about transformers
        merged: Any = peft.PeftModel.from_pretrained(model, str(adapter)).merge_and_unload()
    _forget_quantisation(merged)
    config = transformers.AutoConfig.from_pretrained(base) if base.is_dir() else None
    stored = getattr(config, "dtype", None) or torch.float16
    half = target.with_name(f".{target.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    try:
        merged.to(stored if isinstance(stored, torch.dtype) else torch.float16).save_pretrained(half)
    except SafetensorError as error:  # what it makes of a full disk
        shutil.rmtree(half, ignore_errors=True)
        raise OSError(f"{half}: {error}") from error
    if base.is_dir():
        for pattern in _TOKENIZER_FILES:
            for file in base.glob(pattern):
                shutil.copy(file, half)
    else:
        tokenizer = transformers.AutoTokenizer.from_pretrained(base.parent, gguf_file=base.name, local_files_only=True)
        tokenizer.save_pretrained(half)
    shutil.rmtree(target, ignore_errors=True)
    return half.rename(target)


def open_weights(folder: Path) -> dict[str, Callable[[], Any]]:
    """By the name of each tensor of a folder of safetensors a call that reads its values, in float32."""
    return {
        name: partial(_read_weight, file, name)
        for file in sorted(folder.glob("*.safetensors"))
        for name in safe_open(file, "pt").keys()  # noqa: SIM118 (it is no dict)
    }


def _read_weight(file: Path, name: str) -> Any:
    return safe_open(file, "pt").get_tensor(name).float().numpy()


def _load(base: Path, dtype: Any, quantisation: Any) -> Any:
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    place: dict[str, Any] = {} if base.is_dir() else {"gguf_file": base.name}
    if quantisation is not None:
        place |= {"quantization_config": quantisation, "device_map": {"": 0}}
    folder = base if base.is_dir() else base.parent
    return transformers.AutoModelForCausalLM.from_pretrained(
        folder, dtype=dtype, local_files_only=True, trust_remote_code=False, **place
    )


def _forget_quantisation(model: Any) -> None:
    """Take off what the base was: `save_pretrained` refuses to write a model that it believes to be GGUF."""
    for owner, name in ((model.config, "quantization_config"), (model, "hf_quantizer")):
        if hasattr(owner, name):
            delattr(owner, name)
    model.is_quantized = False


def _nf4(compute: Any) -> Any:
    """QLoRA's base: 4 bits of a normal distribution, its scales quantised too (Dettmers et al., 2023)."""
    return transformers.BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=compute,
    )


def _device() -> Any:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def _precision(training: TrainingPlan, device: Any) -> str:
    if training.precision != "auto":
        return training.precision
    return "bfloat16" if device.type == "cuda" and torch.cuda.is_bf16_supported() else "float32"


def _is_linear(part: Any) -> bool:
    return isinstance(part, torch.nn.Linear)


def _tensors(batch: Sequence[Sequence[TokenSequence]]) -> Iterator[Any]:
    """Tokens, positions, the attention mask and the answers' places of rows, padded to the longest."""
    width = max(sum(map(len, row)) for row in batch)
    tokens, positions, owner = (torch.zeros(len(batch), width, dtype=torch.long) for _ in range(3))
    wanted = torch.zeros(len(batch), width, dtype=torch.bool)
    for number, row in enumerate(batch):
        start = 0
        for owned_by, one in enumerate(row, 1):
            end = start + len(one)
            tokens[number, start:end] = torch.tensor(one.tokens)
            positions[number, start:end] = torch.arange(len(one))
            wanted[number, start:end] = torch.tensor(one.in_answer)
            owner[number, start:end] = owned_by
            start = end
    yield tokens
    yield positions
    yield _attention(owner, max(map(len, batch)) > 1)
    yield wanted


def _attention(owner: Any, packed: bool) -> Any:
    """A mask of padding; where conversations share a row, one of who sees whom, that hides each from the others."""
    if not packed:
        return (owner > 0).long()
    same = owner[:, None, :, None] == owner[:, None, None, :]
    return same & torch.ones(owner.shape[1], owner.shape[1], dtype=torch.bool).tril()
