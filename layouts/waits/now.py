"""Those waiting now: the finding, act today, the table by department with its list, and the ages of the queue."""

from __future__ import annotations

from dash import dcc

from layouts.frame import shell
from layouts.parts import downloads, html
from layouts.parts import tables as tables_part
from layouts.waits import ages
from results.waits import legs as tables
from results.waits.legs import Waiting, WaitPlace
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
    columns = [
        tables_part.Heading(t("Afdeling", "Department") if level == "department" else "Region", align="left"),
        tables_part.Heading(t("Venter", "Waiting")),
        tables_part.Heading(t("Over", "Over"), sub=t("maksimum", "maximum")),
        tables_part.Heading(t("Booket", "Booked"), sub=t("over frist", "beyond")),
        tables_part.Heading(t("Uden", "No"), sub=t("tid", "date")),
    ]  # fmt: skip
    if not scope.public:
        columns += [
            tables_part.Heading(t("Længst", "Furthest"), sub=t("over", "over"), css="wide-only"),
            tables_part.Heading(html.Span(t("Liste", "List"), className="visually-hidden")),
        ]
    listed = context.state.choice("liste")
    rows = []
    for one in shown:
        counts = found.nodes[(level, one.code)]
        cells: list = [number(counts.legs, context)]
        cells += [
            _count(counts[name], tone, context) for name, tone in zip(CRITICAL, ("red", "amber", "amber"), strict=True)
        ]
        if not scope.public:
            longest = found.longest.get((level, one.code))
            cells.append(days(longest, context) if longest else fmt.NONE)
            chosen_now = one.code == listed
            text = t("Skjul", "Hide") if chosen_now else t("Vis", "Show")
            text = [text, html.Span(t(" liste", " list"), className="only-wide")]
            where = t(f": {one.name}", f": {one.name}")
            href = context.here(liste=None if chosen_now else one.code)
            link = dcc.Link([*text, html.Span(where, className="visually-hidden")], href=href, className="waits-show")
            cells.append(
                link if (counts.legs and any(counts[name] for name in CRITICAL)) or scope.leg == "examination" else None
            )
        name = place_name(one.name or t("uoplyst", "not registered"))
        if one.code == context.state.unit:
            name = html.Span([name, tables_part.own_tag(context.lang)])
        rows.append(tables_part.Row(name, cells, own=one.code in (listed, context.state.unit)))
    if others:
        counts = [found.nodes[(level, one.code)] for one in others]
        many = sum(one.legs or 0 for one in counts)
        count = fmt.count(len(others), context.lang)
        text = t(f"{count} {'anden afdeling' if len(others) == 1 else 'andre afdelinger'}",
                 f"{count} other department{'s' * (len(others) > 1)}")  # fmt: skip
        rows.append(
            tables_part.Row(
                html.Span(text, className="light"), [fmt.count(many, context.lang), "0", "0", "0", fmt.NONE, None]
            )
        )
    notes = []
    lost = [one for one in found.places if one.level == level and _inside(chosen, one)]
    lost = [one for one in lost if found.nodes[(level, one.code)].legs is None]
    if lost:
        many = fmt.count(len(lost), context.lang)
        notes.append(t(f"{many} rækker er skjult. ", f"{many} rows are hidden. ") + hidden_note(chosen))
    if not rows:
        text = t("Alle antal er skjult, fordi de er små.", "All numbers are hidden, as they are small.")
        if not lost:
            text = t("Ingen venter.", "Nobody is waiting.")
        return shell.section(title, html.P(text))
    table = folded(chosen, title, columns, rows, "waits-places", notes)
    links = html.Div(downloads.line(context, "venter"), className="figure-links")
    return html.Section(
        [html.Div([html.H2(f"{title}{whom.suffix(context)}"), links], className="section-head"), table],
        className="section",
    )


def place_name(name: str) -> object:
    """'Kirurgisk afdeling, Vejle'; on phones the hospital over the kind, which takes half the width."""
    kind, comma, where = name.partition(", ")
    if not comma:
        return name
    short = html.Span([where, html.Span(kind.split(" ")[0].lower(), className="cell-sub")], className="only-phone")
    return html.Span([html.Span(name, className="only-wide"), short])


def folded(chosen: ChosenWaits, title: str, columns: list, rows: list, css: str, notes: list) -> html.Div:
    """A table whose rows after the first LONGEST stand in a part of its own that opens on request."""
    t = chosen.context.t
    if len(rows) <= LONGEST + 3:
        return tables_part.table(title, columns, rows, css=css, footnotes=notes)
    first = tables_part.table(title, columns, rows[:LONGEST], css=css)
    rest = fmt.count(len(rows) - LONGEST, chosen.context.lang)
    show = t(f"Vis de øvrige {rest} rækker", f"Show the other {rest} rows")
    more = t("øvrige rækker", "other rows")
    second = tables_part.table(f"{title}, {more}", columns, rows[LONGEST:], css=css, footnotes=notes)
    # The reader who has opened a list from the hidden part sees it there.
    opened = any(row.own for row in rows[LONGEST:])
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
    legs = tables.to_act_on(chosen.scope, code)
    place = next((one for one in tables.waiting(chosen.scope).places if one.code == code), None)
    name = place.name if place else code
    title = t(f"Handl i dag: {name}", f"Act today: {name}")
    file = downloads.line(context, "venteliste", code) if place else []  # nobody waits there: no file either
    links = html.Div(file, className="figure-links")
    head = html.Div([html.H2(f"{title}{whom.suffix(context)}"), links], className="section-head")
    if not legs:
        text = t("Ingen forløb er over maksimum, booket ud over fristen eller uden tid.",
                 "No case is over the maximum, booked beyond the limit or without a date.")  # fmt: skip
        return [html.Section([head, html.P(text)], className="section waits-list", id="liste")]
    columns = [
        tables_part.Heading(t("Forløb", "Case"), align="left"),
        tables_part.Heading(t("Status", "Status"), align="left"),
        tables_part.Heading(t("Dage til frist", "Days left")),
        tables_part.Heading(t("Ventet", "Waited"), css="wide-only"),
        tables_part.Heading(t("Booket til", "Booked for")),
    ]
    rows = []
    for one in legs:
        shape, da, en = STATUS[one.status]
        words = [html.Span(className=f"waits-mark {shape}", **{"aria-hidden": "true"}), t(da, en)]
        if one.no_notice:
            words += [html.Span(t(" · ikke varslet i tide", " · not told in time"), className="waits-amber")]
        left = fmt.number(one.days_left, 0, context.lang)
        rows.append(
            tables_part.Row(
                html.Code(one.wait_id),
                [
                    html.Span(words, className=f"waits-tone-{one.status.removeprefix('waiting_').replace('_', '-')}"),
                    html.Strong(left, className="waits-red") if one.days_left < 0 else left,
                    days(one.waited, context),
                    fmt.NONE if one.booked is None else fmt.date(one.booked, context.lang),
                ],
            )
        )
    note = t(
        "Forløb er vist med pseudonymt ventetids-id, sorteret efter dage til fristen. Negativt tal: dage over.",
        "Cases are shown by their pseudonymous id, sorted by days to the limit. A negative number: days past it.",
    )
    table = tables_part.table(title, columns, rows, css="dense waits-legs", footnotes=[note])
    return [html.Section([head, table], className="section waits-list", id="liste")]
