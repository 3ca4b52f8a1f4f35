"""The quiet bar of choices: menus (native <details>) and switches, every choice a link.

A page lists what it offers: ``selections=standard(context, "database", "period", "sex", ...)`` or its
own Menu and Switch values. Nothing here needs JavaScript; assets/menus.js only closes menus and keeps
the focus.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from dash import dcc
from dash.development.base_component import Component

from data.period import latest_months, months_of, period_start, quarter_of, span
from data.schema import STAGES
from data.selection import AGE_GROUPS
from layouts.parts import html
from layouts.parts.input import Input
from words import format as fmt
from words.choices import LATEST_12, MATURE_12
from words.reader import Reader, age_text, sex_text, stage_text

QUARTERS = 8  # offered by name; every other one is months


@dataclass(frozen=True)
class Choice:
    """One thing to choose: its text, its link, whether it is the one chosen now."""

    text: str
    href: str
    chosen: bool = False


@dataclass(frozen=True)
class Menu:
    """A drop-down: ``name`` is unique on the page; ``set`` marks a choice that differs from 'all'.

    ``groups``: choices under headings; ``more``: a form below the first group. ``device``: a button below the
    choices that this device remembers or forgets: (its data attribute, value, text).
    """

    name: str
    label: str
    value: str
    choices: tuple[Choice, ...]
    set: bool = True
    device: tuple[str, str, str] | None = None
    groups: tuple[tuple[str, tuple[Choice, ...]], ...] = ()
    more: Component | None = None

    @property
    def every(self) -> tuple[Choice, ...]:
        """All choices, those of the groups too."""
        return (*self.choices, *(choice for _, choices in self.groups for choice in choices))


@dataclass(frozen=True)
class Switch:
    """Two or three choices beside each other."""

    name: str
    label: str
    choices: tuple[Choice, ...]


def database(context: Reader) -> Menu:
    """All databases in the order given; the text is 'DCCG · tyk- og endetarmskræft'."""
    choices = tuple(
        Choice(text, context.here(database=code), code == context.database) for code, text in context.databases
    )
    return Menu("database", "Database", context.database_label, choices)


def period(context: Reader, months: bool = False) -> Menu:
    """The reporting years, newest first. ``months``: the page counts spans of months too: the latest twelve, quarters,
    and any months from one to another."""
    shown, t = context.period, context.t
    years = tuple(
        Choice(fmt.period(year, context.first_month, context.lang), context.here(period=year), year == shown)
        for year in context.periods
    )
    if not months or context.months is None:
        return Menu("periode", t("Periode", "Period"), context.period_label, years)
    newest = [_latest(context, LATEST_12, t("Seneste 12 måneder", "Latest 12 months"), context.months[1])]
    if context.mature is not None and context.mature < context.months[1]:
        words = t("Seneste 12, hvor alt er modent", "Latest 12 with everything mature")
        newest.append(_latest(context, MATURE_12, words, context.mature))
    quarters = tuple(
        Choice(fmt.period(one, 1, context.lang), context.here(period=one), one == shown) for one in _quarters(context)
    )
    groups = (
        (t("Nyeste data", "Newest data"), tuple(newest)),
        (t("Opgørelsesår", "Reporting years"), years),
        (t("Kvartaler", "Quarters"), quarters),
    )
    return Menu("periode", t("Periode", "Period"), context.period_label, (), groups=groups, more=_from_to(context))


def _latest(context: Reader, code: int, words: str, last: dt.date) -> Choice:
    months = latest_months(last, 12)
    text = f"{words} ({fmt.period(months, 1, context.lang)})"
    return Choice(text, context.here(period=code), context.state.period == code)


def _quarters(context: Reader) -> list[int]:
    """The quarters that are over, newest first, so many as two years have."""
    first, last = context.months
    end = last.year * 4 + (last.month - last.month % 3) // 3  # quarters that are over
    found = [quarter_of((number - 1) // 4, (number - 1) % 4 + 1) for number in range(end, end - QUARTERS, -1)]
    return [one for one in found if period_start(one) >= first]


def _from_to(context: Reader) -> html.Form:
    """Any months: two lists and a button; server/periods.py makes the one address of them."""
    t, first, last = context.t, *context.months
    every = months_of(span(first, last))[::-1]
    chosen = months_of(context.period, context.first_month)

    def choose(name: str, words: str, now: str) -> html.Label:
        options = [
            html.Option(fmt.month(dt.date.fromisoformat(f"{one}-01"), context.lang, "year"), value=one,
                        **({"selected": "selected"} if one == now else {}))
            for one in every
        ]  # fmt: skip
        return html.Label([html.Span(words), html.Select(options, name=name)], className="from-to-month")

    rest = parse_qsl(context.state.with_(period=None).query(), keep_blank_values=True)
    hidden = [Input(type="hidden", name=name, value=value) for name, value in (("side", context.path), *rest)]
    start, end = (one if one in every else every[0] for one in (chosen[0], chosen[-1]))
    return html.Form(
        [
            *hidden,
            html.Span(t("Måneder", "Months"), className="menu-group"),
            choose("fra", t("Fra og med", "From"), start),
            choose("til", t("Til og med", "To"), end),
            html.Button(t("Vis", "Show"), type="submit", className="from-to-show"),
        ],
        action="/periode",
        method="GET",
        className="from-to",
    )


def _filter(context: Reader, name: str, label: str, field: str, options: Sequence[tuple]) -> Menu:
    current = getattr(context.state, field)
    every = context.t("Alle", "All")
    choices = [Choice(every, context.here(**{field: None}), current is None)]
    choices += [Choice(text, context.here(**{field: value}), value == current) for value, text in options]
    shown = next((choice.text for choice in choices if choice.chosen), str(current))
    return Menu(name, label, shown, tuple(choices), set=current is not None)


def sex(context: Reader) -> Menu:
    """All, women, men."""
    options = [(value, sex_text(value, context.lang).capitalize()) for value in ("F", "M")]
    if context.state.sex == "":
        options.append(("", context.t("Uoplyst", "Not registered")))
    return _filter(context, "koen", context.t("Køn", "Sex"), "sex", options)


def age(context: Reader) -> Menu:
    """All and the age groups."""
    options = [(value, age_text(value, context.lang)) for value in AGE_GROUPS]
    return _filter(context, "alder", context.t("Alder", "Age"), "age_group", options)


def stage(context: Reader) -> Menu:
    """All, the stages and not registered."""
    options = [(value, stage_text(value, context.lang).split(" ", 1)[1]) for value in (*STAGES, "")]
    return _filter(context, "stadie", context.t("Stadie", "Stage"), "stage", options)


def place(context: Reader) -> Switch:
    """Where patients are counted: treating department or region of residence."""
    words = {"treating": ("Behandlende", "Treating"), "residence": ("Bopæl", "Residence")}
    choices = tuple(
        Choice(context.t(*text), context.here(place=value), value == context.state.place)
        for value, text in words.items()
    )
    return Switch("sted", context.t("Sted", "Place"), choices)


def regions(context: Reader) -> Switch:
    """Five regions, or four as from 1 January 2027."""
    words = {5: ("Fem", "Five"), 4: ("Fire", "Four")}
    choices = tuple(
        Choice(context.t(*text), context.here(regions=value), value == context.state.regions)
        for value, text in words.items()
    )
    return Switch("regioner", context.t("Regioner", "Regions"), choices)


def unit(context: Reader) -> Menu:
    """The reader's own department, marked on every page."""
    menu = _filter(context, "egen", context.t("Din afdeling", "Your department"), "unit", context.units)
    none = context.t("Ingen valgt", "None chosen")
    first = Choice(none, menu.choices[0].href, menu.choices[0].chosen)
    value = menu.value if menu.set else none
    if context.remembered:  # without a choice in the address it is the chosen one: there is only forgetting it
        forget = ("data-forget", "egen", context.t("Glem min afdeling", "Forget my department"))
        return Menu(menu.name, menu.label, value, menu.choices[1:], menu.set, forget)
    keep = None
    if context.state.unit:
        text = context.t("Husk som min afdeling på denne enhed", "Remember as my department on this device")
        keep = ("data-remember", context.state.unit, text)
    return Menu(menu.name, menu.label, value, (first, *menu.choices[1:]), menu.set, keep)


