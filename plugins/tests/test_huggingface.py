"""Hugging Face's datasets and transformers, with the real libraries and without the hub."""

import pytest

pytest.importorskip("datasets")
pytestmark = pytest.mark.live
OFFLINE = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}


def operations(console, workload: str) -> dict[str, list[dict]]:
    found: dict[str, list[dict]] = {}
    for each in reversed(console.runs(workload=console.every("/api/workloads/", q=workload)[0]["id"])):
        found.setdefault(each["operation"], []).append(each)
    return found


def names(runs: list[dict], role: str) -> list[list[str]]:
    return [[each["name"] for each in run[role]] for run in runs]


def test_datasets_that_are_loaded_and_saved(console, run, tmp_path):
    run(
        """
        import pathlib
        import datasets

        pathlib.Path("a.csv").write_text("id,word\\n1,one\\n2,two\\n")
        pathlib.Path("b.csv").write_text("id,word\\n3,three\\n")
        both = datasets.load_dataset("csv", data_files={"train": "a.csv", "test": "b.csv"})
        table = datasets.load_dataset("csv", data_files="a.csv", split="train")
        table.save_to_disk("saved")
        both.save_to_disk("splits")
        datasets.load_from_disk("saved")
        table.to_parquet("table.parquet")
        table.to_json("table.jsonl")
        datasets.Dataset.from_parquet("table.parquet")
        try:
            datasets.load_dataset("csv", data_files="nothing.csv")
        except FileNotFoundError:
            print("refused")
        """,
        name="loads.py",
        **OFFLINE,
    )
    runs = operations(console, "loads.py")
    assert [run["state"] for run in runs["huggingface/load_dataset"]] == ["COMPLETE", "COMPLETE", "FAIL"]
    a, b = str(tmp_path / "a.csv"), str(tmp_path / "b.csv")
    assert names(runs["huggingface/load_dataset"], "inputs") == [[a, b], [a], []]
    saved = [[str(tmp_path / "saved")], [str(tmp_path / "splits")]]
    assert names(runs["huggingface/save_to_disk"], "outputs") == saved
    assert names(runs["huggingface/load_from_disk"], "inputs") == saved[:1]
    assert names(runs["huggingface/to_parquet"], "outputs") == [[str(tmp_path / "table.parquet")]]
    assert names(runs["huggingface/to_json"], "outputs") == [[str(tmp_path / "table.jsonl")]]
    assert names(runs["huggingface/from_parquet"], "inputs") == [[str(tmp_path / "table.parquet")]]
    table = console.node("file", a)
    assert (table["kind"], table["type"]) == ("dataset", "csv")
    assert [(each["name"], each["type"].removeprefix("large_")) for each in table["facets"]["schema"]["fields"]] == [
        ("id", "int64"),
        ("word", "string"),
    ]
    assert console.node("file", saved[0][0])["type"] == "arrow"


def test_models_that_are_saved_and_loaded(console, run, tmp_path):
    pytest.importorskip("transformers")
    run(
        """
        from transformers import AutoModel, BertConfig, BertModel

        tiny = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 8}
        model = BertModel(BertConfig(**tiny, vocab_size=9))
        model.save_pretrained("bert")
        model.save_pretrained("tuned/checkpoint-10")
        AutoModel.from_pretrained("bert")
        BertModel.from_pretrained("tuned/checkpoint-10")
        """,
        name="berts.py",
        **OFFLINE,
    )
    runs = operations(console, "berts.py")
    bert, tuned = str(tmp_path / "bert"), str(tmp_path / "tuned")
    assert names(runs["huggingface/save_pretrained"], "outputs") == [[bert], [tuned]]
    assert names(runs["huggingface/from_pretrained"], "inputs") == [[bert], [tuned]]
    assert runs["huggingface/from_pretrained"][1]["inputs"][0]["version"] == "checkpoint-10"
    model = console.node("file", bert)
    assert (model["kind"], model["facets"]["lc_model"]["hyperparameters"]) == ("model", {"architecture": "BertModel"})
