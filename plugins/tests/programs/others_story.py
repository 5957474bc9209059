"""What is captured of Hugging Face and of Weights & Biases, in the folder that it is started in. Recorded by
tests/record.py."""

import pathlib

import wandb
from transformers import AutoModel, BertConfig, BertModel

import datasets

pathlib.Path("words.csv").write_text("id,word\n1,one\n2,two\n")
table = datasets.load_dataset("csv", data_files="words.csv", split="train")
table.save_to_disk("words")
tiny = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 8, "vocab_size": 9}
BertModel(BertConfig(**tiny)).save_pretrained("bert")
AutoModel.from_pretrained("bert")
with wandb.init(mode="offline", project="churn", config={"C": 0.5}) as run:
    run.log({"auc": 0.9})
    for name, type in (("customers", "dataset"), ("churn-model", "model"), ("report", "report")):
        artifact = wandb.Artifact(name, type=type)
        artifact.add_file("words.csv")
        run.log_artifact(artifact)
