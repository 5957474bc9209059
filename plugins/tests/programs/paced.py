"""Does the same job of Ray Data each time a line comes in, and prints its seconds and its result; ends with the input.
The first argument is the folder."""

import sys
import time

import ray

folder = sys.argv[1]


def job() -> str:
    source = ray.data.read_csv(f"{folder}/in.csv")
    source.map_batches(lambda batch: {"double": batch["id"] * 2}).write_parquet(f"{folder}/out", mode="overwrite")
    written = ray.data.read_parquet(f"{folder}/out")
    return f"{written.schema().names} {written.count()}"


ray.init(address=sys.argv[2], log_to_driver=False)
sys.stdout.write("ready\n")
sys.stdout.flush()
for _ in sys.stdin:
    began = time.perf_counter()
    result = job()
    sys.stdout.write(f"{time.perf_counter() - began:.4f} {result}\n")
    sys.stdout.flush()
