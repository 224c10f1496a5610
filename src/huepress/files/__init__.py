"""Files in and out: sources that may be hostile, outputs written whole or not at all.

Import from here what `__all__` lists; each name loads its module when it is first used. Standard
input, output and error are in `huepress.files.streams`, imported by that name: ``--version`` loads
nothing else.
"""

from __future__ import annotations

from huepress._lazy import lazy_names

TYPE_CHECKING = False  # that of `typing` takes longer to import than all of this
if TYPE_CHECKING:
    from huepress.files.atomic import (
        check_target,
        has_content,
        make_folder,
        make_parents,
        write_all,
        write_atomically,
        write_stream,
    )
    from huepress.files.sources import (
        File,
        Snapshot,
        Target,
        check_input,
        check_open,
        identity_of,
        name_of,
        open_seekable,
        read_all,
        read_bytes,
        read_snapshot,
        unreadable_error,
        with_size,
    )
    from huepress.files.temporary import (
        FileAttributes,
        descriptor_of,
        discard_temp_files,
        exists_error,
        is_device,
        is_folder_error,
        remove_stale_temp_files,
    )

__all__ = [
    "File", "FileAttributes", "Snapshot", "Target", "check_input", "check_open", "check_target",
    "descriptor_of", "discard_temp_files", "exists_error", "has_content", "identity_of",
    "is_device", "is_folder_error", "make_folder", "make_parents", "name_of", "open_seekable",
    "read_all", "read_bytes", "read_snapshot", "remove_stale_temp_files", "unreadable_error",
    "with_size", "write_all", "write_atomically", "write_stream",
]  # fmt: skip

_MODULES = {
    "atomic": (
        "check_target", "has_content", "make_folder", "make_parents", "write_all",
        "write_atomically", "write_stream",
    ),
    "temporary": (
        "FileAttributes", "descriptor_of", "discard_temp_files", "exists_error", "is_device",
        "is_folder_error", "remove_stale_temp_files",
    ),
}  # fmt: skip
_HOMES = {name: module for module, names in _MODULES.items() for name in names}

__getattr__ = lazy_names(__name__, {name: _HOMES.get(name, "sources") for name in __all__})
