"""Personas: their values, their loader, and the built-in ones."""

from .catalogue import (
    BUILTIN_PERSONAS as BUILTIN_PERSONAS,
    DEFAULT_PERSONA as DEFAULT_PERSONA,
    Catalogue as Catalogue,
    create_persona as create_persona,
)
from .persona import (
    LookAgain as LookAgain,
    Persona as Persona,
    PersonaHeader as PersonaHeader,
    PresetName as PresetName,
)
from .tools.known_tools import TOOLS as TOOLS, find_tool as find_tool
from .tools.tool import (
    Tool as Tool,
    ToolArgumentInvalid as ToolArgumentInvalid,
    ToolNotFound as ToolNotFound,
    ToolResult as ToolResult,
)
