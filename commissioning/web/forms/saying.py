"""Says what a form asks in the language of whoever is asked.

Questions, hints and buttons stand in declarations, marked with `N_`, and are asked for here alone, when a form is
opened. What holds a name or a figure was composed for this reader and is left as it is: no catalogue knows it.
"""

from collections.abc import Iterable
from dataclasses import replace

from commissioning.web.forms.fields import Field, Rows, Section
from commissioning.web.forms.kinds import Choice, Kind, Number
from commissioning.web.language import _


def say(sections: Iterable[Section]) -> tuple[Section, ...]:
    """Sections with all that they ask in the language that is spoken."""
    return tuple(
        replace(
            section,
            title=_(section.title),
            text=_(section.text),
            items=tuple(_field(item) if isinstance(item, Field) else _rows(item) for item in section.items),
        )
        for section in sections
    )


def _field(field: Field) -> Field:
    return replace(
        field, label=_(field.label), hint=_(field.hint), missing=_(field.missing), kind=_answers_of(field.kind)
    )


def _rows(rows: Rows) -> Rows:
    return replace(
        rows,
        title=_(rows.title),
        hint=_(rows.hint),
        another=_(rows.another),
        fields=tuple(_field(field) for field in rows.fields),
    )


def _answers_of(kind: Kind) -> Kind:
    """The kind of an answer with what its control says; options that are `Labels` say themselves when they are read."""
    if isinstance(kind, Choice):
        return replace(kind, blank=_(kind.blank))
    if isinstance(kind, Number):
        return replace(kind, suffix=_(kind.suffix))
    return kind
