"""Those waiting now: the finding, act today, the table by department with its list, and the ages of the queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dash import dcc

from exports import waits as exports
from layouts.frame import shell
from layouts.parts import downloads, html
from layouts.parts import tables as tables_part
from layouts.waits import ages
from results.table import Line, Role, Said, Table, TableRow
from results.waits import legs as tables
from results.waits.legs import WAITING_STATUSES, Waiting, WaitPlace
from words import format as fmt
from words import whom
from words.chosen.waits import ChosenWaits
from words.overview import counted
from words.waits import STATUS, days, number

LIMIT_WORDS = {
    "treatment": ("14 eller 28 dage", "14 or 28 days"),
    "examination": ("14 dage", "14 days"),
    "aftercare": ("14 dage", "14 days"),
}
CRITICAL = ("waiting_over", "waiting_booked_over", "waiting_unbooked")
#: Rows of a table that are shown at once.
LONGEST = 20


def finding(chosen: ChosenWaits, found: Waiting) -> list[str]:
    """How many are past the maximum, and how many are on the way there: from the counts shown below."""
    t, lang = chosen.context.t, chosen.context.lang
    over, booked, unbooked = (found.counts[name] for name in CRITICAL)
    word, where = chosen.leg_word, (f" ({chosen.who})" if chosen.who else "")
    if found.counts.legs is None or over is None:
        return [t(f"Hvor mange der nu venter længere end den maksimale ventetid til {word}{where}, er skjult.",
                  f"How many now wait longer than the maximum wait for {word}{where} is hidden.")]  # fmt: skip
    if found.counts.legs == 0:
        return [t(f"Ingen venter nu på {word}{where}.", f"Nobody is waiting for {word}{where} now.")]
    if over == 0:
        first = t(f"Ingen forløb har nu ventet længere end den maksimale ventetid til {word}{where}.",
                  f"No patient has now waited longer than the maximum wait for {word}{where}.")  # fmt: skip
    else:
        many = counted(over, lang, "Ét")
        have = "has" if over == 1 else "have"
        first = t(f"{many} forløb har nu ventet længere end den maksimale ventetid til {word}{where}.",
                  f"{many} case{'s' * (over > 1)} {have} now waited longer than the maximum for "
                  f"{word}{where}.")  # fmt: skip
    second = ""
    if booked:
        many = counted(booked, lang, "Ét")
        second = t(f"{many} er booket ud over fristen og kan stadig nås.",
                   f"{many} {'is' if booked == 1 else 'are'} booked beyond the limit: still time to move.")  # fmt: skip
    elif unbooked:
        many = counted(unbooked, lang, "Ét")
        second = t(f"{many} har ingen tid og højst 4 dage til fristen.",
                   f"{many} {'has' if unbooked == 1 else 'have'} no date and at most 4 days left.")  # fmt: skip
    return [first, second] if second else [first]


def act_today(chosen: ChosenWaits, found: Waiting) -> html.Div:
    """The four counts of those waiting now."""
    context, t, lang = chosen.context, chosen.context.t, chosen.context.lang
    limit = t(*LIMIT_WORDS[chosen.scope.leg])
    legs = found.counts.legs
    total = t("i alt skjult", "total hidden") if legs is None else t(
        f"{fmt.count(legs, lang)} venter i alt", f"{fmt.count(legs, lang)} waiting in all"
    )  # fmt: skip
    sentences = {
        "waiting_over": t(f"venter længere end {limit}", f"waiting longer than {limit}"),
        "waiting_booked_over": t("kan stadig flyttes eller tilbydes andetsteds", "can be moved or offered elsewhere"),
        "waiting_unbooked": t("højst 4 dage til fristen", "at most 4 days to the limit"),
        "waiting_within": total,
    }  # fmt: skip
    boxes = []
    for status, (shape, da, en) in STATUS.items():
        value = found.counts[status]
        tone = f"waits-tone-{status.removeprefix('waiting_').replace('_', '-')}"
        if value is None or (value == 0 and status != "waiting_within"):
            tone += " is-zero"  # what is hidden is no alarm
        boxes.append(
            html.Div(
                [
                    html.Strong(number(value, context), className="big-number"),
                    html.Div(
                        [
                            html.P([html.Span(className=f"waits-mark {shape}", **{"aria-hidden": "true"}), t(da, en)]),
                            html.P(sentences[status]),
                        ]
                    ),
                ],
                className=f"key-box {tone}",
            )
        )
    return html.Div(boxes, className="key-boxes waits-today")


def notice_line(chosen: ChosenWaits, found: Waiting) -> list:
    """The check of its own: patients who have not been told the date in time (examination only)."""
    if chosen.scope.leg != "examination" or found.notice is None:
        return []
    t, many = chosen.context.t, fmt.count(found.notice, chosen.context.lang)
    text = t(
        f" af dem, der venter, har ikke fået besked om datoen inden for {tables.NOTICE_DAYS} hverdage efter "
        "henvisningen. Det er en egen kontrol og ændrer ikke status. Hverdage er mandag–fredag; helligdage "
        "er talt med som hverdage.",
        f" of those waiting were not told the date within {tables.NOTICE_DAYS} working days of the referral. This is a "
        "check of its own and does not change the status. Working days are Monday–Friday; public holidays count.",
    )
    return [html.P([html.Strong(many), text], className="waits-notice")]


def section(chosen: ChosenWaits, found: Waiting) -> html.Div:
    """Table and ages beside each other, the chosen list below."""
    parts: list = [shell.columns(_by_place(chosen, found), ages.figure(chosen, found), kind="halves")]
    parts += _list(chosen)
    return html.Div(parts, className="waits-now", id="venter")


def _rows(chosen: ChosenWaits, found: Waiting) -> tuple[list[WaitPlace], list[WaitPlace]]:
    """The rows with something to act on (public: all), and the others."""
    scope = chosen.scope
    level = "department" if scope.view.place == "treating" else "region"
    rows = [one for one in found.places if one.level == level and _inside(chosen, one)]
    if scope.public:
        return [one for one in rows if found.nodes[(level, one.code)].legs is not None], []
    if level == "region":
        return rows, []
    node = found.nodes
    critical = [one for one in rows if any(node[(level, one.code)][name] for name in CRITICAL)]
    listed = chosen.context.state.choice("liste")
    own = [one for one in rows if one not in critical and one.code in (chosen.context.state.unit, listed)]
    critical.sort(
        key=lambda one: (
            *(-(node[(level, one.code)][name] or 0) for name in CRITICAL),
            fmt.collation_key(one.name),
        )
    )
    shown = critical + own
    return shown, [one for one in rows if one not in shown]


def _inside(chosen: ChosenWaits, place: WaitPlace) -> bool:
    if chosen.place is None:
        return True
    return chosen.place.code in (place.code, place.region)


def _by_place(chosen: ChosenWaits, found: Waiting) -> html.Section:
    context, t = chosen.context, chosen.context.t
    scope = chosen.scope
    shown, others = _rows(chosen, found)
    level = "department" if scope.view.place == "treating" else "region"
    title = t("Venter nu, pr. afdeling", "Waiting now, by department")
    if level == "region":
        title = t("Venter nu, pr. bopælsregion", "Waiting now, by region of residence")
    table = exports.waiting(chosen)
    columns = [
        tables_part.Heading(
            t("Afdeling", "Department") if level == "department" else "Region",
            "left",
            of="name",
            draw=lambda line: _own_name(chosen, line),
        ),
        tables_part.Heading(t("Venter", "Waiting"), of="legs"),
        _critical(chosen, 0, "red", t("Over", "Over"), t("maksimum", "maximum")),
        _critical(chosen, 1, "amber", t("Booket", "Booked"), t("over frist", "beyond")),
        _critical(chosen, 2, "amber", t("Uden", "No"), t("tid", "date")),
    ]
    if not scope.public:
        furthest = tables_part.Heading(
            t("Længst", "Furthest"),
            sub=t("over", "over"),
            css="wide-only",
            of="longest",
            draw=lambda line: days(line["longest"], context) if line.number("longest") else fmt.NONE,
        )
        hidden_title = html.Span(t("Liste", "List"), className="visually-hidden")
        columns += [furthest, tables_part.Heading(hidden_title, draw=lambda line: _to_list(chosen, line))]
    notes = []
    lost = [one for one in found.places if one.level == level and _inside(chosen, one)]
    lost = [one for one in lost if found.nodes[(level, one.code)].legs is None]
    if lost:
        many = fmt.count(len(lost), context.lang)
        notes.append(t(f"{many} rækker er skjult. ", f"{many} rows are hidden. ") + hidden_note(chosen))
    lines = _lines(chosen, found, table, shown, others)
    if not lines:
        text = t("Alle antal er skjult, fordi de er små.", "All numbers are hidden, as they are small.")
        if not lost:
            text = t("Ingen venter.", "Nobody is waiting.")
        return shell.section(title, html.P(text))
    drawn = folded(chosen, table, columns, "waits-places", notes, caption=title, lines=lines)
    links = html.Div(downloads.line(context, "venter", picks=level == "department"), className="figure-links")
    return html.Section(
        [html.Div([html.H2(f"{title}{whom.suffix(context)}"), links], className="section-head"), drawn],
        className="section",
    )


def _lines(
    chosen: ChosenWaits, found: Waiting, table: Table, shown: list[WaitPlace], others: list[WaitPlace]
) -> list[Line]:
    """The rows of the places to show, and the others together."""
    context, t = chosen.context, chosen.context.t
    chosen_codes = {context.state.unit, context.state.choice("liste")} - {None, ""}
    known = {line.row.key: line for line in table.lines}
    lines = []
    for one in shown:
        line = known[f"{one.level}.{one.code}"]
        lines.append(replace(line, row=replace(line.row, role=Role.PLAIN, own=one.code in chosen_codes)))
    if others:
        many = sum(found.nodes[(one.level, one.code)].legs or 0 for one in others)
        count = fmt.count(len(others), context.lang)
        text = t(f"{count} {'anden afdeling' if len(others) == 1 else 'andre afdelinger'}",
                 f"{count} other department{'s' * (len(others) > 1)}")  # fmt: skip
        none_critical = [many if name == "waiting_within" else 0 for name in WAITING_STATUSES]
        lines.append(Line(TableRow(("", "", text, many, *none_critical, None), Role.REST), table.places))
    return lines


def _critical(chosen: ChosenWaits, number_: int, tone: str, title: str, below: str) -> tables_part.Heading:
    name = CRITICAL[number_]

    def draw(line: Line) -> object:
        return _count(line[name] if line.number(name) is not None else None, tone, chosen.context)

    return tables_part.Heading(title, sub=below, of=name, draw=draw)


def _own_name(chosen: ChosenWaits, line: Line) -> object:
    name = place_name(line["name"])
    if line.row.role is Role.REST:
        return html.Span(name, className="light")
    if line["code"] == chosen.context.state.unit:
        return html.Span([name, tables_part.own_tag(chosen.context.lang)])
    return name


def _to_list(chosen: ChosenWaits, line: Line) -> object:
    """The link that opens or closes the list of a place's legs, where it has some to act on."""
    context, t, code = chosen.context, chosen.context.t, line["code"]
    acts = line["legs"] and any(line[name] for name in CRITICAL)
    if line.row.role is Role.REST or not (acts or chosen.scope.leg == "examination"):
        return None
    opened = code == context.state.choice("liste")
    text = t("Skjul", "Hide") if opened else t("Vis", "Show")
    where = html.Span(f": {line['name']}", className="visually-hidden")
    href = context.here(liste=None if opened else code)
    rest = html.Span(t(" liste", " list"), className="only-wide")
    return dcc.Link([text, rest, where], href=href, className="waits-show")


