"""What every test gets: state and cache folders of its own, in this process and in those it starts."""

from collections.abc import Iterator

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--device-port`: the behaviour suite also runs on the controller at this port, which sprays its marks."""
    parser.addoption(
        "--device-port", default="", help="a port with a SPRAY/1 controller on a bench, such as /dev/ttyUSB0"
    )


@pytest.fixture(autouse=True, scope="session")
def _own_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes what the user's own runs have left."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
            patch.setenv(name, str(tmp_path_factory.mktemp(name.lower())))
        yield
