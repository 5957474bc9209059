"""The ingestion endpoints in the OpenAPI document, whose generator reads DRF's views only; these are plain ones."""

ANSWERS = {
    "201": "Stored, or stored before: `status` is `stored` or `duplicate`; `warnings` name what is unusual.",
    "202": "Valid, but lineage tracking is off: `reason` says why. Nothing is kept.",
    "400": "Not JSON, or a broken gzip stream.",
    "401": "No API key, or one that is not in force.",
    "403": "The key lacks the scope `ingest`, or the event names another cloud or project.",
    "413": "More than 40 MiB, as sent or unpacked.",
    "415": "An encoding other than gzip.",
    "422": "No event; `errors` name the path of each fault.",
    "503": "The database is busy: send the same again after `Retry-After` seconds.",
}
FAULT = {
    "type": "object",
    "required": ["errors"],
    "properties": {
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["path", "message"],
                "properties": {"path": {"type": "string"}, "message": {"type": "string"}},
            },
        }
    },
}
COUNTS = ("received", "successful", "failed", "retriable", "non_retriable")
STORED = {
    "type": "object",
    "required": ["status"],
    "properties": {
        "status": {"type": "string", "enum": ["stored", "duplicate", "not captured"]},
        "reason": {"type": "string"},
        "warnings": {"type": "array", "items": {"type": "string"}},
    },
}
REPORT = {
    "type": "object",
    "required": ["status", "summary"],
    "properties": {
        "status": {"type": "string", "enum": ["success", "partial_success"]},
        "summary": {"type": "object", "properties": {name: {"type": "integer"} for name in COUNTS}},
        "failed_events": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "index": {"type": "integer"},
                    "reason": {"type": "string"},
                    "retriable": {"type": "boolean"},
                },
            },
        },
    },
}
EVENT = {"type": "object", "description": "A RunEvent, DatasetEvent or JobEvent of OpenLineage."}


def describe(result: dict, generator, request, public) -> dict:
    """A postprocessing hook of drf-spectacular."""
    faults = {status: content(text, FAULT) for status, text in ANSWERS.items() if status >= "400"}
    stored = {status: content(text, STORED) for status, text in ANSWERS.items() if status < "400"}
    summary = {"200": content("What became of the events; a bad one does not sink its neighbours.", REPORT)}
    batch = {"type": "array", "items": EVENT}
    told = {
        "/api/v1/lineage": operation("lineage_create", "Send an event", EVENT, stored | faults),
        "/api/v1/lineage/batch": operation("lineage_batch", "Send events", batch, summary | faults),
    }
    return result | {"paths": dict(sorted({**result["paths"], **told}.items()))}


def operation(name: str, summary: str, body: dict, responses: dict) -> dict:
    return {
        "post": {
            "operationId": name,
            "summary": summary,
            "tags": ["v1"],
            "security": [{"ApiKeyThatSends": []}],
            "requestBody": {"required": True, **content("", body)},
            "responses": responses,
        }
    }


def content(description: str, schema: dict) -> dict:
    told = {"content": {"application/json": {"schema": schema}}}
    return told | {"description": description} if description else told
