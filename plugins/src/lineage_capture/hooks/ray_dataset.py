"""What Ray Data answers or does without an execution: schemas and counts from metadata, datasets that forget their
sources, Delta tables that are read as mere files."""

from typing import Any

from ..events import Operation
from ..patching import wrap
from ..told import Dataset
from . import huggingface, ray_plan
from .ray_data import NAMESPACE, local, name_of, told, whole_id
from .ray_schema import fields_of

MATERIALIZING = ("materialize", "split", "split_at_indices", "split_proportionately", "train_test_split")


def methods(module) -> None:
    """Patches ray.data.dataset."""
    for name in ("schema", "count"):
        wrap(module.Dataset, name, asks_metadata)
    for name in MATERIALIZING:
        wrap(module.Dataset, name, keeps_sources)


def asks_metadata(call):
    before = getattr(local, "executions", 0)
    yield
    dataset = call.args[0]
    if call.error is not None or call.result is None or getattr(local, "executions", 0) != before:
        return
    operators = [dataset._logical_plan.dag]
    id = whole_id(id_of(dataset))
    key = (id, "metadata")
    reads = [pair for pair in ray_plan.sources(operators) if not getattr(pair[0], ray_plan.STAMP, None)]
    inputs = [each for _, source in reads for each in source.datasets()]
    if not inputs or any(each in told for each in (key, (id, False, False), (id, False, True))):
        return
    told.add(key)
    operation = Operation(NAMESPACE, name_of(reads, None))
    if len(inputs) == 1 and len(list(ray_plan.walk(operators))) <= 2:
        add_answer(inputs[0], call.result)
    operation.inputs = inputs
    operation.start()
    operation.complete()


def id_of(dataset: Any) -> str:
    return dataset.get_dataset_id() if hasattr(dataset, "get_dataset_id") else dataset._plan.get_dataset_id()


def add_answer(of, answer: Any) -> None:
    """A plan of nothing but a read: what `schema()` or `count()` answers is true of the dataset itself."""
    if isinstance(answer, int):
        of.more["inputStatistics"] = {"rowCount": answer}
    elif found := fields_of(answer):
        of.facets["schema"] = {"fields": found}


def keeps_sources(call):
    """These replace the plan by its blocks, which know nothing of where they are from."""
    dataset = call.args[0]
    found = [source for _, source in ray_plan.sources([dataset._logical_plan.dag])]
    yield
    if call.error is not None or not found:
        return
    for made in call.result if isinstance(call.result, list | tuple) else [call.result]:
        leaf = made._logical_plan.dag
        if ray_plan.kind(leaf) == "InputData":
            ray_plan.stamp(leaf, found)


def readers(module) -> None:
    """Patches ray.data.read_api: Delta tables are read as Parquet files, and the table is forgotten."""

    def read_delta(call):
        local.delta = None
        yield
        table = local.__dict__.pop("delta", None)
        if call.error is None:
            source = ray_plan.Source("delta", uris=[str(call.get(0, "path"))])
            if table is not None:
                source.version = str(table.version())
            for operator in ray_plan.walk([call.result._logical_plan.dag]):
                leaf = ray_plan.attribute(operator, "datasource", "_datasource")
                if leaf is not None:
                    ray_plan.stamp(leaf, [source])

    wrap(module, "read_delta", read_delta)
    wrap(module, "from_huggingface", from_huggingface, huggingface.NAMESPACE)


def from_huggingface(call):
    """The rows are in memory; where they are from is known by the files that they were loaded into. That they were
    read is told already (huggingface.py)."""
    yield
    if call.error is not None:
        return
    known = [each for file in huggingface.cached(call.get(0, "dataset")) for each in huggingface.origins.get(file, ())]
    found = [source_of(each) for each in {id(each): each for each in known}.values()]
    for operator in ray_plan.walk([call.result._logical_plan.dag]):
        leaf = ray_plan.attribute(operator, "datasource", "_datasource") or operator
        ray_plan.stamp(leaf, found)


def source_of(read: Dataset) -> ray_plan.Source:
    format = read.facets.get("storage", {}).get("fileFormat") or "huggingface"
    made = ray_plan.Source(format, namespace=read.namespace, name=read.name)
    made.version = read.facets.get("version", {}).get("datasetVersion", "")
    made.schema = read.facets.get("schema", {}).get("fields", [])
    return made


def delta_table(module) -> None:
    """Patches deltalake.table: remembers the table that `read_delta` opens, with its version."""

    def opened(call):
        yield
        if call.error is None and hasattr(local, "delta"):
            local.delta = call.args[0]

    wrap(module.DeltaTable, "__init__", opened)
