"""What may not leave a program."""

import pytest
from lineage_capture import building, values


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "db.passwd",
        "dbPassword",
        "apiKey",
        "wandb_api_key",
        "AWS-SECRET-ACCESS-KEY",
        "hf_token",
        "auth_tokens",
    ],
)
def test_what_is_named_like_a_secret_is_no_parameter(name):
    assert values.parameters({name: "very secret", "lr": 0.1}) == {"lr": "0.1"}


@pytest.mark.parametrize("name", ["max_tokens", "tokenizer", "num_keys", "key", "compass", "pass_rate"])
def test_what_only_sounds_like_one_is(name):
    assert values.parameters({name: 5}) == {name: "5"}


def test_secrets_inside_of_a_parameter():
    """MLflow makes a text of a dict."""
    assert values.parameters({"store": {"user": "ana", "password": "very secret"}}) == {"store.user": "ana"}
    assert values.parameters({"store": "{'user': 'ana', 'password': 'very secret'}"}) == {}
    assert values.parameters({"command": "train --api-key=very-secret"}) == {}


def test_only_plain_values_are_parameters():
    """Others may hold data."""
    assert values.parameters({"rows": [1, 2], "model": object(), "none": None, "epochs": 2}) == {"epochs": "2"}


@pytest.mark.parametrize(
    ("uri", "told"),
    [
        ("ftp://ana:very@secret@files.example.com/models", "ftp://files.example.com/models"),
        ("git+https://very-secret@example.com/churn.git", "git+https://example.com/churn.git"),
        ("https://h/x.csv?X-Amz-Date=1&X-Amz-Signature=very-secret", "https://h/x.csv?X-Amz-Date=1&X-Amz-Signature=…"),
        ("https://a.blob.core.windows.net/c?sv=2&sig=very-secret", "https://a.blob.core.windows.net/c?sv=2&sig=…"),
        ("abfss://container@account.dfs.core.windows.net/x", "abfss://container@account.dfs.core.windows.net/x"),
        ("https://example.com:8080/a@b", "https://example.com:8080/a@b"),
    ],
)
def test_no_facet_has_credentials(uri, told):
    assert building.facet("dataSource", {"name": "here", "uri": uri}, "").uri == told
    assert building.facet("lc_model", {"hyperparameters": {"from": uri}}, "")["hyperparameters"]["from"] == told
