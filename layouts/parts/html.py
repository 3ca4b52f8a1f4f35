"""The elements of dash.html, made ten times faster: ``html.Span("text", className="x")``.

A page has some thousand of them, and dash.html builds the lists of all names that an element may have for each one
anew. Here an element's type is asked once. Same types, same result, the same refusal of a name that it does not have.
One thing is theirs alone: their text is ``unbroken``.
"""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

#: Words that no line may break at their hyphen, with the hyphen that does not break.
_KEPT = tuple((word, word.replace("-", "\u2011")) for word in ("case-mix", "Case-mix", "%-interval"))


def unbroken(text: str) -> str:
    """The text with hyphens that hold where a break would be ugly: 'case-mix', '95 %-interval'."""
    if "-" in text:
        for word, held in _KEPT:
            text = text.replace(word, held)
    return text


def _held(children: object) -> object:
    if isinstance(children, str):
        return unbroken(children)
    if isinstance(children, list):
        return [unbroken(one) if isinstance(one, str) else one for one in children]
    return children


def __getattr__(name: str) -> type[Component]:
    """The element of that name, kept as an attribute of this module. Raises AttributeError where dash.html has none."""
    if name.startswith("_"):
        raise AttributeError(name)
    made = globals()[name] = _quick(getattr(html, name))
    return made


def _quick(kind: type[Component]) -> type[Component]:
    shared = vars(kind())  # what every element of the kind has: the lists of names
    names = frozenset(shared["_prop_names"])

    def __init__(self: Component, children: object = None, **props: object) -> None:
        for name, value in props.items():
            if name not in names and not name.startswith(("data-", "aria-")):
                raise TypeError(f"html.{kind.__name__} has no property '{name}'; it has {', '.join(sorted(names))}")
            if isinstance(value, Component):
                raise TypeError(f"html.{kind.__name__}: '{name}' is a component; children belong together in a list")
        self.children = _held(children)
        vars(self).update(props)

    return type(kind.__name__, (kind,), shared | {"__init__": __init__, "__module__": kind.__module__})
