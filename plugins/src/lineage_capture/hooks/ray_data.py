"""Ray Data: each execution that reads or writes something with a name is a run.

An execution tells its start and its end; a write ends when it is committed, which is after its execution. What is
answered from metadata alone (`schema()`, `count()`) executes nothing, and is told by itself.
"""

import threading
import weakref
from dataclasses import dataclass, field
from typing import Any

from ..events import Operation
from ..patching import Recent, wrap
from ..trouble import guarded
from . import ray_plan
from .ray_schema import fields_of
from .ray_writes import WrittenResult, collect_schema, finish_write

NAMESPACE = "ray-data"
local = threading.local()
running: "weakref.WeakKeyDictionary[Any, Execution]" = weakref.WeakKeyDictionary()
# Datasets (by Ray's id) and what of them was told as read, so that each epoch of a training is not told anew.
told = Recent()


@dataclass
class Execution:
    """`reads` are (logical operator, Source)."""

    operation: Operation
    reads: list[tuple[Any, ray_plan.Source]]
    operators: list[Any]
    key: tuple
    limited: bool
    write: "Write | None" = None


@dataclass
class Write:
    """A call of `write_datasink`, in this thread."""

    sink: Any
    execution: Execution | None = None
    result: WrittenResult = field(default_factory=WrittenResult)


def executor(module) -> None:
    """Patches ray.data._internal.execution.streaming_executor."""
    wrap(module.StreamingExecutor, "execute", execute)
    wrap(module.StreamingExecutor, "shutdown", shutdown)


def execute(call):
    local.executions = getattr(local, "executions", 0) + 1
    yield
    if call.error is None:
        started = begin(call.args[0])
        if started is not None:
            running[call.args[0]] = started


def begin(executing: Any) -> Execution | None:
    operators = logical_operators(executing)
    write = getattr(local, "write", None)
    if write is not None and ray_plan.sink(operators) is not write.sink:
        write = None
    reads = ray_plan.sources(operators)
    inputs = [each for _, source in reads for each in source.datasets()]
    key = (whole_id(str(executing._dataset_id)), bool(write), ray_plan.is_limited(operators))
    if not write and (not inputs or key in told):
        return None
    operation = Operation(NAMESPACE, name_of(reads, write))
    operation.inputs = inputs
    execution = Execution(operation, reads, operators, key, key[2], write)
    if write is not None:
        write.execution = execution
    told.add(key)
    operation.start()
    return execution


def whole_id(name: str) -> str:
    """Ray's id of a dataset, without the number of the execution."""
    start, _, index = name.rpartition("_")
    return start if index.isdigit() and "_" in start else name


def logical_operators(executing: Any) -> list[Any]:
    return [each for physical in executing._topology for each in getattr(physical, "_logical_operators", ())]


def name_of(reads: list[tuple[Any, ray_plan.Source]], write: "Write | None") -> str:
    if write is not None:
        source = ray_plan.Source(ray_plan.format_of(write.sink))
        return f"write_{source.operation}"
    names = {source.operation for _, source in reads}
    return f"read_{names.pop()}" if len(names) == 1 else "read"


def shutdown(call):
    executing = call.args[0]
    execution = running.get(executing)
    if execution is None or getattr(executing, "_shutdown", False):
        return
    yield
    running.pop(executing, None)
    error = call.get(2, "exception")
    if error is not None:
        told.discard(execution.key)
        execution.operation.fail(error)
        if execution.write:
            execution.write.execution = None
        return
    complete_reads(execution, executing)
    if execution.write is None:
        execution.operation.complete()


def complete_reads(execution: Execution, executing: Any) -> None:
    """Adds what is known only now: schemas, rows."""
    for operator, source in execution.reads:
        physical = alone(executing, operator)
        if physical is None:
            continue
        if not source.schema:
            state = executing._topology[physical]
            schema = getattr(executing, "_op_schema", {}).get(physical) or getattr(state, "_schema", None)
            source.schema = fields_of(schema)
        whole = not execution.limited and not source.filtered and finished(executing)
        if whole and source.rows is None:
            source.rows = physical.metrics.row_outputs_taken
    execution.operation.inputs = inputs_of(execution)


def inputs_of(execution: Execution) -> list:
    made = []
    for _, source in execution.reads:
        found = source.datasets()
        counts = {"rowCount": source.rows, "fileCount": source.files, "size": source.size}
        known = {key: value for key, value in counts.items() if value is not None}
        if len(found) == 1 and known:
            found[0].more["inputStatistics"] = known
        made += found
    return made


def finished(executing: Any) -> bool:
    """Whether all was read, rather than given up half-way (a loop over batches that was left)."""
    return all(each.has_execution_finished() for each in executing._topology)


def alone(executing: Any, operator: Any) -> Any:
    """The physical operator that does this read and nothing else, or None: what it puts out is what was read."""
    if ray_plan.kind(operator) not in ("Read", "ReadFiles"):
        return None
    for physical in reversed(executing._topology):
        if list(getattr(physical, "_logical_operators", ())) == [operator]:
            return None if ray_plan.kind(physical) == "InputDataBuffer" else physical
    return None


def writes(module) -> None:
    """Patches ray.data.dataset."""
    wrap(module.Dataset, "write_datasink", write_datasink)
    wrap(module, "_gen_datasink_write_result", written)


def write_datasink(call):
    write = Write(call.get(1, "datasink"))
    before, local.write = getattr(local, "write", None), write
    try:
        yield
    finally:
        local.write = before
    execution = write.execution
    if execution is None:
        return
    if call.error is not None:
        execution.operation.fail(call.error)
        return
    finish_write(execution.operation, write.sink, write.result)
    execution.operation.complete()


def written(call):
    """Once for each write task: the block with its counts."""
    write = getattr(local, "write", None)
    if write is not None:
        with guarded("reading what a write wrote"):
            write.result.add(call.get(0, "write_result_blocks"))
    yield


def write_planner(module) -> None:
    """Patches ray.data._internal.planner.plan_write_op."""
    wrap(module, "generate_collect_write_stats_fn", collect_schema)
