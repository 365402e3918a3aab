"""Guard rails around a question, its sources and its answer."""

from .answer_format import AnswerFormat as AnswerFormat, SchemaInvalid as SchemaInvalid, bare_json as bare_json
from .injection import find_injection as find_injection
from .kinds import (
    KINDS as KINDS,
    Kind as Kind,
    Measure as Measure,
    PersonalData as PersonalData,
    Policy as Policy,
    Risk as Risk,
    summary as summary,
)
from .note import GuardNote as GuardNote
from .personal import find_personal as find_personal
from .presidio import find_names as find_names
from .rails import Rails as Rails
from .topics import refused_topic as refused_topic