_STANDARD = {
    "database": database,
    "period": period,
    "sex": sex,
    "age": age,
    "stage": stage,
    "place": place,
    "regions": regions,
    "unit": unit,
}
#: Who is shown: of all alone in the public edition.
_PATIENTS = ("sex", "age", "stage")
EVERY = ("database", "period", "sex", "age", "stage", "place", "regions")


def standard(context: Reader, *names: str, months: bool = False) -> list[Menu | Switch]:
    """The common choices by name, in the order given; without names all but the unit. ``months``: see ``period``.

    Without stages, which the database did not deliver, there is nothing to choose by stage. The public edition has all
    patients alone.
    """
    return [
        period(context, True) if name == "period" and months else _STANDARD[name](context)
        for name in names or EVERY
        if (name != "stage" or context.stages) and not (name in _PATIENTS and context.edition == "public")
    ]


def _menu(menu: Menu, place_id: str) -> html.Div:
    return html.Div(
        html.Details(
            [
                html.Summary(
                    [
                        html.Span(menu.label, className="choice-label"),
                        html.Span(" ", className="visually-hidden"),
                        html.Span(menu.value, className="choice-value" + (" is-set" if menu.set else "")),
                        html.Span(className="caret"),
                    ],
                    id=f"{place_id}-{menu.name}",
                ),
                _listed(menu, "menu-list"),
            ],
            className="menu",
        ),
        className="choice",
    )


