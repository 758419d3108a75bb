import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from support import SI_CLI, Server  # noqa: E402


def pytest_sessionstart(session):
    if not SI_CLI.exists():
        pytest.exit(f"there is no {SI_CLI}: run `make build` first", returncode=2)


@pytest.fixture
def server(tmp_path):
    with Server(tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One server for all tests of a file: for those that use names of their own."""
    with Server(tmp_path_factory.mktemp("shared")) as running:
        yield running
