"""Personas: their values, their loader, and the built-in ones."""

from .catalogue import (
    BUILTIN_PERSONAS as BUILTIN_PERSONAS,
    DEFAULT_PERSONA as DEFAULT_PERSONA,
    KNOWLEDGE as KNOWLEDGE,
    VECTORS as VECTORS,
    Catalogue as Catalogue,
    create_persona as create_persona,
)
from .check import PersonaProblem as PersonaProblem, check_persona as check_persona
from .editing import (
    add_knowledge as add_knowledge,
    copy_persona as copy_persona,
    free_id as free_id,
    knowledge_size as knowledge_size,
    purge_removed as purge_removed,
    remove_persona as remove_persona,
    restore_persona as restore_persona,
    save_persona as save_persona,
)
from .persona import (
    DEFAULT_REFUSAL as DEFAULT_REFUSAL,
    NO_SYNONYMS as NO_SYNONYMS,
    FrontMatter as FrontMatter,
    LookAgain as LookAgain,
    Persona as Persona,
    PersonaHeader as PersonaHeader,
    PersonaInvalid as PersonaInvalid,
    PresetName as PresetName,
    Synonyms as Synonyms,
    value_problem as value_problem,
)
from .persona_zip import (
    ArchiveInvalid as ArchiveInvalid,
    Imported as Imported,
    export_persona as export_persona,
    import_persona as import_persona,
)
from .tools.devices import (
    Device as Device,
    device_of as device_of,
    known_devices as known_devices,
    known_models as known_models,
)
from .tools.known_tools import TOOLS as TOOLS, find_tool as find_tool
from .tools.tool import (
    Figure as Figure,
    Tool as Tool,
    ToolArgumentInvalid as ToolArgumentInvalid,
    ToolNotFound as ToolNotFound,
    ToolResult as ToolResult,
)
from .tools.tool_names import TOOL_NAMES as TOOL_NAMES
