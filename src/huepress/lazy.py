"""Values that are found when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

__all__ = ["lazy"]

T = TypeVar("T")


class lazy(Generic[T]):  # noqa: N801 (a decorator)
    """A property that is found once, and kept.

    As ``functools.cached_property``, which until Python 3.11 holds one lock for all instances while
    it finds the value of one: images in several threads waited for each other, and a process forked
    meanwhile, forever.

    Examples
    --------
    >>> class Square:
    ...     @lazy
    ...     def area(self) -> int:
    ...         print("found")
    ...         return 9
    >>> square = Square()
    >>> square.area, square.area
    found
    (9, 9)
    """

    def __init__(self, find: Callable[[Any], T]) -> None:
        self._find = find
        self._name = find.__name__
        self.__doc__ = find.__doc__

    def __get__(self, instance: Any, owner: type | None = None) -> T:
        value: T = self._find(instance)
        # Found there from now on: this has no __set__, so it comes second.
        instance.__dict__[self._name] = value
        return value
