"""Aliases."""

import pytest
from mlflow.exceptions import MlflowException, RestException

SOURCE = "runs:/run_id/model"


@pytest.fixture
def two(client, model):
    for _ in range(2):
        client.create_model_version(model, SOURCE)
    return model


def test_set_move_and_delete(client, two):
    client.set_registered_model_alias(two, "champion", "1")
    assert client.get_registered_model(two).aliases == {"champion": "1"}
    assert client.get_model_version(two, 1).aliases == ["champion"]
    client.set_registered_model_alias(two, "champion", 2)
    client.set_registered_model_alias(two, "champion", 2)
    assert client.get_model_version(two, 1).aliases == []
    named = client.get_model_version_by_alias(two, "champion")
    assert named == client.get_model_version(two, 2)
    client.delete_registered_model_alias(two, "champion")
    client.delete_registered_model_alias(two, "champion")
    assert client.get_registered_model(two).aliases == {}


def test_several_of_one_version(client, two):
    for alias in ("a", "b-c", "d_e", "F"):
        client.set_registered_model_alias(two, alias, 1)
    assert sorted(client.get_model_version(two, 1).aliases) == ["F", "a", "b-c", "d_e"]


@pytest.mark.parametrize(
    ("alias", "message"),
    [
        ("a b", r"Invalid alias name: 'a b'. Names may only contain alphanumerics"),
        ("a/b", "Invalid alias name"),
        ("a\n", "Invalid alias name"),
        ("latest", "'latest' alias name \\(case insensitive\\) is reserved"),
        ("Latest", "'latest' alias name \\(case insensitive\\) is reserved"),
        ("v1", "Version alias name 'v1' is reserved"),
        ("", "Registered model alias name cannot be empty"),
        ("x" * 101, "'alias' exceeds the maximum length"),
        ("production", "Invalid alias name: 'production'"),
    ],
)
def test_aliases_that_cannot_be(client, two, alias, message):
    with pytest.raises(MlflowException, match=message) as refused:
        client.set_registered_model_alias(two, alias, 1)
    assert refused.value.error_code == "INVALID_PARAMETER_VALUE"


def test_an_absent_alias_is_an_invalid_parameter(client, two):
    with pytest.raises(RestException, match="Registered model alias nobody not found") as refused:
        client.get_model_version_by_alias(two, "nobody")
    assert refused.value.error_code == "INVALID_PARAMETER_VALUE"


def test_an_alias_of_an_absent_model_or_version(client, two, name):
    with pytest.raises(RestException, match="not found") as refused:
        client.get_model_version_by_alias(f"{name}-absent", "a")
    assert refused.value.error_code == "RESOURCE_DOES_NOT_EXIST"
    with pytest.raises(RestException, match=rf"Model Version \(name={two}, version=9\) not found"):
        client.set_registered_model_alias(two, "a", 9)


def test_latest_is_the_highest_version(client, two):
    client.transition_model_version_stage(two, 1, "Production")
    assert client.get_model_version_by_alias(two, "latest").version == "2"
    assert client.get_model_version_by_alias(two, "LATEST").version == "2"


def test_latest_of_a_model_without_versions(client, model):
    with pytest.raises(RestException, match=f"Latest version not found for model {model}") as refused:
        client.get_model_version_by_alias(model, "latest")
    assert refused.value.error_code == "RESOURCE_DOES_NOT_EXIST"
