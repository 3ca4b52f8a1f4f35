"""The form of an improvement initiative and the form of an import: plain HTML, written by the server alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from data import reference
from data.improvement_texts import LONGEST, LONGEST_WASHOUT, FieldError, Initiative
from indicators.catalogue import BY_ID, CATALOGUE, why_not_reported
from indicators.declaration import FAMILIES
from layouts.frame import selections as select
from layouts.frame import shell
from layouts.parts import html
from layouts.parts.input import Input
from results.nodes import active_units, units
from words.reader import Reader

#: Field: (Danish, English, help in Danish, in English).
LABELS = {
    "title": ("Projektets navn", "Name of the initiative", "", ""),
    "indicator": ("Indikator", "Indicator", "Den indikator, projektet skal flytte.",
                  "The indicator that the initiative shall move."),
    "departments": ("Afdelinger", "Departments", "De afdelinger, der ændrede noget. Flere tælles samlet.",
                    "The departments that changed something. Several are counted together."),
    "start": ("Første dag", "First day", "Den dag, den nye arbejdsgang begyndte. Fastlæg den, før du ser på tallene.",
              "The day on which the new way began. Fix it before you look at the numbers."),
    "washout": ("Indkøring, dage", "Washout, days", "Dage efter start, som ikke tælles med. 0, hvis der ingen er.",
                "Days after the start that do not count. 0 for none."),
    "done": ("Hvad blev gjort", "What was done", "", ""),
    "owner": ("Ansvarlig", "Owner", "Vises kun i arbejdsudgaven.", "Shown in the working edition only."),
    "ended": ("Afsluttet", "Ended", "Står tomt, så længe projektet kører.", "Empty while the initiative runs."),
    "database": ("Database", "Database", "", ""),
    "file": ("CSV-fil", "CSV file", "", ""),
}  # fmt: skip


def form_page(
    context: Reader,
    values: Mapping[str, str],
    errors: Sequence[FieldError] = (),
    initiative: Initiative | None = None,
    revision: int = 0,
    notice: str = "",
) -> html.Div:
    """The form for a new initiative, or for ``initiative``; ``values``: what stands in the fields, by name."""
    t, lang = context.t, context.lang
    heading = t("Nyt forbedringsprojekt", "New improvement initiative")
    if initiative is not None:
        heading = t(f"Ret »{initiative.title}«", f"Edit '{initiative.title}'")
    wrong = {error.field: error.text(lang) for error in reversed(errors)}
    action = context.to("/forbedringer/ny")
    if initiative is not None:
        action = context.to(f"/forbedringer/{initiative.id}/ret")
    fields = [
        _text(context, "title", values, wrong, required=True),
        _indicator(context, values, wrong),
        _departments(context, values, wrong),
        html.Div(
            [_date(context, "start", values, wrong, required=True), _number(context, values, wrong)], className="pair"
        ),
        _done(context, values, wrong),
        _text(context, "owner", values, wrong),
    ]
    buttons = [html.Button(t("Gem projekt", "Save initiative"), type="submit", className="button")]
    if initiative is not None:
        fields.append(_date(context, "ended", values, wrong))
        if initiative.ended is None:
            end = t("Gem og afslut i dag", "Save and end today")
            buttons.append(html.Button(end, type="submit", name="handling", value="afslut", className="button quiet"))
    buttons.append(html.A(t("Fortryd", "Cancel"), href=context.to("/forbedringer"), className="text-link"))
    hidden = [Input(type="hidden", name="database", value=values.get("database", context.database))]
    if initiative is not None:
        hidden.append(Input(type="hidden", name="revision", value=str(revision or initiative.revision)))
    form = html.Form([*hidden, *fields, html.Div(buttons, className="buttons")], method="post", action=action,
                     className="entry", noValidate="")  # fmt: skip
    # Another database has other departments: it is chosen before the fields are filled in.
    chosen = [select.database(context)] if initiative is None and not errors and not notice else []
    return _page(context, heading, [*_summary(context, errors, notice), form], chosen)


def import_page(context: Reader, lines: Sequence[str] = (), notice: str = "") -> html.Div:
    """The form of an import; ``lines``: what was wrong with the file that was sent."""
    t = context.t
    parts: list = [html.P(notice, className="notice", role="alert")] if notice else []
    if lines:
        shown = [html.Li(line) for line in lines[:40]]
        if len(lines) > 40:
            shown.append(html.Li(t(f"… og {len(lines) - 40} fejl mere", f"… and {len(lines) - 40} more errors")))
        title = t("Intet er importeret. Ret disse fejl, og send filen igen:",
                  "Nothing was imported. Mend these errors and send the file again:")  # fmt: skip
        parts.append(html.Div([html.P(title), html.Ul(shown)], className="form-errors", role="alert"))
    text = t(
        "Filen er »Projektlisten som CSV«, som den hentes her, eller som dansk Excel gemmer den (»CSV« eller »CSV "
        "UTF-8«). En række med et id, som findes, erstatter projektet; en række uden id bliver et nyt. Er der én fejl, "
        "importeres intet.",
        "The file is 'The list as CSV', as it is fetched here or as Danish Excel saves it ('CSV' or 'CSV UTF-8'). A "
        "row with an id that exists replaces that initiative; a row without id becomes a new one. With one error "
        "nothing is imported.",
    )
    field = html.Div(
        [
            _label(context, "file"),
            Input(type="file", id="felt-file", name="file", accept=".csv,text/csv", required=True),
        ],
        className="field",
    )
    button = html.Button(t("Importér", "Import"), type="submit", className="button")
    back = html.A(t("Fortryd", "Cancel"), href=context.to("/forbedringer"), className="text-link")
    form = html.Form(
        [field, html.Div([button, back], className="buttons")],
        method="post", action=context.to("/forbedringer/importer"), encType="multipart/form-data", className="entry",
    )  # fmt: skip
    return _page(
        context, t("Importér projekter", "Import initiatives"), [*parts, html.P(text, className="prose"), form]
    )


def refused_page(context: Reader) -> html.Div:
    """What a reader of the public edition meets where a form would stand."""
    heading = context.t("Projekter skrives kun i arbejdsudgaven", "Initiatives are written in the working edition only")
    link = html.A(context.t("Se forbedringsprojekterne", "See the initiatives"), href=context.to("/forbedringer"))
    return _page(context, heading, [html.P(link)])


def _page(context: Reader, heading: str, body: list, selections: Sequence[select.Menu] = ()) -> html.Div:
    name = context.t("Forbedringer", "Improvements")
    return shell.page(
        context,
        active="improvements",
        finding=heading,
        breadcrumbs=[(name, "/forbedringer"), (heading, None)],
        selections=selections,
        summary=(name, context.database),
        body=html.Div(body, className="improvements improvement-form"),
        title=heading,
    )


def _summary(context: Reader, errors: Sequence[FieldError], notice: str) -> list:
    parts = [html.P(notice, className="notice", role="alert")] if notice else []
    if errors:
        names = dict.fromkeys(error.field for error in errors)
        links = []
        for number, name in enumerate(names):
            links += [", "] if number else []
            links.append(html.A(_name(context, name), href=f"#felt-{name}"))
        title = context.t("Projektet er ikke gemt. Ret: ", "The initiative is not saved. Mend: ")
        parts.append(html.P([title, *links], className="form-errors", role="alert"))
    return parts


def _name(context: Reader, name: str) -> str:
    return context.t(*LABELS[name][:2]) if name in LABELS else name


def _label(context: Reader, name: str) -> html.Label:
    return html.Label(_name(context, name), htmlFor=f"felt-{name}")


def _help(context: Reader, name: str) -> list:
    text = context.t(*LABELS[name][2:])
    return [html.Span(text, className="field-help", id=f"hjaelp-{name}")] if text else []


def _wrong(name: str, wrong: Mapping[str, str]) -> list:
    return [html.Span(f"! {wrong[name]}", className="field-error", id=f"fejl-{name}")] if name in wrong else []


def _described(name: str, wrong: Mapping[str, str]) -> dict[str, str]:
    """The attributes that tell a screen reader of help and error."""
    ids = [f"fejl-{name}"] * (name in wrong) + [f"hjaelp-{name}"] * bool(LABELS[name][2])
    described = {"aria-describedby": " ".join(ids)} if ids else {}
    return {**described, "aria-invalid": "true"} if name in wrong else described


def _field(context: Reader, name: str, wrong: Mapping[str, str], control: object) -> html.Div:
    css = "field is-wrong" if name in wrong else "field"
    return html.Div([_label(context, name), control, *_help(context, name), *_wrong(name, wrong)], className=css)


def _text(
    context: Reader, name: str, values: Mapping[str, str], wrong: Mapping[str, str], required: bool = False
) -> html.Div:
    control = Input(
        type="text", id=f"felt-{name}", name=name, value=values.get(name, ""), maxLength=LONGEST[name],
        required=required, autoComplete="off", **_described(name, wrong),
    )  # fmt: skip
    return _field(context, name, wrong, control)


def _date(
    context: Reader, name: str, values: Mapping[str, str], wrong: Mapping[str, str], required: bool = False
) -> html.Div:
    # A date field shows nothing of a text that is no date: what was typed is then kept in a text field.
    kind = "text" if name in wrong and values.get(name) else "date"
    control = Input(
        type=kind, id=f"felt-{name}", name=name, value=values.get(name, ""), required=required,
        **_described(name, wrong),
    )  # fmt: skip
    return _field(context, name, wrong, control)


def _number(context: Reader, values: Mapping[str, str], wrong: Mapping[str, str]) -> html.Div:
    control = Input(
        type="text", inputMode="numeric", id="felt-washout", name="washout", value=values.get("washout", "0"),
        maxLength=len(str(LONGEST_WASHOUT)) + 3, **_described("washout", wrong),
    )  # fmt: skip
    return _field(context, "washout", wrong, control)


def _done(context: Reader, values: Mapping[str, str], wrong: Mapping[str, str]) -> html.Div:
    control = html.Textarea(
        values.get("done", ""), id="felt-done", name="done", rows=5, maxLength=LONGEST["done"],
        **_described("done", wrong),
    )  # fmt: skip
    return _field(context, "done", wrong, control)


def _indicator(context: Reader, values: Mapping[str, str], wrong: Mapping[str, str]) -> html.Div:
    chosen = values.get("indicator", "")
    offered = [one for one in CATALOGUE if why_not_reported(one, context.view.info) is None and not one.survival_years]
    if chosen in BY_ID and BY_ID[chosen] not in offered:
        offered.append(BY_ID[chosen])
    groups: list = [html.Option(context.t("Vælg indikator", "Choose an indicator"), value="", selected=not chosen)]
    for family in FAMILIES:
        options = [
            html.Option(_titled(context, one), value=one.id, selected=one.id == chosen)
            for one in offered
            if one.family == family.id
        ]
        if options:
            groups.append(html.Optgroup(options, label=family.title.in_(context.lang)))
    control = html.Select(groups, id="felt-indicator", name="indicator", required="", **_described("indicator", wrong))
    return _field(context, "indicator", wrong, control)


def _titled(context: Reader, one) -> str:
    more = f", {one.qualifier.in_(context.lang)}" if one.qualifier else ""
    return one.title.in_(context.lang) + more


def _departments(context: Reader, values: Mapping[str, str], wrong: Mapping[str, str]) -> html.Fieldset:
    """The departments that the database counts, boxes to tick by region; others named already stand first."""
    chosen = values.get("departments", "").split()
    listed, homes = dict(active_units(context.view)), units(context.view)["region"].to_dict()
    strange = [code for code in chosen if code not in listed]
    groups = [("", {code: code for code in strange})] if strange else []
    for region in reference.region_order():
        groups.append((region, {code: name for code, name in listed.items() if homes.get(code) == region}))
    boxes: list = []
    for region, members in groups:
        ticks = [
            html.Label(
                [Input(type="checkbox", name="departments", value=code, checked=code in chosen), html.Span(name)],
                className="tick",
            )
            for code, name in members.items()
        ]
        name = reference.region_name(region) if region else context.t("Andre", "Others")
        if ticks:
            summary = html.Summary(f"{name} ({len(ticks)})")
            needed = not region or "departments" in wrong or any(code in chosen for code in members)
            boxes.append(html.Details([summary, *ticks], className="tick-group", **({"open": True} if needed else {})))
    described = _described("departments", wrong)
    return html.Fieldset(
        [
            html.Legend(_name(context, "departments")),
            *_help(context, "departments"),
            *_wrong("departments", wrong),
            html.Div(boxes, className="ticks"),
        ],
        id="felt-departments",
        className="field is-wrong" if "departments" in wrong else "field",
        **{name: value for name, value in described.items() if name == "aria-describedby"},
    )
