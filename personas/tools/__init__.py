"""Tools of personas: pure functions that compute what an expert would, with units, from arguments that are checked."""
