"""Where a query of Ray Data goes. Its connection comes from a function of the user's: looked at, not called."""

import os
import re
import types
from typing import Any
from urllib.parse import urlsplit

from .. import settings
from ..events import place

TABLE = re.compile(
    r"\b(?:from|join|into|update)\s+((?:[\w$]+|\"[^\"]+\"|`[^`]+`)(?:\.(?:[\w$]+|\"[^\"]+\"|`[^`]+`))*)", re.I
)
STORES = {"postgresql": "postgres", "psycopg": "postgres", "psycopg2": "postgres", "mysql": "mysql", "pymysql": "mysql"}
PORTS = {"postgres": 5432, "mysql": 3306}


def place_of_query(source: Any, format: str) -> tuple[str, str]:
    """(namespace, name): by OpenLineage's convention where the place is known."""
    if format == "mongo":
        uri = urlsplit(getattr(source, "_uri", "") or getattr(source, "uri", ""))
        database, collection = (
            getattr(source, "_" + k, None) or getattr(source, k) for k in ("database", "collection")
        )
        return f"mongodb://{uri.netloc.rpartition('@')[2]}", f"{database}.{collection}"
    if format == "bigquery":
        project = getattr(source, "_project_id", "") or getattr(source, "project_id", "")
        table = getattr(source, "_dataset", None) or getattr(source, "dataset", None)
        return "bigquery", f"{project}.{table}" if table else f"{project}.query"
    if format == "clickhouse":
        dsn = urlsplit(source._dsn)
        return f"clickhouse://{dsn.netloc.rpartition('@')[2]}", str(source._table)
    namespace = namespace_of(source.connection_factory)
    return namespace, (",".join(tables(source.sql)) or "query") if namespace else ""


def tables(sql: str) -> list[str]:
    """The tables that a statement names, each once, in its order."""
    plain = re.sub(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", " ", sql, flags=re.S)
    return list(dict.fromkeys(re.sub(r"[\"`]", "", name) for name in TABLE.findall(plain)))


def namespace_of(factory: Any) -> str:
    """LINEAGE_CAPTURE_SQL_NAMESPACE; else from a URL or a file name that the function holds; else "sql"."""
    if told := settings.text("LINEAGE_CAPTURE_SQL_NAMESPACE"):
        return told
    names, values = held(factory)
    for value in values:
        if re.match(r"\w[\w+]*://", value):
            url = urlsplit(value)
            scheme = url.scheme.partition("+")[0]
            store = STORES.get(scheme, scheme)
            if store == "sqlite":
                return sqlite(url.path)
            port = f":{url.port or PORTS.get(store, '')}".rstrip(":")
            return f"{store}://{url.hostname or 'localhost'}{port}"
    if any("sqlite" in name for name in names):
        file = next((value for value in values if re.search(r"[./]", value)), "")
        return sqlite(file)
    return "sql"


def sqlite(file: str) -> str:
    """A database in a file is captured as other files are (naming.py); "" where it is not."""
    where = place(file) if file else None
    return f"sqlite://{where.name}" if where else ""


def held(factory: Any) -> tuple[list[str], list[str]]:
    """(names that a function mentions, texts that it holds in constants, defaults, closure and the globals it uses)."""
    code = getattr(factory, "__code__", None)
    if not isinstance(code, types.CodeType):
        inner, arguments = getattr(factory, "func", None), getattr(factory, "args", ())
        names = [getattr(inner, "__module__", "") or "", type(factory).__module__]
        return names, [str(each) for each in arguments if isinstance(each, str | os.PathLike)]
    values = [*code.co_consts, *(factory.__defaults__ or ())]
    values += [cell.cell_contents for cell in factory.__closure__ or () if cell.cell_contents is not None]
    values += [factory.__globals__.get(name) for name in code.co_names]
    names = [*code.co_names, *(getattr(each, "__name__", "") for each in values if isinstance(each, types.ModuleType))]
    return names, [os.fspath(each) for each in values if isinstance(each, str | os.PathLike)]
