"""Writes and reads TFRecords. The first argument is the folder."""

import sys

import ray

folder = sys.argv[1]
ray.init("local", num_cpus=2, object_store_memory=200 * 2**20, include_dashboard=False)
ray.data.from_items([{"id": number} for number in range(10)]).write_tfrecords(f"{folder}/records")
assert len(ray.data.read_tfrecords(f"{folder}/records").take_all()) == 10