def place_name(name: str) -> object:
    """'Kirurgisk afdeling, Vejle'; on phones the hospital over the kind, which takes half the width."""
    kind, comma, where = name.partition(", ")
    if not comma:
        return name
    short = html.Span([where, html.Span(kind.split(" ")[0].lower(), className="cell-sub")], className="only-phone")
    return html.Span([html.Span(name, className="only-wide"), short])


def named(line: Line) -> object:
    """The name of a row's place."""
    return place_name(line["name"])


def shown_only(draw: tables_part.Draw) -> tables_part.Draw:
    """Where a result is hidden, the count says so and the rest of the row has a dash."""
    return lambda line: fmt.NONE if line["legs"] is Said.HIDDEN else draw(line)


def days_of(key: str, lang: str) -> tables_part.Draw:
    """Days with one decimal where they are not whole; a dash where there are none."""

    def draw(line: Line) -> str:
        value = line.number(key)
        return fmt.NONE if value is None else fmt.number(value, 0 if value == int(value) else 1, lang)

    return draw


def folded(
    chosen: ChosenWaits,
    table: Table,
    columns: list,
    css: str,
    notes: list,
    *,
    caption: str = "",
    lines: Sequence[Line] | None = None,
    least: int = LONGEST + 3,
) -> html.Div:
    """A table whose rows after the first LONGEST stand in a part of its own that opens on request, where it has more
    than ``least``."""
    t, context = chosen.context.t, chosen.context
    lines, caption = tables_part.in_order(context, table, columns, lines), caption or table.title
    if len(lines) <= least:
        return tables_part.drawn(context, table, columns, css=css, caption=caption, lines=lines, footnotes=notes)
    first = tables_part.drawn(context, table, columns, css=css, caption=caption, lines=lines[:LONGEST])
    rest = fmt.count(len(lines) - LONGEST, chosen.context.lang)
    show = t(f"Vis de øvrige {rest} rækker", f"Show the other {rest} rows")
    more = t("øvrige rækker", "other rows")
    rest_id = f"tabel-{table.id}-rest"
    second = tables_part.drawn(
        context,
        table,
        columns,
        css=css,
        caption=f"{caption}, {more}",
        lines=lines[LONGEST:],
        footnotes=notes,
        id=rest_id,
    )
    # The reader who has opened a list from the hidden part sees it there.
    opened = any(line.row.own for line in lines[LONGEST:])
    return html.Div([first, html.Details([html.Summary(show), second], className="twin", open=opened)])


