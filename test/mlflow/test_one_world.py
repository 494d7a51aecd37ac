"""Tags that mean something: dependencies, a card, a signature, until something rests on them."""

import json

import pytest
from mlflow.exceptions import RestException

SOURCE = "s3://bucket/key"
CARD = {"intendedUse": "Flags payments.", "limitations": "Not for transfers.", "trainingData": "2025."}


@pytest.fixture
def encoder(client, name):
    client.create_registered_model(f"{name}-encoder")
    client.create_model_version(f"{name}-encoder", SOURCE)
    return f"{name}-encoder"


def seen(people, model, version=1):
    return people["open"].v1("GET", f"/models/{model}/versions/{version}")


def test_depends_on_at_the_registration(people, client, model, encoder):
    client.create_model_version(model, SOURCE, tags={"depends_on": f"{encoder}:1"})
    assert seen(people, model)["dependsOn"] == [{"model": encoder, "version": 1}]
    assert client.get_model_version(model, 1).tags == {"depends_on": f"{encoder}:1"}
    found = people["open"].v1("GET", f"/models/{encoder}/versions/1/dependents")
    assert [one["model"] for one in found["items"]] == [model]


def test_depends_on_afterwards_and_anew(people, client, model, encoder):
    client.create_registered_model(f"{encoder}-b")
    client.create_model_version(f"{encoder}-b", SOURCE)
    client.create_model_version(model, SOURCE)
    client.set_model_version_tag(model, "1", "depends_on", f"{encoder}:1, {encoder}-b:1")
    assert [one["model"] for one in seen(people, model)["dependsOn"]] == [encoder, f"{encoder}-b"]
    client.delete_model_version_tag(model, "1", "depends_on")
    assert seen(people, model)["dependsOn"] == []


def test_an_active_version_keeps_what_it_depends_on(client, model, encoder):
    client.create_model_version(model, SOURCE, tags={"depends_on": f"{encoder}:1"})
    client.transition_model_version_stage(encoder, 1, "Production")
    client.transition_model_version_stage(model, 1, "Production")
    with pytest.raises(RestException, match=f"is needed by {model}:1") as refused:
        client.transition_model_version_stage(encoder, 1, "Archived")
    assert refused.value.error_code == "RESOURCE_CONFLICT"
    with pytest.raises(RestException, match=f"is needed by {model}:1"):
        client.delete_model_version(encoder, 1)


@pytest.mark.parametrize("wrong", ["encoder", "encoder:x", "encoder:0", "a:1,,b:2", "a:1,a:1", ":1", "a/b:1"])
def test_depends_on_that_cannot_be_read(client, model, wrong):
    with pytest.raises(RestException, match="Invalid value for tag 'depends_on'") as refused:
        client.create_model_version(model, SOURCE, tags={"depends_on": wrong})
    assert refused.value.error_code == "INVALID_PARAMETER_VALUE"
    client.create_model_version(model, SOURCE)
    with pytest.raises(RestException, match="such as feature-encoder:3,click-classifier:7"):
        client.set_model_version_tag(model, "1", "depends_on", wrong)
    assert client.get_model_version(model, 1).tags == {}


def test_depends_on_what_is_not_there_or_came_later(client, model, encoder):
    with pytest.raises(RestException, match=f"{encoder} has no version 9"):
        client.create_model_version(model, SOURCE, tags={"depends_on": f"{encoder}:9"})
    client.create_model_version(model, SOURCE)
    client.create_model_version(encoder, SOURCE, tags={"depends_on": f"{model}:1"})
    with pytest.raises(RestException, match="what was registered before it"):
        client.set_model_version_tag(model, "1", "depends_on", f"{encoder}:2")


@pytest.mark.parametrize("spelled", [CARD, {"intended_use": CARD["intendedUse"], "limitations": CARD["limitations"], "training_data": "2025."}])
def test_a_model_card(people, client, model, spelled):
    client.create_model_version(model, SOURCE, tags={"model_card": json.dumps({**spelled, "contact": "risk@example"})})
    card = people["open"].v1("GET", f"/models/{model}/versions/1/card")
    assert card["card"] == {**CARD, "sections": {"contact": "risk@example"}}
    client.set_model_version_tag(model, "1", "model_card", json.dumps({"intendedUse": "Another."}))
    card = people["open"].v1("GET", f"/models/{model}/versions/1/card")
    assert (card["card"], card["revision"]) == ({"intendedUse": "Another."}, 2)
    assert json.loads(client.get_model_version(model, 1).tags["model_card"]) == {"intendedUse": "Another."}


@pytest.mark.parametrize("wrong", ["no JSON", "[]", "null", '{"intendedUse": 5}', '{"fairnessEvaluation": "good"}'])
def test_a_model_card_that_cannot_be_read(client, model, wrong):
    with pytest.raises(RestException, match="Invalid value for tag 'model_card'") as refused:
        client.create_model_version(model, SOURCE, tags={"model_card": wrong})
    assert refused.value.error_code == "INVALID_PARAMETER_VALUE"


def test_a_signature_becomes_the_schema_contract(people, client, model):
    columns = json.dumps([{"type": "double", "name": "amount", "required": True}])
    client.create_model_version(model, SOURCE, tags={"mlflow.signature": json.dumps({"inputs": columns, "outputs": None})})
    assert seen(people, model)["schema"]["inputs"] == [{"name": "amount", "type": "float64", "nullable": False}]
    with pytest.raises(RestException, match="Invalid value for tag 'mlflow.signature'"):
        client.create_model_version(model, SOURCE, tags={"mlflow.signature": "{}"})


@pytest.mark.parametrize("back", [False, True])
def test_nothing_of_it_changes_once_the_version_left_none(client, model, encoder, back):
    client.create_model_version(model, SOURCE)
    client.transition_model_version_stage(model, 1, "Staging")
    if back:
        client.transition_model_version_stage(model, 1, "None")
    for key, value in (("depends_on", f"{encoder}:1"), ("model_card", json.dumps(CARD))):
        with pytest.raises(RestException, match="expected a version that has never been in a stage") as refused:
            client.set_model_version_tag(model, "1", key, value)
        assert refused.value.error_code == "INVALID_PARAMETER_VALUE"
    client.set_model_version_tag(model, "1", "other", "stays possible")


def test_a_card_from_mlflow_meets_the_policy(people, governed, name):
    governed.create_registered_model(name)
    policy = {"gates": {"staging": [{"card": ["intendedUse", "limitations"]}]}}
    people["governed"].v1("PUT", "/policy", {"policy": policy, "model": name})
    governed.create_model_version(name, SOURCE)
    with pytest.raises(RestException, match="found no model card"):
        governed.transition_model_version_stage(name, 1, "Staging")
    governed.set_model_version_tag(name, "1", "model_card", json.dumps(CARD))
    assert governed.transition_model_version_stage(name, 1, "Staging").current_stage == "Staging"
    events = people["governed"].v1("GET", f"/events?model={name}")["items"]
    assert [one["type"] for one in events if one["type"] == "card.changed"] == ["card.changed"]
