"""Every version of dbt that the project runs on builds the same rows: the sample, and an export load by load."""

import functools
import os
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest

from cij.loading.loader import load
from cij.quoting import sql_text
from simulate import main as simulate
from test_loads import contents, differences
from warehouse import PROJECT

VERSIONS = PROJECT / ".versions"
EXECUTABLES = {
    "1.12": PROJECT / ".venv" / "bin" / "dbt",
    "1.11": VERSIONS / "1.11" / "bin" / "dbt",
    "2": VERSIONS / "2" / "bin" / "dbt",
}
OTHERS = [
    pytest.param(version, marks=pytest.mark.skipif(not EXECUTABLES[version].exists(), reason="see make versions"))
    for version in ("1.11", "2")
]


def dbt_build(version: str, database: Path, scratch: Path) -> None:
    """Build with a version of dbt as its user would, without a secret: dbt v2 takes none."""
    environment = {name: value for name, value in os.environ.items() if name != "CIJ_PII_SECRET"}
    environment |= {"CIJ_DATABASE": str(database), "ADBC_DRIVER_PATH": str(VERSIONS / "2")}
    target = str(scratch / version)
    command = [str(EXECUTABLES[version]), "build", "--exclude-resource-type", "unit_test", "--target-path", target]
    built = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout[-3000:]


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    """Return the folder of all warehouses, a file name for each version and content."""
    return tmp_path_factory.mktemp("versions")


@pytest.fixture(scope="module")
def sample(scratch):
    """Return a function that builds the sample with a version, and returns the rows."""

    @functools.cache
    def build(version: str) -> dict:
        database = scratch / f"sample_{version.replace('.', '_')}.duckdb"
        dbt_build(version, database, scratch)
        return contents(database)

    return build


@pytest.fixture(scope="module")
def export(scratch):
    """Return a function that builds two loads of an export with a version, one over the other, and returns the rows."""
    raw, later, first = scratch / "raw", scratch / "later", scratch / "first.duckdb"
    assert simulate(["--out", str(raw), "--rows", "3000", "--names", "--quiet"]) == 0
    for path in raw.glob("*/*.parquet"):
        (later / path.parent.name).mkdir(parents=True)
        for part, place in enumerate((raw, later)):
            split = place / path.parent.name / f"{part}.parquet"
            rows = "select * exclude (file_row_number) from read_parquet($1, file_row_number = true)"
            duckdb.execute(f"copy ({rows} where file_row_number % 2 = $2) to {sql_text(split)}", [str(path), part])
        path.unlink()
    load_without_secret(first, raw)

    @functools.cache
    def build(version: str) -> dict:
        growing, own = scratch / f"raw_{version}", scratch / f"export_{version.replace('.', '_')}.duckdb"
        # All have the key of the first load.
        shutil.copy(first, own)
        dbt_build(version, own, scratch)
        shutil.copytree(raw, growing)
        shutil.copytree(later, raw, dirs_exist_ok=True)
        load_without_secret(own, raw)
        dbt_build(version, own, scratch)
        shutil.rmtree(raw)
        growing.rename(raw)
        return contents(own)

    return build


def load_without_secret(database: Path, raw: Path) -> None:
    """Load what is new in an export, as `cij load` does, with the key that the warehouse keeps."""
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("CIJ_PII_SECRET", raising=False)
        load(database, str(raw))


@pytest.mark.parametrize("version", OTHERS)
def test_the_sample_has_the_same_rows(version, sample):
    assert differences(sample(version), sample("1.12")) == {}


@pytest.mark.parametrize("version", OTHERS)
def test_an_export_has_the_same_rows_load_by_load(version, export):
    assert differences(export(version), export("1.12")) == {}
