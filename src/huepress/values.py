"""Small immutable classes: what `dataclasses` makes, without its import.

That import takes half as long as Python's own start, which a command line feels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

__all__ = ["Value"]


class _DataclassFields:
    """Lets `dataclasses.fields`, `asdict` and `replace` take a `Value` for a frozen dataclass."""

    def __get__(self, instance: object, owner: type[Value]) -> Mapping[str, Any]:
        from dataclasses import make_dataclass

        made: Any = make_dataclass(owner.__name__, owner.field_names)
        fields: Mapping[str, Any] = made.__dataclass_fields__
        return fields


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Value:
    """Base of immutable classes whose attributes are declared as ``name: type = default``.

    Instances are made with keywords, compared by their attributes, hashable if these are, shown
    with all of them, copied with changes by `replace`, and pickled.

    Examples
    --------
    >>> class Size(Value):
    ...     width: int
    ...     height: int = 1
    >>> Size(width=3), Size(width=3).replace(height=2) == Size(width=3, height=2)
    (Size(width=3, height=1), True)
    """

    field_names: ClassVar[tuple[str, ...]] = ()
    """The attributes in the order in which they were declared."""

    __dataclass_fields__ = _DataclassFields()

    def __init_subclass__(cls) -> None:
        own = vars(cls).get("__annotations__", {})
        names = [name for name, kind in own.items() if not str(kind).startswith("ClassVar")]
        cls.field_names = tuple(dict.fromkeys((*cls.field_names, *names)))

    def __init__(self, **values: Any) -> None:
        state = vars(self)
        for name in self.field_names:
            if name in values:
                state[name] = values.pop(name)
            else:
                state[name] = self._default(name)
        if values:
            raise TypeError(f"{type(self).__name__} has no {', '.join(map(repr, values))}")

    @classmethod
    def _default(cls, name: str) -> Any:
        try:
            return getattr(cls, name)
        except AttributeError:
            raise TypeError(f"{cls.__name__} needs {name!r}") from None

    def replace(self, **changes: Any) -> Self:
        """Return the same but for these attributes."""
        return type(self)(**{**vars(self), **changes})

    __replace__ = replace

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} doesn't change; use replace({name}=...)")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} doesn't change")

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(vars(self).values()))

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({values})"
