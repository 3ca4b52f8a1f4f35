"""The way to a department's list of patients within reach, for those who may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dash import dcc

from indicators.declaration import Indicator
from layouts.frame import selections as select
from layouts.frame import shell, visitor
from layouts.parts import cards, html, tables
from results import reach as data
from results.places import DepartmentPlace, departments
from results.view import Edition
from words import format as fmt
from words import reach as text
from words.reader import Reader


def place_of(context: Reader, code: str) -> DepartmentPlace | None:
    """The department of a code, in any database; None where there is none."""
    return next((one for one in departments(context.view.snapshot) if one.code == code), None)


def seen_in_full(context: Reader, databases: Sequence[str], path: str, code: str) -> list[str]:
    """The databases whose lists the reader may see: all in the working edition, else those of the visitor's role."""
    found = visitor.current()
    if found is None:
        return list(databases) if context.edition == "working" else []
    return [one for one in databases if found.sees_all(one, path, code)]


def full_edition(context: Reader) -> Edition:
    """The edition of lists that the reader may see."""
    return replace(context.view.edition, name="working")


def not_here(context: Reader) -> html.Div:
    t = context.t
    return shell.not_theirs(
        context,
        "act",
        t("Lister over patienter vises ikke her", "Lists of patients are not shown here"),
        t("De er kun for den afdeling, det gælder, og for registret, i arbejdsudgaven.",
          "They are for the department concerned and the registry alone, in the working edition."),
        t("Handl", "Act"),
    )  # fmt: skip


def menu(context: Reader, place: DepartmentPlace) -> select.Menu:
    others = tuple(
        select.Choice(one.name, context.to(f"/handl/{one.code}", unit=None), one == place)
        for one in departments(context.view.snapshot)
        if seen_in_full(context, one.databases, f"/handl/{one.code}", one.code)
    )
    return select.Menu("afdeling", context.t("Afdeling", "Department"), place.name, others)


class Reached:
    """How many patients of one department can still be reached, by indicator; nothing for who may not see the lists."""

    def __init__(self, context: Reader, code: str) -> None:
        self.context, self.code = context, code
        place, path = place_of(context, code), f"/handl/{code}"
        sees = place is not None and seen_in_full(context, [context.database], path, code)
        self._shown = bool(sees) and context.edition == "working" and not context.state.filtered
        self._found = (
            data.of_department(context.view.snapshot, full_edition(context), place, [context.database])
            if self._shown
            else None
        )

    def under(self, indicator: Indicator, site: str = "", why: bool = True) -> list:
        """'7 patienter kan stadig nås › · hvorfor, sag for sag ›' of an indicator; [] without either.

        ``why``: the second too where nobody can be reached.
        """
        if self._found is None:
            return []
        context, parts = self.context, []
        path, number = f"/handl/{self.code}", data.people(self._found.of(indicator.id).patients)
        if number:
            said = context.t(
                f"{text.patients(context, number)} kan stadig nås ›",
                f"{text.patients(context, number)} can still be reached ›",
            )
            parts.append(dcc.Link(said, href=context.to(path, unit=None, extra=(("indikator", indicator.id),))))
        if not number and not why:
            return []
        key = f"{indicator.id}.{site}" if site else indicator.id
        said = context.t("Hvorfor, sag for sag ›", "Why, case by case ›")
        extra = (("indikator", key), ("vis", "hvorfor"))
        parts += [" · "] if parts else []
        parts.append(dcc.Link(said, href=context.to(path, unit=None, extra=extra)))
        return [html.P(parts, className="row-reach")]


def of_indicator(context: Reader, indicator: Indicator) -> list:
    """The section of an indicator's page: which departments can still reach somebody, and how many."""
    if indicator.reach is None or context.edition != "working" or context.state.filtered:
        return []
    everyone = data.by_department(context.view.snapshot, full_edition(context), context.database)
    found = [
        (one.place, own)
        for one in everyone
        if (own := one.of(indicator.id)).patients
        and seen_in_full(context, [context.database], f"/handl/{one.place.code}", one.place.code)
    ]
    if not found:
        return []
    t, extra = context.t, (("indikator", indicator.id),)
    found.sort(key=lambda pair: (-data.people(pair[1].this_week), -data.people(pair[1].patients)))
    total = sum(data.people(one.patients) for _, one in found)
    week = sum(data.people(one.this_week) for _, one in found)
    rows = [
        tables.Row(
            dcc.Link(place.name, href=context.to(f"/handl/{place.code}", unit=None, extra=extra)),
            [fmt.count(data.people(one.this_week), context.lang), fmt.count(data.people(one.patients), context.lang)],
            unit=place.code,
        )
        for place, one in found
    ]
    columns = [
        tables.Heading(t("Afdeling", "Department"), align="left"),
        tables.Heading(t("Inden for 7 dage", "Within 7 days")),
        tables.Heading(t("Kan nås i alt", "Within reach")),
    ]
    said = t(
        f"{text.patients(context, total)} kan stadig nås, {week} af dem kun inden for 7 dage.",
        f"{text.patients(context, total)} can still be reached, {week} of them within 7 days only.",
    )
    counted = text.counted_from(context, {context.database: context.view.info.data_cut})
    title = t("Kan stadig nås", "Still within reach")
    body = html.Details(
        [html.Summary(t("Vis afdelingerne", "Show the departments")), tables.table(title, columns, rows, css="dense")],
        className="act-more",
    )
    return [shell.section(title, html.P(f"{said} {counted}"), body, id="naas")]


def to_list(context: Reader, code: str) -> list:
    """'7 patienter kan stadig nås ›' for the department in the reader's database; [] where there is none to show."""
    place = place_of(context, code)
    path = f"/handl/{code}"
    if place is None or not seen_in_full(context, [context.database], path, code):
        return []
    found = data.of_department(context.view.snapshot, full_edition(context), place, [context.database])
    if not found.patients:
        return []
    number = data.people(found.patients)
    said = context.t(
        f"{text.patients(context, number)} kan stadig nås", f"{text.patients(context, number)} can still be reached"
    )
    week = data.people(found.this_week)
    soon = context.t(f"{week} inden for 7 dage", f"{week} within 7 days")
    return [cards.onward(said, context.to(path, unit=None), soon)]
