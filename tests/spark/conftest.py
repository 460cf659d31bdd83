"""Spark for one module of tests at a time: each starts its own, over its own folder."""

import pytest

from engines import stop_spark


@pytest.fixture(autouse=True, scope="module")
def _spark_of_this_module():
    yield
    stop_spark()
