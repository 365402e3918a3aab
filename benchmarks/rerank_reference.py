"""The other side of `rerank.py`: FlagReranker on torch, run by an interpreter that has FlagEmbedding.

Answers each line of stdin, a JSON list of [question, text], with a line of JSON: what `compute_score` took with its
defaults, in seconds by the clock and of processor, the scores, and this process's peak memory in bytes.
"""

import json
import resource
import sys
import time

from FlagEmbedding import FlagReranker


def main(folder: str) -> None:
    """Score what comes on stdin with the model in `folder`."""
    model = FlagReranker(folder, devices="cpu")
    for line in sys.stdin:
        pairs = [(question, text) for question, text in json.loads(line)]
        wall, cpu = time.perf_counter(), time.process_time()
        scores = model.compute_score(pairs)
        seconds = {"wall_seconds": time.perf_counter() - wall, "cpu_seconds": time.process_time() - cpu}
        peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({**seconds, "peak_bytes": peak_bytes, "scores": list(map(float, scores))}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
