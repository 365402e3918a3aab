"""The other side of `embedding.py`: sentence-transformers on torch, run by an interpreter that has them.

Answers each line of stdin, a JSON list of texts, with a line of JSON: what `encode` took with its defaults, in
seconds by the clock and of processor, the vectors, and this process's peak memory in bytes.
"""

import json
import resource
import sys
import time

from sentence_transformers import SentenceTransformer


def main(folder: str) -> None:
    """Embed what comes on stdin with the model in `folder`."""
    model = SentenceTransformer(folder, device="cpu")
    for line in sys.stdin:
        texts = json.loads(line)
        wall, cpu = time.perf_counter(), time.process_time()
        vectors = model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        seconds = {"wall_seconds": time.perf_counter() - wall, "cpu_seconds": time.process_time() - cpu}
        peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({**seconds, "peak_bytes": peak_bytes, "vectors": vectors.tolist()}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
