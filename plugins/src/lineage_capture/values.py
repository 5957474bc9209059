"""Parameters and metrics as they may leave the program: few, short, and no secrets."""

import math
import re
from typing import Any

# Names of what is nobody's business.
SECRET = re.compile(
    r"(?i)(^|[_.\-/])(password|passwd|secret|credential|(api|access|private|secret)[_-]?key|(auth|access)[_-]?token)s?$"
)
LONGEST = 500
MOST = 500


def numbers(said: dict[str, Any]) -> dict[str, float]:
    """The finite numbers of it: JSON has no others."""
    found = [
        (key, float(value)) for key, value in said.items() if isinstance(value, int | float) and math.isfinite(value)
    ]
    return dict(found[:MOST])


def parameters(said: dict[str, Any]) -> dict[str, str]:
    """Short texts by name, without what is named like a secret."""
    told = [(key, str(value)[:LONGEST]) for key, value in said.items() if not SECRET.search(key)]
    return dict(told[:MOST])
