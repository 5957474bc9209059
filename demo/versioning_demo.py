"""Step 2 of the story: data with a column more, a better model of it, and a look back at what was before."""

import mlflow

import churn


def look_back() -> None:
    """Time travel, and a rollback that is taken back: the table is as it was, and then as it is."""
    table = churn.catalog().load_table(churn.TABLE)
    first, second = (table.snapshot_by_name(each.name) for each in churn.VERSIONS.values())
    for name, snapshot in (("v1.0.0", first), ("v2.0.0", second)):
        rows = table.scan(snapshot_id=snapshot.snapshot_id).to_arrow()
        print(f"{churn.TABLE} at {name}: {rows.num_rows} customers, columns {', '.join(rows.column_names)}")
    table.manage_snapshots().rollback_to_snapshot(first.snapshot_id).commit()
    print(f"rolled back to v1.0.0: {table.scan().to_arrow().num_rows} customers")
    table.manage_snapshots().set_current_snapshot(second.snapshot_id).commit()
    print(f"and forward to v2.0.0: {table.scan().to_arrow().num_rows} customers")


def compare_models() -> None:
    mlflow.set_tracking_uri(churn.TRACKING)
    client = mlflow.MlflowClient()
    for version in churn.VERSIONS.values():
        run = client.get_run(client.get_model_version_by_alias(churn.MODEL, version.alias).run_id)
        metrics = ", ".join(f"{name} {value:.3f}" for name, value in sorted(run.data.metrics.items()))
        print(f"{churn.MODEL} {version.name}: {metrics}; {run.data.params}")


if __name__ == "__main__":
    churn.step("generate_customer_dataset", "2")
    churn.step("train_churn_model", "2")
    look_back()
    compare_models()
