"""A model of one's own."""

from .gguf_export import export_gguf as export_gguf, require_convertible as require_convertible
from .lora_model import merge_adapter as merge_adapter
from .training import Trained as Trained, TrainingProgress as TrainingProgress, train as train
