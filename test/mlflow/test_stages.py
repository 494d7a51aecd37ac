"""Stages, where they are open and where they are governed."""

import time

import pytest
from mlflow.exceptions import RestException

SOURCE = "runs:/run_id/model"


@pytest.fixture
def three(client, model):
    for _ in range(3):
        client.create_model_version(model, SOURCE)
    return model


def stages(client, name):
    return {one.version: one.current_stage for one in client.search_model_versions(f"name = '{name}'")}


@pytest.mark.parametrize("to", ["Staging", "Production", "Archived"])
@pytest.mark.parametrize("then", ["None", "Staging", "Production", "Archived"])
def test_an_open_version_goes_anywhere(client, three, to, then):
    assert client.transition_model_version_stage(three, 1, to).current_stage == to
    assert client.transition_model_version_stage(three, 1, then).current_stage == then
    assert client.get_model_version(three, 1).current_stage == then


@pytest.mark.parametrize("spelled", ["production", "PRODUCTION", "pRoDuCtIoN"])
def test_case_does_not_matter(client, three, spelled):
    assert client.transition_model_version_stage(three, 1, spelled).current_stage == "Production"


def test_a_stage_that_there_is_not(client, three):
    with pytest.raises(
        RestException, match="Invalid Model Version stage: x. Value must be one of None, Staging, Production, Archived."
    ) as refused:
        client.transition_model_version_stage(three, 1, "x")
    assert refused.value.error_code == "INVALID_PARAMETER_VALUE"


@pytest.mark.parametrize("stage", ["Staging", "Production"])
def test_others_stay_unless_they_are_to_be_archived(client, three, stage):
    client.transition_model_version_stage(three, 1, stage)
    client.transition_model_version_stage(three, 2, stage)
    assert stages(client, three) == {"1": stage, "2": stage, "3": "None"}
    client.transition_model_version_stage(three, 3, stage, archive_existing_versions=True)
    assert stages(client, three) == {"1": "Archived", "2": "Archived", "3": stage}
    times = {client.get_model_version(three, number).last_updated_timestamp for number in (1, 2, 3)}
    assert times == {client.get_registered_model(three).last_updated_timestamp}


@pytest.mark.parametrize("stage", ["None", "Archived"])
def test_only_active_stages_archive_others(client, three, stage):
    with pytest.raises(RestException, match=f"because '{stage}' is not an Active stage") as refused:
        client.transition_model_version_stage(three, 1, stage, archive_existing_versions=True)
    assert refused.value.error_code == "INVALID_PARAMETER_VALUE"


def test_latest_versions(client, three):
    for _ in range(4):
        client.create_model_version(three, SOURCE)
    for version, stage in (
        (1, "Archived"),
        (2, "Production"),
        (3, "Archived"),
        (4, "Production"),
        (5, "Staging"),
        (6, "Staging"),
    ):
        client.transition_model_version_stage(three, version, stage)

    def latest(wanted):
        return {one.current_stage: one.version for one in client.get_latest_versions(three, wanted)}

    everything = {"Production": "4", "Staging": "6", "Archived": "3", "None": "7"}
    assert latest(["None"]) == {"None": "7"}
    assert latest(["production"]) == {"Production": "4"}
    assert latest(["None", "Staging"]) == {"None": "7", "Staging": "6"}
    assert latest(None) == latest([]) == everything
    assert {one.current_stage: one.version for one in client.get_registered_model(three).latest_versions} == everything


def test_latest_versions_that_lie_far_back(client, model):
    for _ in range(30):
        client.create_model_version(model, SOURCE)
    for version, stage in ((1, "Production"), (2, "Archived"), (3, "Staging")):
        client.transition_model_version_stage(model, version, stage)
    found = {one.current_stage: one.version for one in client.get_latest_versions(model)}
    assert found == {"Production": "1", "Archived": "2", "Staging": "3", "None": "30"}


def test_latest_versions_as_older_clients_ask(people, three):
    answer = people["open"].call("GET", f"/api/2.0/mlflow/registered-models/get-latest-versions?name={three}")
    assert [one["version"] for one in answer.json()["model_versions"]] == ["3"]


class TestGoverned:
    """The tenant's policy is what it is from the start: production takes a vote, a card and proved files."""

    @pytest.fixture
    def staged(self, governed, name):
        governed.create_registered_model(name)
        governed.create_model_version(name, SOURCE)
        return name

    @pytest.mark.parametrize("stage", ["Production", "Archived"])
    def test_a_step_that_is_none_says_which_there_are(self, governed, staged, stage):
        begun = time.monotonic()
        with pytest.raises(RestException, match="may go to staging, not to|is in none") as refused:
            governed.transition_model_version_stage(staged, 1, stage)
        assert refused.value.error_code == "RESOURCE_CONFLICT"
        assert time.monotonic() - begun < 5

    def test_production_says_everything_that_is_not_met(self, governed, people, staged):
        people["governed"].v1("PUT", "/policy", {"policy": {"gates": {"staging": []}}, "model": staged})
        governed.transition_model_version_stage(staged, 1, "Staging")
        with pytest.raises(RestException) as refused:
            governed.transition_model_version_stage(staged, 1, "Production")
        message = str(refused.value)
        assert "expected a model card with intendedUse, limitations, trainingData, found no model card" in message
        assert "1 vote of reviewer" in message

    def test_nothing_goes_back_to_none(self, governed, people, staged):
        people["governed"].v1("PUT", "/policy", {"policy": {"gates": {"staging": []}}, "model": staged})
        governed.transition_model_version_stage(staged, 1, "Staging")
        with pytest.raises(RestException, match="may go to production or archived, not to none"):
            governed.transition_model_version_stage(staged, 1, "None")

    def test_production_makes_room_by_itself(self, governed, people, name):
        governed.create_registered_model(name)
        nothing = {"gates": {"staging": [], "production": []}, "approvals": {"production": {"required": 0}}}
        people["governed"].v1("PUT", "/policy", {"policy": nothing, "model": name})
        for number in (1, 2):
            governed.create_model_version(name, SOURCE)
            for stage in ("Staging", "Production"):
                governed.transition_model_version_stage(name, number, stage)
        assert stages(governed, name) == {"1": "Archived", "2": "Production"}
        with pytest.raises(RestException, match="comes back by rollbackModel alone"):
            governed.transition_model_version_stage(name, 1, "Production")

    def test_what_is_in_use_is_not_deleted(self, governed, people, name):
        self.test_production_makes_room_by_itself(governed, people, name)
        with pytest.raises(RestException, match="version 2 is in production") as refused:
            governed.delete_model_version(name, 2)
        assert refused.value.error_code == "RESOURCE_CONFLICT"
        with pytest.raises(RestException, match="has in staging or production: 2"):
            governed.delete_registered_model(name)
