"""Which modules are patched, and by what.

To add a hook: write a module here with a function that takes the patched module and calls `patching.wrap`, and add a
line to TARGETS: the module whose *definition* is patched -> Hook(library, "module:function"). The function runs right
after the module was executed and before others copy from it, so it must not import the library at the top of its own
module. README.md, "Adding a hook", has an example.
"""


class Hook:
    """`library` is a key of LIBRARIES, `function` is "module of this package:function". Imports nothing: this module
    is loaded with each interpreter."""

    def __init__(self, library: str, function: str):
        self.library = library
        self.function = function


# The oldest version that is patched; "" for any.
LIBRARIES = {
    "ray": "2.53",
    "mlflow": "2.19",
    "datasets": "2.14",
    "transformers": "4.30",
    "wandb": "0.16",
    "deltalake": "",
}

TARGETS: dict[str, tuple[Hook, ...]] = {
    "ray._private.worker": (Hook("ray", "ray_core:worker"),),
    "ray._private.node": (Hook("ray", "ray_core:node"),),
    "mlflow.models.model": (Hook("mlflow", "mlflow:models"),),
    "mlflow.tracking.artifact_utils": (Hook("mlflow", "mlflow:artifact_utils"),),
    "mlflow.artifacts": (Hook("mlflow", "mlflow:artifacts"),),
    "mlflow.tracking.client": (Hook("mlflow", "mlflow_registry:client"),),
    "mlflow.tracking._tracking_service.client": (Hook("mlflow", "mlflow:tracking"),),
    "ray.data._internal.execution.streaming_executor": (Hook("ray", "ray_data:executor"),),
    "ray.data._internal.planner.plan_write_op": (Hook("ray", "ray_data:write_planner"),),
    "ray.data.dataset": (Hook("ray", "ray_data:writes"), Hook("ray", "ray_dataset:methods")),
    "ray.data.read_api": (Hook("ray", "ray_dataset:readers"),),
    "ray.train.v2.api.data_parallel_trainer": (Hook("ray", "ray_train:trainer"),),
    "ray.train.base_trainer": (Hook("ray", "ray_train:old_trainer"),),
    "ray.train._checkpoint": (Hook("ray", "ray_train:checkpoints"),),
    "ray.serve.api": (Hook("ray", "ray_serve:api"),),
    "ray.serve._private.build_app": (Hook("ray", "ray_serve:building"),),
    "ray.serve._private.replica": (Hook("ray", "ray_serve:replica"),),
    "deltalake.table": (Hook("deltalake", "ray_dataset:delta_table"),),
    "datasets.load": (Hook("datasets", "huggingface:loading"),),
    "datasets.arrow_dataset": (Hook("datasets", "huggingface:tables"),),
    "datasets.dataset_dict": (Hook("datasets", "huggingface:splits"),),
    "transformers.modeling_utils": (Hook("transformers", "huggingface:models"),),
    "wandb.sdk.wandb_run": (Hook("wandb", "wandb:runs"),),
}
