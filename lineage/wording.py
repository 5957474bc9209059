"""The words for types, lengths of time and sources of data. Pure."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .kinds import Kind
from .words import COLUMN, DESCRIPTION, OWNER, TAG

# What people write otherwise than with a capital letter first.
FORMATS = {
    "avro": "Avro",
    "csv": "CSV",
    "json": "JSON",
    "jsonl": "JSON Lines",
    "orc": "ORC",
    "tfrecord": "TFRecord",
    "tfrecords": "TFRecords",
    "webdataset": "WebDataset",
    "postgres": "PostgreSQL",
    "mysql": "MySQL",
    "bigquery": "BigQuery",
    "s3": "Amazon S3",
    "gs": "Google Cloud Storage",
    "abfss": "Azure Data Lake Storage",
    "wasbs": "Azure Blob Storage",
    "file": "",
    "hdfs": "HDFS",
    "mlflow": "MLflow",
    "sklearn": "scikit-learn",
    "pytorch": "PyTorch",
    "tensorflow": "TensorFlow",
    "xgboost": "XGBoost",
    "lightgbm": "LightGBM",
}


WORDS = {
    COLUMN: gettext_lazy("Column"),
    OWNER: gettext_lazy("Owner"),
    TAG: gettext_lazy("Tag"),
    DESCRIPTION: gettext_lazy("Description"),
}


def word_label(what: str):
    """By what a node was found."""
    return WORDS.get(what, what)


def fine_type(type_: str) -> str:
    """ "parquet" is Parquet, "csv" CSV, "fct_table" Fct table."""
    lower = type_.lower()
    if lower in FORMATS:
        return FORMATS[lower]
    return type_[:1].upper() + type_[1:].replace("_", " ")


def type_word(type_: str) -> str:
    """As `fine_type`, for a choice: never empty."""
    return fine_type(type_) or type_


def type_of(sighting) -> str:
    """As programs have it: of a workload job, service or workspace, else the fine type. An endpoint is a service; a
    workload that names no type is a job."""
    if sighting.kind == Kind.ENDPOINT:
        return "service"
    return sighting.type or ("job" if sighting.kind == Kind.WORKLOAD else "")


def type_label(sighting) -> str:
    """What a list's Type column says of a sighting (or of anything with a kind and a type)."""
    said = type_of(sighting)
    fine = fine_type(said)
    if sighting.kind in (Kind.WORKLOAD, Kind.ENDPOINT):
        return {"service": _("Service"), "workspace": _("Workspace"), "job": _("Job")}.get(said.lower(), fine)
    if sighting.kind in (Kind.MODEL, Kind.ARTIFACT):
        name = str(Kind(sighting.kind).label)
        plain = fine.lower() in ("", "model", "artifact", "file")
        return name if plain else f"{name} · {fine}"
    return fine


def source_name(namespace: str) -> str:
    """Where the data lies, in words, from the namespace's scheme."""
    scheme = namespace.partition(":")[0]
    if scheme == "file":
        return _("File system")
    return fine_type(scheme) if "://" in namespace else ""


def run_time(run) -> str:
    """How long a run took: "42 ms", "3 min 20 s"; "" while it runs."""
    if not run.started_at or not run.ended_at or run.ended_at < run.started_at:
        return ""
    return duration(run.ended_at - run.started_at)


def duration(length: timedelta) -> str:
    seconds = length.total_seconds()
    if seconds < 1:
        return _("%d ms") % round(seconds * 1000)
    if seconds < 60:
        return _("%d s") % seconds
    if seconds < 3600:
        return _("%(min)d min %(sec)d s") % {"min": seconds // 60, "sec": seconds % 60}
    if seconds < 86400:
        return _("%(hour)d h %(min)d min") % {"hour": seconds // 3600, "min": seconds % 3600 // 60}
    return ngettext("%d day", "%d days", int(seconds // 86400)) % (seconds // 86400)
