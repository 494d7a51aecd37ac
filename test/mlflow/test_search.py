"""Searches: the grammar of filters, every order, and pages."""

import time

import pytest
from mlflow import MlflowClient
from mlflow.exceptions import RestException

SOURCE = "runs:/run_id/model"
# MLflow's signer signs the last of two parameters of one name; what it sends has both.
PROMPTS = "tag.`mlflow.prompt.is_prompt` != 'true'"


@pytest.fixture(scope="module")
def world(people):
    """Six models with a common prefix in their names, the first three with versions."""
    with pytest.MonkeyPatch.context() as patch:
        client: MlflowClient = people["open"].as_client(patch)
        prefix = f"Search{time.time_ns()}"
        names = [f"{prefix}-{letter}" for letter in ("a", "B", "c", "d", "e", "f")]
        for index, name in enumerate(names):
            tags = {"team": "fraud" if index % 2 else "click", prefix: str(index)}
            if index == 5:
                tags = {prefix: "5"}
            client.create_registered_model(name, tags)
            time.sleep(0.002)
        for round_ in range(2):
            for index, name in enumerate(names[:3]):
                tags = {prefix: f"{index}-{round_}", "Case": "UPPER"}
                client.create_model_version(name, f"s3://{prefix}/{index}/{round_}", f"run-{prefix}-{index}", tags)
                time.sleep(0.002)
        yield client, prefix, names


@pytest.fixture
def client(world, people, monkeypatch):
    return people["open"].as_client(monkeypatch)


def models(client, world, filter_string, **kwargs):
    _, prefix, names = world
    found = client.search_registered_models(filter_string, **kwargs)
    return [one.name.removeprefix(f"{prefix}-") for one in found if one.name in names]


def versions(client, world, filter_string, **kwargs):
    _, prefix, _ = world
    found = client.search_model_versions(filter_string, **kwargs)
    return [f"{one.name.removeprefix(prefix + '-')}{one.version}" for one in found if one.name.startswith(prefix)]


