"""Settings and fixtures for all tests."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.commands import obeys_permissions
from helpers.faults import make_album
from helpers.images import file_of, picture
from helpers.instruction_sets import running_on
from hypothesis import settings

from huepress._kernels.gate import instruction_sets

# Machines that run tests are shared: a slow moment is no failure.
settings.register_profile("default", deadline=None, max_examples=50)
settings.load_profile("default")


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let runs over many images remember nothing of those that a person, or another test, made."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


@pytest.fixture(autouse=True, scope="session")
def _signals() -> None:
    """Take signals as at a terminal: started by nohup or in the background, some are ignored."""
    for name, handler in (("SIGINT", signal.default_int_handler), ("SIGHUP", signal.SIG_DFL)):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A PNG of many colours in a directory of its own."""
    path = tmp_path / "photo.png"
    path.write_bytes(file_of(picture()))
    return path


@pytest.fixture
def album(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory, with four images in `in`, and an empty `out`."""
    make_album(tmp_path, 4)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def permissions(tmp_path: Path) -> None:
    """Skip where nobody obeys permissions: such a test would prove nothing."""
    if not obeys_permissions(tmp_path):
        pytest.skip("permissions mean nothing to root")


@pytest.fixture(scope="module", params=instruction_sets())
def instruction_set(request: pytest.FixtureRequest) -> Iterator[str]:
    """Run the module's tests on each instruction set that this machine has."""
    with running_on(request.param):
        yield request.param


@pytest.fixture(scope="session")
def photographs() -> dict[str, Path]:
    """The photographs that scikit-image's wheel holds; none is downloaded."""
    folder = Path(pytest.importorskip("skimage").__file__).parent / "data"
    found = {name: folder / f"{name}.png" for name in ("astronaut", "chelsea", "coffee")}
    if not all(path.is_file() for path in found.values()):
        pytest.skip("this scikit-image comes without its photographs")
    return found


@pytest.fixture(scope="session")
def shared_images() -> Path:
    """The project's larger collection of images, which may lie beside a clone."""
    folder = Path(__file__).parents[2] / "shared" / "images"
    if not folder.is_dir():
        pytest.skip("no ../shared/images beside this clone")
    return folder
