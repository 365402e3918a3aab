"""Guard rails around a question, its sources and its answer."""

from .kinds import (
    KINDS as KINDS,
    Kind as Kind,
    Measure as Measure,
    PersonalData as PersonalData,
    Policy as Policy,
    Risk as Risk,
    summary as summary,
)
from .personal import find_personal as find_personal
