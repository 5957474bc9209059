"""Reads and writes each format of Ray Data once, in the folder of its first argument, as a user would."""

import os
import shutil
import sqlite3
import sys
import tarfile
import wave
from pathlib import Path

import fastavro
import numpy
import pandas
import pyarrow
import ray
from PIL import Image

import datasets

folder = Path(sys.argv[1])
# Scores that nothing else can be taken for, for they must not be sent.
table = pandas.DataFrame({"id": range(100), "score": [number + 1 / 1024 for number in range(100)]})


def made(name: str) -> str:
    (folder / name).mkdir(parents=True)
    return str(folder / name)


def make_files() -> None:
    table.to_parquet(made("parquet") + "/part.parquet")
    table.to_csv(made("csv") + "/part.csv", index=False)
    table.to_json(made("json") + "/part.json", orient="records", lines=True)
    Path(made("text"), "lines.txt").write_text("one\ntwo\nthree\n")
    Path(made("binary"), "blob.bin").write_bytes(b"\0\1\2")
    numpy.save(made("numpy") + "/array.npy", numpy.arange(12).reshape(4, 3))
    Image.new("RGB", (4, 4)).save(made("images") + "/red.png")
    with wave.open(made("audio") + "/silence.wav", "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(b"\0\0" * 800)
    schema = {"type": "record", "name": "row", "fields": [{"name": "id", "type": "long"}]}
    with open(made("avro") + "/rows.avro", "wb") as rows:
        fastavro.writer(rows, schema, [{"id": number} for number in range(5)])
    with tarfile.open(made("webdataset") + "/shard.tar", "w") as shard:
        shard.add(folder / "text/lines.txt", "first.txt")
    shutil.copy(Path(__file__).with_name("frames.mp4"), made("video"))
    make_database(made("sql") + "/shop.db")


def make_database(path: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("create table orders (id integer, score real)")
        connection.execute("create table copies (id integer, score real)")
        connection.execute("insert into orders values (1, 2.5), (2, 3.5)")


def read_all() -> None:
    """Each in its own way: some only ask for the schema or the count, which executes nothing."""
    at = str(folder)
    assert ray.data.read_parquet(f"{at}/parquet").schema().names == ["id", "score"]
    assert ray.data.read_csv(f"{at}/csv").count() == 100
    assert len(ray.data.read_json(f"{at}/json", file_extensions=None).take_all()) == 100
    assert len(ray.data.read_text(f"{at}/text").take_all()) == 3
    assert ray.data.read_binary_files(f"{at}/binary", include_paths=True).take_all()[0]["bytes"] == b"\0\1\2"
    assert len(ray.data.read_numpy(f"{at}/numpy").take_all()) == 4
    assert len(ray.data.read_images(f"{at}/images", include_paths=True).take_all()) == 1
    assert len(ray.data.read_audio(f"{at}/audio").take_all()) == 1
    assert len(ray.data.read_avro(f"{at}/avro").take_all()) == 5
    assert len(ray.data.read_webdataset(f"{at}/webdataset", decoder=None).take_all()) == 1
    assert len(ray.data.read_videos(f"{at}/video").take_all()) == 5
    assert len(ray.data.read_sql("select * from orders where id > 0", connect).take_all()) == 2


def connect():
    return sqlite3.connect(DATABASE)


def write_all() -> None:
    at = str(folder / "out")
    source = ray.data.read_parquet(str(folder / "parquet"))
    source.write_parquet(f"{at}/parquet")
    source.map_batches(lambda batch: {"double": batch["score"] * 2}).write_csv(f"{at}/csv")
    source.write_json(f"{at}/json")
    source.write_numpy(f"{at}/numpy", column="score")
    ray.data.read_images(str(folder / "images"), include_paths=True).write_images(f"{at}/images", column="image")
    source.map(lambda row: {"__key__": str(row["id"]), "txt": "x"}).write_webdataset(f"{at}/webdataset")
    source.limit(3).write_sql("insert into copies values (?, ?)", connect)


def lakehouse() -> None:
    import deltalake
    from pyiceberg.catalog.sql import SqlCatalog

    settings = {"type": "sql", "uri": f"sqlite:///{folder}/catalog.db", "warehouse": f"file://{folder}/warehouse"}
    catalog = SqlCatalog("lake", **settings)
    catalog.create_namespace("shop")
    catalog.create_table("shop.orders", pyarrow.Table.from_pandas(table).schema)
    catalog_kwargs = {"name": "lake", **settings}
    ray.data.read_csv(str(folder / "csv")).write_iceberg("shop.orders", catalog_kwargs=catalog_kwargs)
    assert ray.data.read_iceberg(table_identifier="shop.orders", catalog_kwargs=catalog_kwargs).count() == 100
    sys.stdout.write(f"iceberg {catalog.load_table('shop.orders').metadata.current_snapshot_id}\n")
    for _ in range(2):
        deltalake.write_deltalake(f"{folder}/delta", pyarrow.Table.from_pandas(table), mode="append")
    assert len(ray.data.read_delta(f"{folder}/delta").take_all()) == 200
    if hasattr(ray.data.Dataset, "write_delta"):
        for _ in range(2):
            ray.data.read_csv(str(folder / "csv")).write_delta(f"{folder}/out/delta")


def combine() -> None:
    at = str(folder / "out")
    left = ray.data.read_parquet(str(folder / "parquet"))
    left.union(ray.data.read_csv(str(folder / "csv"))).write_parquet(f"{at}/union")
    right = ray.data.read_json(str(folder / "json"), file_extensions=None)
    left.join(right, join_type="inner", num_partitions=2, on=("id",), right_suffix="_r").write_parquet(f"{at}/join")
    rows = datasets.load_dataset("csv", data_files=str(folder / "csv/part.csv"), split="train")
    ray.data.from_huggingface(rows.filter(lambda row: row["id"] < 10)).write_json(f"{at}/huggingface")
    kept = ray.data.read_csv(str(folder / "csv")).materialize()
    kept.train_test_split(0.5)[0].write_parquet(f"{at}/split")


DATABASE = f"{folder}/sql/shop.db"
os.environ.setdefault("RAY_DATA_DISABLE_PROGRESS_BARS", "1")
make_files()
ray.init("local", num_cpus=2, object_store_memory=300 * 2**20, include_dashboard=False)
for step in (read_all, write_all, lakehouse, combine):
    step()
