"""Records what is captured of programs/NAME.py, for the console's own tests to replay:

    python plugins/tests/record.py NAME tests/data/capture/FILE.ndjson

Run it where the library is installed; another version of it may go into another file.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from conftest import plain_environment

PROGRAMS = Path(__file__).parent / "programs"
IDENTITY = {
    "LINEAGE_WORKLOAD_TYPE": "job",
    "LINEAGE_WORKLOAD_ID": "prodjob_recorded",
    "LINEAGE_WORKLOAD_NAME": "recorded",
    "LINEAGE_OWNER_EMAIL": "ana@example.com",
    "LINEAGE_PROJECT_NAME": "churn",
    "LINEAGE_CLUSTER_ID": "ses_recorded",
}


def record(name: str, folder: str) -> list[str]:
    """The events, one for each line; the folder is told as /home/ana/churn."""
    file = Path(folder) / "events.ndjson"
    env = (
        plain_environment()
        | IDENTITY
        | {
            "OPENLINEAGE__TRANSPORT__TYPE": "file",
            "OPENLINEAGE__TRANSPORT__LOG_FILE_PATH": str(file),
            "OPENLINEAGE__TRANSPORT__APPEND": "true",
            "LINEAGE_CAPTURE_LOCAL_PATHS": "true",
            "ANYSCALE_LINEAGE_IGNORE_ERRORS": "false",
            "HF_HUB_OFFLINE": "1",
        }
    )
    # A copy: MLflow tells of the repository that a program is in.
    program = shutil.copy(PROGRAMS / f"{name}.py", folder)
    subprocess.run([sys.executable, program], cwd=folder, env=env, check=True, timeout=300)
    return [line.replace(folder, "/home/ana/churn") for line in file.read_text().splitlines() if line.strip()]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        events = record(sys.argv[1], str(Path(made).resolve()))
    for line in events:
        json.loads(line)
    Path(sys.argv[2]).parent.mkdir(parents=True, exist_ok=True)
    Path(sys.argv[2]).write_text("\n".join(events) + "\n")