def _listed(menu: Menu | Switch, css: str) -> html.Ul | html.Div:
    """The choices of a menu, those of its groups under their headings, and its form."""
    entries = [*(html.Li(_link(choice)) for choice in menu.choices), *_device(menu)]
    if not isinstance(menu, Menu) or not menu.groups:
        return html.Ul(entries, className=css)
    parts: list = [html.Ul(entries)] if entries else []
    for number, (title, choices) in enumerate(menu.groups):
        parts += [html.Span(title, className="menu-group"), html.Ul([html.Li(_link(choice)) for choice in choices])]
        parts += [menu.more] if menu.more is not None and number == 0 else []  # above long lists
    return html.Div(parts, className=f"{css} has-groups")


def _device(menu: Menu | Switch) -> list:
    """The button that has this device remember a choice, or forget it; assets/menus.js does it."""
    if not isinstance(menu, Menu) or menu.device is None:
        return []
    attribute, value, text = menu.device
    button = html.Button(text, type="button", disable_n_clicks=True, className="menu-device with-script")
    setattr(button, attribute, value)
    return [html.Li(button)]


def _link(choice: Choice) -> html.Span | dcc.Link:
    if choice.chosen:
        return html.Span(choice.text, className="is-chosen", **{"aria-current": "true"})
    return dcc.Link(choice.text, href=choice.href)


def _switch(switch: Switch, place_id: str) -> html.Div:
    return html.Div(
        [
            html.Span(switch.label, className="choice-label"),
            html.Span([_link(choice) for choice in switch.choices], className="switch"),
        ],
        className="choice",
        id=f"{place_id}-{switch.name}",
        role="group",
        **{"aria-label": switch.label},
    )


def _flat(selection: Menu | Switch) -> html.Div:
    choices = _listed(selection, "flat-list")
    if isinstance(selection, Menu) and len(selection.every) > 7:
        value = html.Span(selection.value, className="choice-value is-set")
        summary = html.Summary(
            [value, html.Span(className="caret")], **{"aria-label": f"{selection.label}: {selection.value}"}
        )
        choices = html.Details([summary, choices], className="flat-menu")
    return html.Div([html.Span(selection.label, className="choice-label"), choices], className="flat-choice")


def bar(context: Reader, selections: Sequence[Menu | Switch], summary: tuple[str, str] | None) -> html.Section:
    """The bar: on wide screens one line, on phones a two-line summary with 'Skift' (summary: both
    lines).
    """
    items: list = [_menu(one, "valg") if isinstance(one, Menu) else _switch(one, "valg") for one in selections]
    cleared = context.state.cleared().url(context.path)
    if context.state.filtered:
        clear = dcc.Link(context.t("Ryd filtre", "Clear filters"), href=cleared, className="clear")
        items.append(html.Div(clear, className="choice choice-clear"))
    stamp = html.Div(
        [html.Div(context.data_text()), html.Div(f"{context.t('udtræk', 'extract')} {context.snapshot_id}")],
        className="stamp",
    )
    line = html.Div([*items, stamp], className="wrap choices-row")
    if not selections:
        return html.Section(line, className="choices", **{"aria-label": context.t("Data", "Data")})
    first, second = summary or (
        context.database_label,
        f"{context.period_label} · {context.patients_text()}",
    )
    flat: list = [_flat(one) for one in selections]
    if context.state.filtered:
        flat.append(dcc.Link(context.t("Ryd filtre", "Clear filters"), href=cleared, className="clear"))
    phone = html.Details(
        [
            html.Summary(
                [
                    html.Span(
                        [
                            html.Span(first, className="summary-first"),
                            html.Span(second, className="summary-second"),
                        ],
                        className="summary-text",
                    ),
                    html.Span(
                        [context.t("Skift", "Change"), html.Span(className="caret")],
                        className="summary-change",
                    ),
                ],
                id="skift",
            ),
            html.Div(flat, className="flat"),
        ],
        className="choices-phone",
    )
    return html.Section([line, phone], className="choices", **{"aria-label": context.t("Valg", "Choices")})
