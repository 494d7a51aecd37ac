"""Model versions, call by call."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from mlflow.exceptions import RestException

SOURCE = "runs:/run_id/model"


def test_create_answers_with_what_was_asked_for(client, model):
    made = client.create_model_version(
        model, "s3://bucket/key", "run-1", {"t": 1}, run_link="http://runs/1", description="One."
    )
    assert (made.name, made.version, made.source, made.run_id) == (model, "1", "s3://bucket/key", "run-1")
    assert (made.tags, made.run_link, made.description) == ({"t": "1"}, "http://runs/1", "One.")
    assert (made.status, made.current_stage, made.aliases) == ("READY", "None", [])
    assert made.creation_timestamp == made.last_updated_timestamp
    assert client.get_model_version(model, 1) == made


def test_create_without_anything(client, model):
    made = client.create_model_version(model, SOURCE)
    assert (str(made.description), made.run_id, made.run_link, made.tags) == ("", "", "", {})


def test_versions_are_numbered_from_one(client, model):
    assert [client.create_model_version(model, SOURCE).version for _ in range(3)] == ["1", "2", "3"]


def test_a_number_is_never_used_again(client, model):
    for _ in range(2):
        client.create_model_version(model, SOURCE)
    client.delete_model_version(model, 2)
    assert client.create_model_version(model, SOURCE).version == "3"


def test_twenty_at_once_get_twenty_numbers(client, model):
    with ThreadPoolExecutor(20) as pool:
        made = list(pool.map(lambda _: client.create_model_version(model, SOURCE, "run"), range(20)))
    assert sorted(int(one.version) for one in made) == list(range(1, 21))


def test_create_needs_the_model(client, name):
    with pytest.raises(RestException, match=f"Registered Model with name={name} not found") as refused:
        client.create_model_version(name, SOURCE)
    assert refused.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_create_changes_the_time_of_the_model(client, model):
    before = client.get_registered_model(model).last_updated_timestamp
    time.sleep(0.002)
    made = client.create_model_version(model, SOURCE)
    assert client.get_registered_model(model).last_updated_timestamp == made.creation_timestamp > before


@pytest.mark.parametrize(
    "source",
    [
        "s3://bucket/some/key",
        "s3://bucket//doubled/",
        "gs://bucket/....",
        "dbfs:/path",
        "wasbs://container@account/path",
        "runs:/run/model",
        "models:/m-0123456789abcdef0123456789abcdef",
        "mlflow-artifacts:/1/run/artifacts/model",
        "https://registry.example/api/2.0/mlflow-artifacts/artifacts/1/model",
        "hdfs://name/path",
    ],
)
def test_a_source_is_told_again_as_it_was_given(client, model, source):
    assert client.create_model_version(model, source, "run").source == source
    assert client.get_model_version(model, 1).source == source
    assert client.get_model_version_download_uri(model, 1) == source


@pytest.mark.parametrize("path", ["/tmp/model", "relative/model", "file:///tmp/model", "file:/tmp/model"])
def test_a_local_path_needs_a_run(client, model, path):
    with pytest.raises(RestException, match="Invalid model version source") as refused:
        client.create_model_version(model, path)
    assert refused.value.error_code == "INVALID_PARAMETER_VALUE"
    assert client.create_model_version(model, path, "run").source == path


@pytest.mark.parametrize(
    "source",
    [
        "s3://bucket/../other",
        "s3://bucket/%2e%2e/other",
        "s3://bucket/%252e%252e/other",
        "https://user:secret@host/path",
        "javascript:alert(1)",
        "/tmp/../etc",
    ],
)
def test_a_source_that_leads_elsewhere(client, model, source):
    with pytest.raises(RestException, match="Invalid model version source"):
        client.create_model_version(model, source, "run")


def test_a_source_that_is_missing(people, model):
    answer = people["open"].call("POST", "/api/2.0/mlflow/model-versions/create", {"name": model})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert "Missing value for required parameter 'source'" in answer.json()["message"]


def test_get_of_an_absent_version(client, model):
    with pytest.raises(RestException, match=rf"Model Version \(name={model}, version=7\) not found") as refused:
        client.get_model_version(model, 7)
    assert refused.value.error_code == "RESOURCE_DOES_NOT_EXIST"


@pytest.mark.parametrize("wrong", ["one", "1.5", "latest"])
def test_get_of_a_version_that_is_no_number(client, model, wrong):
    with pytest.raises(RestException, match=f"Parameter 'version' must be an integer, got '{wrong}'"):
        client.get_model_version(model, wrong)


def test_update_describes_anew_and_leaves_the_time_of_the_model(client, model):
    made = client.create_model_version(model, SOURCE)
    before = client.get_registered_model(model).last_updated_timestamp
    time.sleep(0.002)
    after = client.update_model_version(model, 1, "Described.")
    assert after.description == "Described."
    assert after.last_updated_timestamp > made.last_updated_timestamp
    assert client.get_registered_model(model).last_updated_timestamp == before


def test_a_deleted_version_is_gone(client, model):
    client.create_model_version(model, SOURCE)
    client.delete_model_version(model, 1)
    for call in (
        lambda: client.get_model_version(model, 1),
        lambda: client.delete_model_version(model, 1),
        lambda: client.update_model_version(model, 1, "x"),
        lambda: client.transition_model_version_stage(model, 1, "Staging"),
        lambda: client.set_model_version_tag(model, 1, "k", "v"),
        lambda: client.set_registered_model_alias(model, "a", 1),
        lambda: client.get_model_version_download_uri(model, 1),
    ):
        with pytest.raises(RestException, match=rf"Model Version \(name={model}, version=1\) not found"):
            call()


def test_delete_changes_the_time_of_the_model(client, model):
    client.create_model_version(model, SOURCE)
    before = client.get_registered_model(model).last_updated_timestamp
    time.sleep(0.002)
    client.delete_model_version(model, 1)
    assert client.get_registered_model(model).last_updated_timestamp > before


def test_delete_takes_aliases_and_stage_along(client, model):
    client.create_model_version(model, SOURCE)
    client.set_registered_model_alias(model, "champion", 1)
    client.transition_model_version_stage(model, 1, "Production")
    client.delete_model_version(model, 1)
    after = client.get_registered_model(model)
    assert (after.aliases, after.latest_versions) == ({}, [])
    with pytest.raises(RestException, match="Registered model alias champion not found"):
        client.get_model_version_by_alias(model, "champion")


class TestTags:
    def test_set_and_delete(self, client, model):
        client.create_model_version(model, SOURCE)
        client.set_model_version_tag(model, "1", "a", 1)
        client.set_model_version_tag(model, "1", "b c", "")
        assert client.get_model_version(model, 1).tags == {"a": "1", "b c": ""}
        client.delete_model_version_tag(model, "1", "a")
        client.delete_model_version_tag(model, "1", "a")
        assert client.get_model_version(model, 1).tags == {"b c": ""}

    def test_by_stage(self, client, model):
        client.create_model_version(model, SOURCE)
        client.transition_model_version_stage(model, 1, "Staging")
        client.set_model_version_tag(model, key="a", value="1", stage="Staging")
        assert client.get_model_version(model, 1).tags == {"a": "1"}

    def test_of_the_last_of_several_with_one_key(self, people, model, client):
        tags = [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]
        body = {"name": model, "source": SOURCE, "tags": tags}
        people["open"].call("POST", "/api/2.0/mlflow/model-versions/create", body)
        assert client.get_model_version(model, 1).tags == {"a": "2"}

    @pytest.mark.parametrize("key", ["a;b", "../x"])
    def test_keys_that_cannot_be(self, client, model, key):
        client.create_model_version(model, SOURCE)
        with pytest.raises(RestException, match="for parameter 'key' supplied"):
            client.set_model_version_tag(model, "1", key, "v")


class TestCopies:
    def test_a_copy_has_the_files_of_the_first(self, client, model, name):
        first = client.create_model_version(model, SOURCE, "run-1", description="dummy", tags={"hello": "world"})
        client.set_registered_model_alias(model, "champion", 1)
        copy = client.copy_model_version(f"models:/{model}@champion", f"{name}-prod")
        assert (copy.version, copy.source, copy.run_id) == ("1", f"models:/{model}/1", "run-1")
        assert (copy.description, copy.tags) == ("dummy", {"hello": "world"})
        assert client.get_model_version_download_uri(f"{name}-prod", 1) == first.source

    def test_a_copy_of_a_copy_has_them_too_when_the_one_between_is_gone(self, client, model, name):
        client.create_model_version(model, SOURCE, "run-1")
        client.copy_model_version(f"models:/{model}/1", f"{name}-b")
        client.copy_model_version(f"models:/{name}-b/1", f"{name}-c")
        client.delete_registered_model(f"{name}-b")
        client.rename_registered_model(model, f"{name}-anew")
        assert client.get_model_version_download_uri(f"{name}-c", 1) == SOURCE

    def test_a_copy_of_what_is_not_there(self, client, model, name):
        with pytest.raises(RestException, match="not found"):
            client.create_model_version(model, f"models:/{name}-absent/1")
        with pytest.raises(RestException, match=rf"Model Version \(name={model}, version=9\) not found"):
            client.create_model_version(model, f"models:/{model}/9")

    def test_a_copy_that_says_another_run(self, client, model):
        client.create_model_version(model, SOURCE, "run-1")
        with pytest.raises(RestException, match="run_id"):
            client.create_model_version(model, f"models:/{model}/1", "run-2")
