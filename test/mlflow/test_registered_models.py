"""Registered models, call by call."""

import time

import pytest
from mlflow.exceptions import RestException

SOURCE = "runs:/run_id/model"


def test_create_answers_with_what_was_asked_for(client, name):
    made = client.create_registered_model(name, {"a": 1, "b": "two"}, "A model.")
    assert (made.name, made.tags, made.description) == (name, {"a": "1", "b": "two"}, "A model.")
    assert made.creation_timestamp == made.last_updated_timestamp
    assert abs(made.creation_timestamp - time.time() * 1000) < 60_000
    assert client.get_registered_model(name) == made


def test_create_without_anything_has_no_description_and_no_versions(client, name):
    made = client.create_registered_model(name)
    assert (str(made.description), made.tags, made.aliases, made.latest_versions) == ("", {}, {}, [])


def test_a_name_is_taken_once(client, model):
    with pytest.raises(RestException, match=rf"Registered Model \(name={model}\) already exists") as refused:
        client.create_registered_model(model)
    assert refused.value.error_code == "RESOURCE_ALREADY_EXISTS"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("", "Missing value for required parameter 'name'"),
        ("  ", "Missing value for required parameter 'name'"),
        ("a/b", "Invalid model name 'a/b'. Names cannot contain '/' or ':'"),
        ("a:b", "Invalid model name 'a:b'"),
        (".", "Invalid model name"),
        ("..", "Invalid model name"),
        ("x" * 251, "Invalid model name"),
        ("with\ttab", "Invalid model name"),
    ],
)
def test_a_name_that_cannot_be(client, wrong, message):
    with pytest.raises(RestException, match=message) as refused:
        client.create_registered_model(wrong)
    assert refused.value.error_code == "INVALID_PARAMETER_VALUE"


@pytest.mark.parametrize("odd", ["mit Leerzeichen", "日本語", "100%", "a#b", "a&b=c", "a+b", "x" * 250])
def test_names_may_be_odd(client, name, odd):
    odd = odd if len(odd) == 250 else f"{odd} {name}"
    client.create_registered_model(odd)
    assert client.get_registered_model(odd).name == odd
    client.delete_registered_model(odd)


def test_get_of_an_absent_model(client, name):
    with pytest.raises(RestException, match=f"Registered Model with name={name} not found") as refused:
        client.get_registered_model(name)
    assert refused.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_rename_takes_everything_along(client, model, name):
    client.create_model_version(model, SOURCE, "run", tags={"t": "v"})
    client.set_registered_model_alias(model, "champion", 1)
    client.set_registered_model_tag(model, "k", "v")
    client.rename_registered_model(model, f"{name}-anew")
    renamed = client.get_registered_model(f"{name}-anew")
    assert (renamed.name, renamed.tags, renamed.aliases) == (f"{name}-anew", {"k": "v"}, {"champion": "1"})
    assert [one.version for one in renamed.latest_versions] == ["1"]
    assert client.get_model_version(f"{name}-anew", "1").tags == {"t": "v"}
    with pytest.raises(RestException, match="not found"):
        client.get_registered_model(model)


def test_rename_to_a_name_that_is_taken(client, model, name):
    client.create_registered_model(f"{name}-taken")
    with pytest.raises(RestException, match="already exists") as refused:
        client.rename_registered_model(model, f"{name}-taken")
    assert refused.value.error_code == "RESOURCE_ALREADY_EXISTS"


def test_rename_to_nothing(people, model):
    answer = people["open"].call("POST", "/api/2.0/mlflow/registered-models/rename", {"name": model})
    assert answer.status_code == 400
    assert "Missing value for required parameter 'new_name'" in answer.json()["message"]


def test_update_describes_anew(client, model):
    before = client.get_registered_model(model)
    time.sleep(0.002)
    after = client.update_registered_model(model, "Described.")
    assert after.description == "Described."
    assert after.last_updated_timestamp > before.last_updated_timestamp
    assert client.get_registered_model(model).description == "Described."


def test_update_without_a_description_takes_it_away(client, model):
    client.update_registered_model(model, "Described.")
    assert str(client.update_registered_model(model, None).description) == ""


