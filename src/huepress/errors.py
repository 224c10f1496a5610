"""Every error that huepress raises on purpose.

::

    HuepressError
    ├── OptionError (ValueError)          an option out of its range, or two that don't fit  exit 4
    ├── InputError                        something given to us can't be used                exit 2
    │   ├── UnreadableError (OSError)     missing, a directory, no permission
    │   ├── NotAnImageError (ValueError)  not an image, damaged, or truncated
    │   ├── AnimationError (ValueError)   an animation, and no frame of it was named
    │   ├── PaletteError (ValueError)     not a palette file, damaged, or truncated
    │   ├── TooLargeError (ValueError)    more pixels than --max-pixels allows
    │   └── PairError (ValueError)        label map and codebook don't fit each other
    ├── OutputError                       the result can't be put where it was asked for
    │   ├── OutputExistsError (OSError)   the target exists and --force was not given        exit 15
    │   └── UnwritableError (OSError)     no such directory, no permission, disk full        exit 16
    ├── TargetError                       what was asked of the result can't be had
    │   ├── TooManyBytesError (ValueError)   more than --target-size, or than the input      exit 98
    │   └── BelowQualityError (ValueError)   below the least --quality                       exit 99
    └── MiscodedError (RuntimeError)      the result doesn't decode to what was meant        exit 70

Each leaf is also a builtin, so ``except OSError`` and ``except ValueError`` work as usual.
Messages are one line: what it is about, what is wrong, and the remedy. The exit codes are
pngquant's where it has one.
"""

from __future__ import annotations

TYPE_CHECKING = False  # that of `typing` takes longer to import than all of this
if TYPE_CHECKING:
    from typing import Self

__all__ = [
    "AnimationError",
    "BelowQualityError",
    "HuepressError",
    "InputError",
    "MiscodedError",
    "NotAnImageError",
    "OptionError",
    "OutputError",
    "OutputExistsError",
    "PairError",
    "PaletteError",
    "TargetError",
    "TooLargeError",
    "TooManyBytesError",
    "UnreadableError",
    "UnwritableError",
]


class HuepressError(Exception):
    """Base of every error that huepress raises on purpose."""

    exit_code = 2
    option = ""
    """The option that it is about, by its Python name; the message then starts with that."""

    def about(self, option: str) -> Self:
        """Return the same error as one about an option, as which a file was given.

        Examples
        --------
        >>> UnreadableError("a.gpl: no such file; check the path").about("palette")
        UnreadableError('palette: a.gpl: no such file; check the path')
        """
        error = type(self)(f"{option}: {self}")
        error.option = option
        return error


class OptionError(HuepressError, ValueError):
    """An option is out of its range, or two options contradict each other.

    The command line knows options by other names than Python does, so the option that a message is
    about stands apart from it, and others that it mentions stand in backquotes.

    Parameters
    ----------
    problem : str
        What is wrong, and the remedy.
    option : str, optional
        The option that it is about, by its Python name.

    Examples
    --------
    >>> error = OptionError("contradicts `quality`; give one of them", "target_size")
    >>> str(error), error.option
    ('target_size: contradicts `quality`; give one of them', 'target_size')
    """

    exit_code = 4

    def __init__(self, problem: str, option: str = "") -> None:
        super().__init__(f"{option}: {problem}" if option else problem)
        self.problem = problem
        self.option = option


class InputError(HuepressError):
    """Something given as input can't be used."""


class UnreadableError(InputError, OSError):
    """The input is missing, is a directory, or may not be read."""


class NotAnImageError(InputError, ValueError):
    """The input is not an image, is damaged, or ends too early."""


class AnimationError(InputError, ValueError):
    """The input is an animation, and ``page`` doesn't say which frame of it is meant."""


class PaletteError(InputError, ValueError):
    """A palette file is of another kind, is damaged, or holds too many colours."""


class TooLargeError(InputError, ValueError):
    """The image declares more pixels than ``max_pixels`` allows."""


class PairError(InputError, ValueError):
    """A label map and a codebook don't fit each other."""


class OutputError(HuepressError):
    """The result can't be put where it was asked for."""

    exit_code = 16


class OutputExistsError(OutputError, FileExistsError):
    """The target exists, and overwriting was not asked for."""

    exit_code = 15


class UnwritableError(OutputError, OSError):
    """The target can't be written: no such directory, no permission, disk full."""


class TargetError(HuepressError):
    """What was asked of the result can't be had."""

    exit_code = 98


class TooManyBytesError(TargetError, ValueError):
    """Nothing fits the size that was asked for, or is smaller than the input if that was."""


class BelowQualityError(TargetError, ValueError):
    """Nothing looks as good as the least that was asked for."""

    exit_code = 99


class MiscodedError(HuepressError, RuntimeError):
    """The result doesn't decode to what was meant, so it wasn't written: a bug, or bad memory."""

    exit_code = 70
