"""Reads a file of its own in a driver, a task and a Serve replica, in the folder of the first argument. A second
argument says that a "cluster" is there, or that it is all to be done "without-serve"."""

import sys
from pathlib import Path

import ray
from ray import serve

folder = Path(sys.argv[1])


def read(who: str) -> None:
    path = folder / f"{who}.txt"
    path.write_text("one line\n")
    ray.data.read_text(str(path)).take(1)


@serve.deployment(num_replicas=1, ray_actor_options={"num_cpus": 0.5, "runtime_env": {"env_vars": {"OWN": "1"}}})
class Reader:
    def __init__(self):
        read("replica")

    def __call__(self) -> str:
        return "ready"


ray.init(**({} if "cluster" in sys.argv else {"address": "local", "num_cpus": 4, "include_dashboard": False}))
read("driver")
ray.get(ray.remote(read).remote("task"))
if "without-serve" not in sys.argv:
    assert serve.run(Reader.bind(), name="reader", route_prefix="/reader").remote().result() == "ready"
    serve.shutdown()
