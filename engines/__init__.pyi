"""Text generation behind one protocol."""

from .chat_tokens import (
    ChatTokens as ChatTokens,
    TokenSequence as TokenSequence,
    open_chat_tokens as open_chat_tokens,
)
from .engine_settings import (
    EngineName as EngineName,
    EngineSettings as EngineSettings,
    Favour as Favour,
    LlamaSettings as LlamaSettings,
    RemoteSettings as RemoteSettings,
    TransformersSettings as TransformersSettings,
    VllmSettings as VllmSettings,
    favouring as favouring,
    range_of as range_of,
    ranged as ranged,
)
from .errors import (
    AddressRefused as AddressRefused,
    EngineDied as EngineDied,
    EngineMissing as EngineMissing,
    GrammarInvalid as GrammarInvalid,
    KeyUnusable as KeyUnusable,
    ModelUnreadable as ModelUnreadable,
    OpeningCrashed as OpeningCrashed,
    PromptTooLong as PromptTooLong,
    SamplingUnsupported as SamplingUnsupported,
    ThinkingUnlimited as ThinkingUnlimited,
)
from .llama.answer_loss import AnswerLoss as AnswerLoss, measure_answer_loss as measure_answer_loss
from .llama.calibration import usable_cores as usable_cores
from .llama.kv.snapshots import delete_snapshots as delete_snapshots
from .llama.library_file import LlamaDevice as LlamaDevice
from .llama.quantising import (
    QUANTISATIONS as QUANTISATIONS,
    quantise_gguf as quantise_gguf,
    require_quantising as require_quantising,
)
from .llama.report import LlamaReport as LlamaReport
from .markers import break_markers as break_markers, has_markers as has_markers
from .models.card import ModelCard as ModelCard
from .models.fit import (
    BANDWIDTH_EFFICIENCY as BANDWIDTH_EFFICIENCY,
    MOST_SHARE as MOST_SHARE,
    WANTED_TOKENS_PER_SECOND as WANTED_TOKENS_PER_SECOND,
    ModelFit as ModelFit,
    fit_model as fit_model,
)
from .models.gpu_activity import GpuActivity as GpuActivity, GpuMonitor as GpuMonitor
from .models.hub_card import (
    HubCard as HubCard,
    QuantizationSize as QuantizationSize,
    calculated_sizes as calculated_sizes,
    quantized as quantized,
    read_hub_card as read_hub_card,
)
from .models.hub_choice import ChatModelSpec as ChatModelSpec, chat_model_spec as chat_model_spec
from .models.machine import (
    Gpu as Gpu,
    Machine as Machine,
    detect_machine as detect_machine,
    graphics_vendors as graphics_vendors,
    with_bandwidth as with_bandwidth,
)
from .models.memory import (
    Offload as Offload,
    RunConfig as RunConfig,
    kv_bytes as kv_bytes,
    plan_offload as plan_offload,
)
from .models.model_catalogue import (
    MODEL_CATALOGUE as MODEL_CATALOGUE,
    CatalogueModel as CatalogueModel,
    FitEstimate as FitEstimate,
    closest_name as closest_name,
    estimate_fit as estimate_fit,
    find_in_catalogue as find_in_catalogue,
    recommended_model as recommended_model,
    suitable_models as suitable_models,
)
from .models.packaged_model import packaged_model_spec as packaged_model_spec
from .models.scan import (
    FoundModel as FoundModel,
    ModelLocation as ModelLocation,
    ScanResult as ScanResult,
    find_app_locations as find_app_locations,
    read_card as read_card,
    scan_models as scan_models,
)
from .models.shape import ModelShape as ModelShape, read_shape as read_shape
from .opening import open_engine as open_engine, open_remote as open_remote
from .process.launch import probe_llama as probe_llama
from .protocol import (
    Engine as Engine,
    Finish as Finish,
    Message as Message,
    Piece as Piece,
    PieceKind as PieceKind,
    Reply as Reply,
    Sampling as Sampling,
    Usage as Usage,
)
from .remote.server import (
    REMOTE_PREFIX as REMOTE_PREFIX,
    delete_key as delete_key,
    parse_address as parse_address,
    parse_model_reference as parse_model_reference,
    store_key as store_key,
)
from .remote.server_group import ServerState as ServerState
from .safetensors_folder import offline as offline
from .sampling_choice import SamplingChoice as SamplingChoice, decide as decide, sampling_of as sampling_of
from .system_keyring import SystemKeyring as SystemKeyring