def hidden_note(chosen: ChosenWaits) -> str:
    """What 'skjult' means."""
    k = chosen.context.threshold
    return chosen.context.t(
        f"Skjult: antallet er under {k}, eller kan ellers regnes ud af de andre.",
        f"Hidden: the number is below {k}, or could be found from the others.",
    )


def _count(value: int | None, tone: str, context) -> object:
    if not value:
        return number(value, context)
    return html.Strong(fmt.count(value, context.lang), className=f"waits-{tone}")


def _list(chosen: ChosenWaits) -> list:
    """The legs of one department to act on; only in the working edition."""
    context, t = chosen.context, chosen.context.t
    code = context.state.choice("liste")
    if not code or chosen.scope.public:
        return []
    table = exports.to_act_on(chosen, code)
    place = next((one for one in tables.waiting(chosen.scope).places if one.code == code), None)
    name = place.name if place else code
    title = t(f"Handl i dag: {name}", f"Act today: {name}")
    file = downloads.line(context, "venteliste", code) if place else []  # nobody waits there: no file either
    links = html.Div(file, className="figure-links")
    head = html.Div([html.H2(f"{title}{whom.suffix(context)}"), links], className="section-head")
    if not table.rows:
        text = t("Ingen forløb er over maksimum, booket ud over fristen eller uden tid.",
                 "No case is over the maximum, booked beyond the limit or without a date.")  # fmt: skip
        return [html.Section([head, html.P(text)], className="section waits-list", id="liste")]
    columns = [
        tables_part.Heading(t("Forløb", "Case"), "left", of="case", draw=lambda line: html.Code(line["case"])),
        tables_part.Heading(t("Status", "Status"), "left", of="status", draw=lambda line: _status(chosen, line)),
        tables_part.Heading(t("Dage til frist", "Days left"), of="days_left", draw=lambda line: _left(chosen, line)),
        tables_part.Heading(
            t("Ventet", "Waited"), css="wide-only", of="waited", draw=lambda line: days(line["waited"], context)
        ),
        tables_part.Heading(t("Booket til", "Booked for"), of="booked"),
    ]
    note = t(
        "Forløb er vist med pseudonymt ventetids-id, sorteret efter dage til fristen. Negativt tal: dage over.",
        "Cases are shown by their pseudonymous id, sorted by days to the limit. A negative number: days past it.",
    )
    drawn = tables_part.drawn(context, table, columns, css="dense waits-legs", caption=title, footnotes=[note])
    return [html.Section([head, drawn], className="section waits-list", id="liste")]


def _status(chosen: ChosenWaits, line: Line) -> html.Span:
    t = chosen.context.t
    shape, da, en = STATUS[line["status"]]
    words = [html.Span(className=f"waits-mark {shape}", **{"aria-hidden": "true"}), t(da, en)]
    if line["no_notice"]:
        words.append(html.Span(t(" · ikke varslet i tide", " · not told in time"), className="waits-amber"))
    return html.Span(words, className=f"waits-tone-{line['status'].removeprefix('waiting_').replace('_', '-')}")


def _left(chosen: ChosenWaits, line: Line) -> object:
    text = fmt.number(line["days_left"], 0, chosen.context.lang)
    return html.Strong(text, className="waits-red") if line["days_left"] < 0 else text
