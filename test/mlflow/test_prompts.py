"""Prompts, which are models with a tag."""

import pytest
from mlflow.exceptions import RestException

SOURCE = "runs:/run_id/model"


@pytest.fixture
def prompt(client, name):
    client.register_prompt(f"{name}.prompt", "Hello {{name}}!", tags={"author": "ann"})
    return f"{name}.prompt"


def test_register_and_load(client, prompt):
    again = client.register_prompt(prompt, "Good day, {{name}}.", commit_message="politely")
    assert again.version == 2
    assert client.load_prompt(f"prompts:/{prompt}/1").template == "Hello {{name}}!"
    assert client.get_prompt_version(prompt, 2).template == "Good day, {{name}}."


def test_by_alias_and_latest(client, prompt):
    client.register_prompt(prompt, "Anew {{name}}.")
    client.set_prompt_alias(prompt, "champion", 1)
    assert client.load_prompt(f"prompts:/{prompt}@champion").template == "Hello {{name}}!"
    assert client.load_prompt(f"prompts:/{prompt}@latest").template == "Anew {{name}}."
    client.delete_prompt_alias(prompt, "champion")


def test_a_long_prompt(client, name):
    text = "word " * 10_000
    client.register_prompt(name, text)
    assert client.load_prompt(f"prompts:/{name}/1").template == text


def test_prompts_and_models_are_found_apart(client, prompt, model):
    assert prompt in [one.name for one in client.search_prompts(f"name = '{prompt}'")]
    assert client.search_registered_models(f"name = '{prompt}'") == []
    assert client.search_model_versions(f"name = '{prompt}'") == []
    client.create_model_version(model, SOURCE)
    assert [one.name for one in client.search_prompts(f"name = '{model}'")] == []


def test_prompt_versions_are_found(client, prompt):
    client.register_prompt(prompt, "Anew {{name}}.")
    assert [one.version for one in client.search_prompt_versions(prompt)] == [2, 1]


def test_a_name_of_a_prompt_is_no_models_and_the_reverse(client, prompt, model):
    with pytest.raises(RestException, match="already taken by a prompt") as refused:
        client.create_registered_model(prompt)
    assert refused.value.error_code == "RESOURCE_ALREADY_EXISTS"
    with pytest.raises(Exception, match="MLflow does not allow registering a prompt"):
        client.register_prompt(model, "Hello.")


def test_a_prompt_has_no_files(client, prompt, model):
    with pytest.raises(RestException, match="Prompt sources must use an MLflow placeholder"):
        client.create_model_version(prompt, "s3://bucket/key")
    with pytest.raises(RestException, match="Invalid model version source"):
        client.create_model_version(model, f"models:/{prompt}/1")


def test_the_client_keeps_prompts_from_calls_for_models(client, prompt):
    with pytest.raises(Exception, match="not found"):
        client.delete_registered_model(prompt)


def test_tags_of_prompts(client, prompt):
    client.set_prompt_tag(prompt, "k", "v")
    assert client.get_prompt(prompt).tags["k"] == "v"
    client.delete_prompt_tag(prompt, "k")
    client.set_prompt_version_tag(prompt, 1, "k", "v")
    assert client.load_prompt(f"prompts:/{prompt}/1").tags["k"] == "v"
    client.delete_prompt_version_tag(prompt, 1, "k")
    client.delete_prompt_version(prompt, "1")
    client.delete_prompt(prompt)
    assert client.get_prompt(prompt) is None
