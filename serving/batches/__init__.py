"""`/v1/batches` and `/v1/files`: many requests of a program, answered when there is time."""
