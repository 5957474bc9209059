"""The recorded events in tests/data, as bodies."""

import json
from pathlib import Path

DATA = Path(__file__).parent / "data"


def real() -> list[bytes]:
    """Each event of the real producers, as it was sent."""
    files = sorted((DATA / "real").glob("*.ndjson"))
    return [line for path in files for line in path.read_bytes().splitlines() if line]


def compat() -> list[bytes]:
    return [path.read_bytes() for path in sorted((DATA / "compat").rglob("*.json"))]


def edge() -> list[tuple[str, str, bytes]]:
    """(file, expected verdict, body) of the manifest's boundary bodies."""
    manifest = json.loads((DATA / "edge" / "manifest.json").read_text())
    files = [(entry["file"], entry["expected"], DATA / "edge" / entry["file"]) for entry in manifest]
    return [(name, expected, path.read_bytes()) for name, expected, path in files if path.exists()]