def test_a_deleted_model_is_gone_and_its_name_is_free(client, model):
    client.create_model_version(model, SOURCE)
    client.delete_registered_model(model)
    with pytest.raises(RestException, match="not found"):
        client.get_registered_model(model)
    client.create_registered_model(model)
    assert client.create_model_version(model, SOURCE).version == "1"


def test_delete_cascades_whatever_the_stages(client, model):
    client.create_model_version(model, SOURCE)
    client.transition_model_version_stage(model, 1, "Production")
    client.delete_registered_model(model)
    with pytest.raises(RestException, match="not found"):
        client.get_model_version(model, 1)


@pytest.mark.parametrize("call", ["rename_registered_model", "update_registered_model", "delete_registered_model"])
def test_nothing_can_be_done_with_an_absent_model(client, name, call):
    arguments = {"rename_registered_model": ("x",), "update_registered_model": ("x",)}.get(call, ())
    with pytest.raises(RestException, match=f"Registered Model with name={name} not found"):
        getattr(client, call)(name, *arguments)


class TestTags:
    def test_set_and_delete(self, client, model):
        client.set_registered_model_tag(model, "a", 1)
        client.set_registered_model_tag(model, "b c", "two")
        client.set_registered_model_tag(model, "a", "again")
        assert client.get_registered_model(model).tags == {"a": "again", "b c": "two"}
        client.delete_registered_model_tag(model, "a")
        client.delete_registered_model_tag(model, "a")
        assert client.get_registered_model(model).tags == {"b c": "two"}

    def test_a_value_may_be_empty(self, client, model):
        client.set_registered_model_tag(model, "empty", "")
        assert client.get_registered_model(model).tags == {"empty": ""}

    @pytest.mark.parametrize("key", ["a/b", "a.b", "a-b", "a_b", "a b", "a:b", "ключ"])
    def test_keys_may_be_odd(self, client, model, key):
        client.set_registered_model_tag(model, key, "v")
        assert client.get_registered_model(model).tags == {key: "v"}

    @pytest.mark.parametrize("key", ["a;b", "../x", "/x", "a//b", "./x", "x\n", "ä!"])
    def test_keys_that_cannot_be(self, client, model, key):
        with pytest.raises(RestException, match="for parameter 'key' supplied") as refused:
            client.set_registered_model_tag(model, key, "v")
        assert refused.value.error_code == "INVALID_PARAMETER_VALUE"

    def test_a_key_that_is_empty(self, client, model):
        with pytest.raises(RestException, match="Missing value for required parameter 'key'"):
            client.set_registered_model_tag(model, "", "v")

    def test_a_key_that_is_too_long(self, client, model):
        client.set_registered_model_tag(model, "k" * 250, "v")
        with pytest.raises(RestException, match="'key' exceeds the maximum length of 250 characters"):
            client.set_registered_model_tag(model, "k" * 251, "v")

    def test_a_value_that_is_too_long(self, client, model):
        client.set_registered_model_tag(model, "k", "v" * 50_000)
        with pytest.raises(RestException, match="'value' exceeds the maximum length of 100000 characters"):
            client.set_registered_model_tag(model, "k", "v" * 100_001)

    def test_more_than_can_be_kept(self, client, model):
        client.set_registered_model_tag(model, "k", "v" * 50_000)
        with pytest.raises(RestException, match="expected at most 65536 bytes") as refused:
            client.set_registered_model_tag(model, "other", "v" * 50_000)
        assert refused.value.error_code == "INVALID_PARAMETER_VALUE"

    @pytest.mark.parametrize("key", ["__proto__", "constructor"])
    def test_keys_that_mean_something_elsewhere(self, client, model, key):
        with pytest.raises(RestException) as refused:
            client.set_registered_model_tag(model, key, "v")
        assert refused.value.error_code == "INVALID_PARAMETER_VALUE"

    def test_of_an_absent_model(self, client, name):
        with pytest.raises(RestException, match=f"Registered Model with name={name} not found"):
            client.set_registered_model_tag(name, "k", "v")
