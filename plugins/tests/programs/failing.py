"""Fails to read, to write and to commit a write with Ray Data, in the folder of its first argument, and says how."""

import sys
from pathlib import Path

import pyarrow
import ray
from pyiceberg.catalog.sql import SqlCatalog

folder = Path(sys.argv[1])
(folder / "in.csv").write_text("id\n0\n1\n")


def broken(batch):
    raise ZeroDivisionError("the user's own")


def failing(work) -> None:
    try:
        work()
    except Exception as error:
        sys.stdout.write(f"{type(error).__name__}: {'the user' in str(error)}\n")


ray.init("local", num_cpus=2, object_store_memory=300 * 2**20, include_dashboard=False)
source = ray.data.read_csv(str(folder / "in.csv"))
settings = {"type": "sql", "uri": f"sqlite:///{folder}/catalog.db", "warehouse": f"file://{folder}/warehouse"}
catalog = SqlCatalog("lake", **settings)
catalog.create_namespace("shop")
catalog.create_table("shop.orders", pyarrow.schema([("id", pyarrow.int64())]))
failing(lambda: source.map_batches(broken).take_all())
failing(lambda: source.map_batches(broken).write_json(str(folder / "out")))
SqlCatalog.commit_table = lambda *arguments: broken(arguments)  # the catalog fails when all is written
failing(lambda: source.write_iceberg("shop.orders", catalog_kwargs={"name": "lake", **settings}))
