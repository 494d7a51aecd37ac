"""MLflow's own client with a token in place of keys: from its environment, as it comes."""

import time

import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from conftest import URL


def a_token(person, **asked):
    return person.v1("POST", "/tokens", {"label": "a notebook", "seconds": 600, **asked})


def without_keys(monkeypatch):
    for name in ("MLFLOW_TRACKING_AWS_SIGV4", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)


def with_token(monkeypatch, token):
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", token)


def with_password(monkeypatch, token):
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "anybody")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", token)


@pytest.mark.parametrize("at", ["", "/token"])
@pytest.mark.parametrize("show", [with_token, with_password])
def test_a_token_is_the_other_way_in(people, monkeypatch, name, show, at):
    without_keys(monkeypatch)
    show(monkeypatch, a_token(people["open"])["token"])
    client = MlflowClient(tracking_uri=URL + at, registry_uri=URL + at)

    client.create_registered_model(name)
    made = client.create_model_version(name, "s3://bucket/key")
    client.set_registered_model_alias(name, "champion", made.version)

    assert client.get_model_version_by_alias(name, "champion").version == made.version
    assert [one.name for one in client.search_registered_models(f"name = '{name}'")] == [name]


def test_a_token_may_do_what_it_was_made_for(people, monkeypatch, name):
    token = a_token(people["open"], roles=[{"role": "reader"}])["token"]
    without_keys(monkeypatch)
    with_token(monkeypatch, token)

    with pytest.raises(MlflowException) as refused:
        MlflowClient(tracking_uri=URL, registry_uri=URL).create_registered_model(name)
    assert refused.value.error_code == "PERMISSION_DENIED"


def test_a_revoked_token_is_refused_at_once_and_nothing_is_repeated(people, monkeypatch):
    made = a_token(people["open"])
    people["open"].v1("DELETE", f"/tokens/{made['id']}")
    without_keys(monkeypatch)
    with_token(monkeypatch, made["token"])

    begun = time.monotonic()
    with pytest.raises(MlflowException) as refused:
        MlflowClient(tracking_uri=URL, registry_uri=URL).search_registered_models()
    assert refused.value.error_code == "UNAUTHENTICATED"
    assert time.monotonic() - begun < 5