class TestModels:
    @pytest.mark.parametrize(
        ("filter_string", "expected"),
        [
            ("name = '{p}-a'", "a"),
            ("name='{p}-a'", "a"),
            ('name = "{p}-a"', "a"),
            ("attribute.name = '{p}-a'", "a"),
            ("`name` = '{p}-a'", "a"),
            ("name != '{p}-a' AND name LIKE '{p}-%'", "Bcdef"),
            ("name LIKE '{p}-_'", "Bacdef"),
            ("name like '{p}-b'", ""),
            ("name ILIKE '{p}-b'", "B"),
            ("name iLiKe '{p}-B' and name LIKE '{p}%'", "B"),
            ("name LIKE '{p}-%' AND tags.team = 'fraud'", "Bd"),
            ("name LIKE '{p}-%' AND tag.team != 'fraud'", "ace"),
            ("name LIKE '{p}-%' AND tags.`team` LIKE 'cl%'", "ace"),
            ('name LIKE \'{p}-%\' AND tags."team" ILIKE \'CL%\'', "ace"),
            ("name LIKE '{p}-%' AND tags.Team = 'fraud'", ""),
            ("tags.{p} = '3'", "d"),
            ("tags.{p} != '3'", "Bacef"),
            ("name IN ('{p}-a', '{p}-c', 'nobody')", "ac"),
            ("name NOT IN ('{p}-a', '{p}-c') AND name LIKE '{p}-%'", "Bdef"),
            ("name = '{p}-a' AND name = '{p}-c'", ""),
            ("name = ''", ""),
        ],
    )
    def test_filters(self, client, world, filter_string, expected):
        assert "".join(models(client, world, filter_string.format(p=world[1]))) == expected

    @pytest.mark.parametrize(
        ("order", "expected"),
        [
            ("name", "Bacdef"),
            ("name ASC", "Bacdef"),
            ("name DESC", "fedcaB"),
            ("name\tdesc", "fedcaB"),
            ("timestamp", "defaBc"),
            ("last_updated_timestamp DESC", "cBafed"),
        ],
    )
    def test_orders(self, client, world, order, expected):
        assert "".join(models(client, world, f"name LIKE '{world[1]}-%'", order_by=[order])) == expected

    def test_two_orders(self, client, world):
        found = models(client, world, f"name LIKE '{world[1]}-%'", order_by=["timestamp ASC", "name DESC"])
        assert "".join(found) == "defaBc"

    @pytest.mark.parametrize("order", [None, ["name DESC"], ["timestamp"], ["timestamp DESC"]])
    @pytest.mark.parametrize("size", [1, 2, 3, 100])
    def test_pages(self, client, world, order, size):
        whole = models(client, world, f"name LIKE '{world[1]}-%'", order_by=order)
        paged, token = [], None
        while token != "":
            page = client.search_registered_models(
                f"name LIKE '{world[1]}-%'", max_results=size, order_by=order, page_token=token
            )
            assert len(page) <= size
            paged += [one.name.removeprefix(f"{world[1]}-") for one in page]
            token = page.token or ""
        assert paged == whole

    def test_the_last_full_page_has_no_token(self, client, world):
        page = client.search_registered_models(f"name LIKE '{world[1]}-%'", max_results=6)
        assert (len(page), page.token) == (6, "")

    def test_it_shows_the_latest_versions(self, client, world):
        (found,) = client.search_registered_models(f"name = '{world[1]}-a'")
        assert [(one.version, one.current_stage) for one in found.latest_versions] == [("2", "None")]
        assert found == client.get_registered_model(f"{world[1]}-a")

    @pytest.mark.parametrize(
        ("filter_string", "message"),
        [
            ("run_id = 'x'", "Invalid attribute key 'run_id' specified"),
            ("evilhax = true", "Invalid clause\\(s\\) in filter string"),
            ("name = 'a' OR name = 'b'", "Invalid clause\\(s\\) in filter string"),
            ("(name = 'a')", "Invalid clause\\(s\\) in filter string"),
            ("NOT name = 'a'", "Invalid clause\\(s\\) in filter string"),
            ("name LIKE", "Invalid clause\\(s\\) in filter string"),
            ("name", "Invalid clause\\(s\\) in filter string"),
            ("name = something", "Parameter value is either not quoted or unidentified quote types"),
            ("name > 'a'", "Invalid comparator for attribute: >"),
            ("tags.a > 'a'", "Invalid comparator for tag: >"),
            ("params.a = 'a'", "Invalid entity type 'params'"),
            ("name IS NULL", "IS NULL / IS NOT NULL is not supported for registered model search"),
            ("tags.a IS NOT NULL", "IS NULL / IS NOT NULL is not supported for registered model search"),
            ("name = 5", "Expected a quoted string value"),
            ("tags.a = 5", "Expected a quoted string value for tag"),
            ("name IN ()", "expected a non-empty list of string values, but got empty list"),
            ("name IN (1)", "got different type in list"),
            ("name IN ('a',)", "got ill-formed list"),
            ("tags.a IN ('a')", "Expected a quoted string value for tag"),
            ("name = 'a'; name = 'b'", "Search filter contained multiple expression"),
        ],
    )
    def test_filters_that_cannot_be_read(self, client, filter_string, message):
        with pytest.raises(RestException, match=message) as refused:
            client.search_registered_models(filter_string)
        assert refused.value.error_code == "INVALID_PARAMETER_VALUE"

    @pytest.mark.parametrize(
        ("order", "message"),
        [
            (["creation_timestamp"], "Invalid order by key 'creation_timestamp' specified"),
            (["run_id"], "Invalid order by key 'run_id' specified"),
            (["name sideways"], "Invalid order_by clause 'name sideways'. Could not be parsed"),
            (["name DESC ASC"], "Could not be parsed"),
            (["timestamp", "last_updated_timestamp DESC"], "`order_by` contains duplicate fields"),
            (["name", "name DESC"], "`order_by` contains duplicate fields"),
        ],
    )
    def test_orders_that_cannot_be_read(self, client, order, message):
        with pytest.raises(RestException, match=message) as refused:
            client.search_registered_models(order_by=order)
        assert refused.value.error_code == "INVALID_PARAMETER_VALUE"

    def test_a_token_that_was_not_given(self, client):
        with pytest.raises(RestException, match="Invalid page token, could not base64-decode") as refused:
            client.search_registered_models(page_token="evilhax")
        assert refused.value.error_code == "INVALID_PARAMETER_VALUE"

    def test_a_token_of_another_search(self, client, world):
        token = client.search_registered_models(f"name LIKE '{world[1]}-%'", max_results=1).token
        with pytest.raises(RestException, match="Invalid page token"):
            client.search_registered_models(max_results=1, page_token=token)

    @pytest.mark.parametrize("size", [0, -1, 1001])
    def test_sizes_that_cannot_be(self, client, size):
        with pytest.raises(RestException, match="max_results") as refused:
            client.search_registered_models(max_results=size)
        assert refused.value.error_code == "INVALID_PARAMETER_VALUE"


