"""What numbers mean as colours: the sRGB curve, ICC profiles, code points (ITU-T H.273).

Import from here what `__all__` lists; each name loads its module when it is first used. Only
numbers and bytes are handled: no image is touched, and neither Pillow nor LittleCMS is imported.
"""

from __future__ import annotations

from huepress._lazy import lazy_names

TYPE_CHECKING = False  # that of `typing` takes longer to import than all of this
if TYPE_CHECKING:
    from huepress.color.icc import (
        MatrixShaper,
        ToneCurve,
        code_points_in_profile,
        has_srgb_matrix,
    )
    from huepress.color.profiles import DAMAGED_PROFILE, ColorProfile, find_profile
    from huepress.color.srgb import (
        XYZ_D50_TO_SRGB,
        linear_to_srgb,
        linear_to_srgb_table,
        means_srgb,
        srgb_to_linear,
        srgb_to_linear_table,
    )

__all__ = [
    "DAMAGED_PROFILE", "XYZ_D50_TO_SRGB", "ColorProfile", "MatrixShaper", "ToneCurve",
    "code_points_in_profile", "find_profile", "has_srgb_matrix", "linear_to_srgb",
    "linear_to_srgb_table", "means_srgb", "srgb_to_linear", "srgb_to_linear_table",
]  # fmt: skip

_HOMES = {
    "DAMAGED_PROFILE": "profiles",
    "ColorProfile": "profiles",
    "MatrixShaper": "icc",
    "ToneCurve": "icc",
    "code_points_in_profile": "icc",
    "find_profile": "profiles",
    "has_srgb_matrix": "icc",
}

__getattr__ = lazy_names(__name__, {name: _HOMES.get(name, "srgb") for name in __all__})
