"""How many people a machine can answer with a model: memory, speed, questions of a day."""