class TestVersions:
    @pytest.mark.parametrize(
        ("filter_string", "expected"),
        [
            ("name = '{p}-a'", "a2 a1"),
            ("name='{p}-a' and version_number=1", "a1"),
            ("name = '{p}-a' AND version_number > 1", "a2"),
            ("name = '{p}-a' AND version_number >= '1'", "a2 a1"),
            ("name = '{p}-a' AND version_number != 1", "a2"),
            ("version_number < 2 AND name LIKE '{p}%'", "c1 B1 a1"),
            ("run_id = 'run-{p}-1'", "B2 B1"),
            ("run_id IN ('run-{p}-0', 'run-{p}-2')", "c2 a2 c1 a1"),
            ("run_id NOT IN ('run-{p}-0') AND name LIKE '{p}%'", "c2 B2 c1 B1"),
            ("run_id LIKE 'run-{p}%' AND version_number = 2", "c2 B2 a2"),
            ("source_path = 's3://{p}/1/0'", "B1"),
            ("source_path LIKE 's3://{p}/%/1'", "c2 B2 a2"),
            ("source_path = ''", ""),
            ("tags.{p} = '1-0'", "B1"),
            ("tags.{p} != '1-0'", "c2 B2 a2 c1 a1"),
            ("tags.Case ILIKE 'upper' AND name ILIKE '{p}-b'", "B2 B1"),
            ("tags.Case LIKE 'upper' AND name LIKE '{p}%'", ""),
            ("name IN ('{p}-a', '{p}-B')", "B2 a2 B1 a1"),
            ("name NOT IN ('{p}-a') AND name LIKE '{p}%'", "c2 B2 c1 B1"),
            ("attribute.name = '{p}-a'", "a2 a1"),
        ],
    )
    def test_filters(self, client, world, filter_string, expected):
        assert " ".join(versions(client, world, filter_string.format(p=world[1]))) == expected

    @pytest.mark.parametrize(
        ("orders", "expected"),
        [
            (None, "c2 B2 a2 c1 B1 a1"),
            (["last_updated_timestamp"], "a1 B1 c1 a2 B2 c2"),
            (["last_updated_timestamp DESC"], "c2 B2 a2 c1 B1 a1"),
            (["creation_timestamp"], "a1 B1 c1 a2 B2 c2"),
            (["creation_timestamp DESC"], "c2 B2 a2 c1 B1 a1"),
            (["name"], "B2 B1 a2 a1 c2 c1"),
            (["name DESC"], "c2 c1 a2 a1 B2 B1"),
            (["name", "version_number"], "B1 B2 a1 a2 c1 c2"),
            (["name", "last_updated_timestamp"], "B1 B2 a1 a2 c1 c2"),
            (["version_number"], "B1 a1 c1 B2 a2 c2"),
            (["version_number DESC"], "B2 a2 c2 B1 a1 c1"),
            (["version_number DESC", "name DESC"], "c2 a2 B2 c1 a1 B1"),
            (["attribute.version_number ASC"], "B1 a1 c1 B2 a2 c2"),
        ],
    )
    @pytest.mark.parametrize("narrowed", ["name LIKE '{p}%'", "name IN ('{p}-a', '{p}-B', '{p}-c')"])
    def test_orders(self, client, world, orders, expected, narrowed):
        found = versions(client, world, narrowed.format(p=world[1]), order_by=orders)
        assert " ".join(found) == expected

    @pytest.mark.parametrize(
        "orders",
        [
            None,
            ["last_updated_timestamp"],
            ["creation_timestamp"],
            ["creation_timestamp DESC"],
            ["name"],
            ["name DESC", "version_number"],
            ["version_number"],
            ["version_number DESC"],
        ],
    )
    @pytest.mark.parametrize("narrowed", ["name LIKE '{p}%'", "name IN ('{p}-a', '{p}-B')", "name = '{p}-c'"])
    @pytest.mark.parametrize("size", [1, 2, 4, 1000])
    def test_pages(self, client, world, orders, narrowed, size):
        narrowed = narrowed.format(p=world[1])
        whole = versions(client, world, narrowed, order_by=orders)
        paged, token = [], None
        while token != "":
            page = client.search_model_versions(narrowed, max_results=size, order_by=orders, page_token=token)
            assert len(page) <= size
            paged += [f"{one.name.removeprefix(world[1] + '-')}{one.version}" for one in page]
            token = page.token or ""
        assert paged == whole

    def test_they_are_as_get_shows_them(self, client, world):
        (found,) = client.search_model_versions(f"name = '{world[1]}-a' AND version_number = 1")
        assert found == client.get_model_version(f"{world[1]}-a", 1)

    def test_the_latest_change_is_first(self, client, world):
        client.update_model_version(f"{world[1]}-a", 1, "Changed.")
        assert versions(client, world, f"name LIKE '{world[1]}%'")[0] == "a1"
        assert versions(client, world, f"name = '{world[1]}-a'") == ["a1", "a2"]
        assert versions(client, world, f"name LIKE '{world[1]}%'", order_by=["creation_timestamp"])[0] == "a1"

    @pytest.mark.parametrize(
        ("filter_string", "message"),
        [
            ("stage = 'x'", "Invalid attribute key 'stage' specified"),
            ("run_id IN (", "Invalid clause\\(s\\) in filter string"),
            ("run_id IN ()", "expected a non-empty list of string values, but got empty list"),
            ("source_path IN ('a')", "Only \\['name', 'run_id'\\] attributes support comparison with a list"),
            ("version_number = 1.5", "Invalid value for numeric attribute 'version_number': 1.5"),
            ("version_number = 'one'", "Invalid value for numeric attribute 'version_number': one"),
            ("version_number LIKE '1'", "Invalid comparator for attribute: LIKE"),
            ("name > 'a'", "Invalid comparator for attribute: >"),
            ("run_id IS NULL", "IS NULL / IS NOT NULL is not supported for model version search"),
            ("name = 'a' OR name = 'b'", "Invalid clause\\(s\\) in filter string"),
            ("name = a", "Parameter value is either not quoted"),
        ],
    )
    def test_filters_that_cannot_be_read(self, client, filter_string, message):
        with pytest.raises(RestException, match=message) as refused:
            client.search_model_versions(filter_string)
        assert refused.value.error_code == "INVALID_PARAMETER_VALUE"

    @pytest.mark.parametrize(
        ("order", "message"),
        [
            (["run_id"], "Invalid attribute key 'run_id' specified"),
            (["name up"], "Could not be parsed"),
            (["name", "name DESC"], "`order_by` contains duplicate fields"),
        ],
    )
    def test_orders_that_cannot_be_read(self, client, order, message):
        with pytest.raises(RestException, match=message):
            client.search_model_versions(order_by=order)

    @pytest.mark.parametrize("size", [0, 200_001])
    def test_sizes_that_cannot_be(self, client, size):
        with pytest.raises(RestException, match="max_results"):
            client.search_model_versions(max_results=size)

    def test_a_token_that_was_not_given(self, client):
        with pytest.raises(RestException, match="Invalid page token, could not base64-decode"):
            client.search_model_versions(page_token="evilhax")
