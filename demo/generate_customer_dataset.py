"""`generate_customer_dataset`: Ray Data makes customers, and writes them to an Iceberg table as a new snapshot.

python -m generate_customer_dataset 1      (2 replaces the rows, and they have a column more)
"""

import sys

import numpy
import pyarrow
import ray
from ray.data import SaveMode

import churn


def table(version: churn.Version):
    """The Iceberg table, with all the columns that the version's customers have: its schema evolves."""
    catalog = churn.catalog()
    catalog.create_namespace_if_not_exists(churn.TABLE.partition(".")[0])
    columns = pyarrow.Table.from_pydict(churn.customers(numpy.arange(1), version)).schema
    found = catalog.create_table_if_not_exists(churn.TABLE, columns)
    with found.update_schema() as update:
        update.union_by_name(columns)
    return found


def main(number: str) -> None:
    version = churn.VERSIONS[number]
    written = table(version)
    churn.start_ray()
    ids = ray.data.range(version.rows, override_num_blocks=2)
    made = ids.map_batches(lambda batch: churn.customers(batch["id"], version), batch_size=None, batch_format="numpy")
    made.write_iceberg(
        churn.TABLE,
        catalog_kwargs=churn.CATALOG,
        mode=SaveMode.OVERWRITE,
        snapshot_properties={"release": version.name},
    )
    snapshot = written.refresh().current_snapshot().snapshot_id
    written.manage_snapshots().create_tag(snapshot, version.name).commit()
    print(f"{churn.TABLE} {version.name}: {version.rows} customers, snapshot {snapshot}")


if __name__ == "__main__":
    main(*sys.argv[1:])
