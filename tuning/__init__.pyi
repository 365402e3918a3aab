"""A model of one's own."""

from .gguf_export import export_gguf as export_gguf, require_convertible as require_convertible
from .lora_model import merge_adapter as merge_adapter
from .training import Progress as Progress, Trained as Trained, train as train
