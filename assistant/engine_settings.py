"""What the person chose, as the engines take it."""

from dataclasses import replace

from assistant.home import Home
from assistant.settings import Settings
from engines.settings import EngineSettings, LlamaSettings


def engine_settings(home: Home, settings: Settings) -> EngineSettings:
    """The settings of every engine; what they keep between two starts lies in the home."""
    model = settings.model
    llama = LlamaSettings(
        context_tokens=model.context_tokens,
        threads=model.threads,
        batch_tokens=model.batch_tokens,
        flash_attention=model.flash_attention,
        kv_type=model.kv_type,
        calibration_file=home.calibration,
        snapshot_folder=home.snapshots,
    )
    return EngineSettings(
        engine=model.engine,
        llama=llama,
        vllm=replace(settings.vllm, context_tokens=model.context_tokens),
        transformers=replace(settings.transformers, context_tokens=model.context_tokens),
    )
