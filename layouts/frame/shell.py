"""The frame of every page: header, choices, one finding, lead, body, foot."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc

from data.text import Text
from layouts.frame import being_made, contents, public, search, visitor
from layouts.frame.selections import Menu, Switch, bar
from layouts.parts import html, tables
from layouts.parts import whom as whom_links
from words import whom
from words.chosen import sorting
from words.reader import Reader

BRAND = "Kræftkvalitet"

#: The pages: key, path, Danish, English. The first stand in the header, the others behind 'Mere'.
NAV: tuple[tuple[str, str, str, str], ...] = (
    ("overview", "/", "Overblik", "Overview"),
    ("departments", "/afdeling", "Afdelinger", "Departments"),
    ("compare", "/sammenlign", "Sammenlign", "Compare"),
    ("variation", "/variation", "Variation", "Variation"),
    ("survival", "/overlevelse", "Overlevelse", "Survival"),
    ("waits", "/ventetider", "Ventetider", "Waits"),
    ("warnings", "/varsler", "Varsler", "Warnings"),
    ("act", "/handl", "Handl", "Act"),
)
MORE: tuple[tuple[str, str, str, str], ...] = (
    ("actions", "/indsats", "Indsatser", "Actions"),
    ("improvements", "/forbedringer", "Forbedringer", "Improvements"),
    ("across", "/tvaergaaende", "På tværs", "Across"),
    ("data_quality", "/datakvalitet", "Datakvalitet", "Data quality"),
    ("deliveries", "/leverancer", "Leverancer", "Deliveries"),
    ("report", "/rapport", "Årsrapport", "Annual report"),
    ("plan", "/plan", "Handleplan", "Action plan"),
    ("audit", "/audit", "Audit", "Audit"),
    ("find", "/soeg", "Søg og find", "Search"),
    ("about", "/om", "Om", "About"),
)
#: What only the registry reads.
OF_REGISTRY = ("/leverancer",)
#: Every page by its path, with its name.
PAGES: tuple[tuple[str, Text], ...] = tuple((path, Text(da, en)) for _, path, da, en in (*NAV, *MORE))
Body = object  # whatever Dash takes as children


def page(
    context: Reader,
    *,
    active: str,
    finding: str | Sequence[str],
    lead: Body = None,
    body: Body = None,
    breadcrumbs: Sequence[tuple[str, str | None]] | None = None,
    selections: Sequence[Menu | Switch] = (),
    summary: tuple[str, str] | None = None,
    notices: Sequence[Body] = (),
    foot: Sequence[Body] = (),
    title: str | None = None,
    status: int = 200,
    filtered: bool = False,
) -> html.Div:
    """The whole page as one component tree.

    ``active``: key of NAV. ``finding``: the one finding, as a text or as two lines. ``lead``: text or
    children. ``breadcrumbs``: (text, path or None) from the top. ``summary``: the two lines of the phone's
    choice bar. ``notices``: sentences (or components) shown in amber above the finding, after the problems of the URL.
    ``foot``: paragraphs before the edition line. ``title``: the browser tab, default from active and
    database. ``status``: HTTP status of the first response; 404 where the page's subject does not exist.
    ``filtered``: the page answers the filters on patients. Its headline and tab then name them, a line says that fewer
    are more uncertain, and where nobody is left, that and the way back is the whole page. A page of all patients
    says in its ``notices`` that the filters were not used.
    """
    known = [row[0] for row in (*NAV, *MORE)]
    if active and active not in known:
        raise ValueError(f"active {active!r} is no key of NAV or MORE: {', '.join(known)}")
    lines = [finding] if isinstance(finding, str) else list(finding)
    label = next((context.t(da, en) for key, _, da, en in (*NAV, *MORE) if key == active), "")
    shown_title = title or " · ".join(part for part in (label, context.database) if part)
    if filtered:
        shown_title = f"{whom.prefix(context)}{shown_title}"
        if context.nobody:
            lines, lead, body = (
                [whom.nobody(context)],
                [whom.other_choices(context), whom_links.everyone(context)],
                None,
            )
        else:
            lines[0] = f"{whom.prefix(context)}{lines[0]}"
    alerts: list[Body] = [context.t(*fault) for fault in context.faults]
    if context.awaited is not None:
        alerts.append(being_made.whole_page_told(context))
    alerts += [problem.text(context.lang) for problem in context.problems] + list(notices)
    if context.state.sort:
        alerts += [_no_such_order(context, one) for one in sorting.unknown(context.state, tables.sorts_of(body))]
    main: list = []
    main += [
        html.P([html.Strong("! ", **{"aria-hidden": "true"}), text], className="notice", role="note") for text in alerts
    ]
    if breadcrumbs:
        main.append(_breadcrumbs(context, breadcrumbs))
    main.append(html.H1(_lines(lines), className="finding"))
    if lead is not None:
        main.append(html.P(lead, className="lead"))
    if filtered and not context.nobody and context.filters():
        main.append(html.P(whom_links.note(context), className="whom"))
    main.append(html.Div(body, className="body"))
    listed = contents.menu(context, body)
    return html.Div(
        [
            html.A(context.t("Spring til indholdet", "Skip to the content"), href="#main", className="skip"),
            _header(context, active),
            bar(context, [*selections, *([] if listed is None else [listed])], summary),
            html.Main(main, id="main", className="wrap", tabIndex=-1),
            _foot(context, foot),
        ],
        className="shell is-projector" if context.state.display else "shell",
        lang=context.lang,
        **{
            "data-title": f"{shown_title} · {BRAND}",
            "data-description": " ".join(lines),
            "data-status": str(status),
            "data-snapshot": context.snapshot_id,
            "data-dated": context.outdated_text(),
        },
    )


def _no_such_order(context: Reader, order: str) -> str:
    return context.t(
        f"Der er ingen tabel på siden at sortere efter {order}; rækkefølgen er tabellens egen.",
        f"No table of the page can be sorted by {order}; the order is the table's own.",
    )


def not_found(context: Reader, what: str | None = None) -> html.Div:
    """A page for an address that does not exist (HTTP 404); ``what`` says what was looked for."""
    links = [html.Li(dcc.Link(name.in_(context.lang), href=context.to(path))) for path, name in pages_of(context)]
    return page(
        context,
        active="",
        finding=context.t("Siden findes ikke", "There is no such page"),
        lead=what
        or context.t(
            f"Adressen {context.path} fører ingen steder hen. Måske er den skrevet af eller er forældet.",
            f"The address {context.path} leads nowhere. It may be misspelt or out of date.",
        ),
        body=html.Div(
            [html.H2(context.t("Gå i stedet til", "Go instead to")), html.Ul(links, className="link-list")],
            className="section",
        ),
        title=context.t("Siden findes ikke", "No such page"),
        status=404,
    )


def pages_of(context: Reader) -> tuple[tuple[str, Text], ...]:
    """The pages of the reader's edition, as PAGES; all of them where log-in is on: own departments are seen in full.

    Those of the registry only to the registry, and where nobody logs in.
    """
    every = context.edition != "public" or visitor.current() is not None
    there = PAGES if every else tuple(one for one in PAGES if public.has(one[0]))
    return there if visitor.is_registry() else tuple(one for one in there if one[0] not in OF_REGISTRY)


def not_theirs(context: Reader, active: str, finding: str, lead: str, title: str) -> html.Div:
    """What a reader meets whom a page does not concern; with status 403."""
    return page(context, active=active, finding=finding, lead=lead, title=title, status=403)


def not_published(context: Reader) -> html.Div:
    """What the public edition says at the address of a page that it does not have."""
    title = context.t("Vises ikke i den offentlige udgave", "Not shown in the public edition")
    links = [html.Li(dcc.Link(name.in_(context.lang), href=context.to(path))) for path, name in pages_of(context)]
    body = html.Div([html.H2(context.t("Her er der tal", "There are numbers here")), html.Ul(links,
                    className="link-list")], className="section")  # fmt: skip
    return page(context, active="", finding=title, lead=public.why(context), body=body, title=title)


def section(
    title: Body,
    *children: Body,
    note: Body = None,
    kind: str = "",
    id: str | None = None,
    of: Reader | None = None,
) -> html.Section:
    """A part of the page with its heading; ``note`` stands to the right of the heading.

    ``of``: whose filters the numbers answer; the heading repeats them as a figure's does. kind: lead-section (rule
    under the heading) or a class of the page's own.
    """
    title = title if of is None else f"{title}{whom.suffix(of)}"
    head = [html.H2(title)] + ([html.Span(note, className="section-note")] if note is not None else [])
    named = {"id": id} if id else {}
    return html.Section(
        [html.Div(head, className="section-head"), *children], className=f"section {kind}".strip(), **named
    )


def behind(title: str, *parts: Body, id: str) -> html.Details:
    """Parts of a long page that a phone shows as one line, to be opened; on wide screens and on paper they stand open.

    assets/folds.js closes them on a phone. ``title``: the line; a wide screen has the parts' own headings alone.
    """
    return html.Details([html.Summary(title, id=id), html.Div(list(parts))], className="folded", open=True)


def columns(*children: Body, kind: str = "wide-narrow") -> html.Div:
    """Children beside each other on wide screens, below each other on phones.

    kind: wide-narrow, halves, thirds.
    """
    return html.Div(list(children), className=f"columns {kind}")


def panel(title: str, *children: Body) -> html.Section:
    """A grey box with a heading, e.g. a definition."""
    return html.Section([html.H2(title), *children], className="panel")


def facts(rows: Sequence[tuple[str, Body]]) -> html.Dl:
    """Term and description in two columns, as in a definition box."""
    cells: list = []
    for term, text in rows:
        cells += [html.Dt(term), html.Dd(text)]
    return html.Dl(cells, className="facts")


def caption(*text: Body, of: str = "") -> html.P:
    """A caption: one or more sentences below a figure, table or list. ``of``: the figures (ids with spaces between)
    whose PNG and SVG have it, when it stands outside of them.
    """
    told = {"data-caption-of": of} if of else {}
    return html.P(list(text), className="caption", **told)


def _lines(lines: Sequence[str]) -> list:
    parts: list = []
    for number, line in enumerate(lines):
        parts += [" ", html.Br(), line] if number else [line]
    return parts


def _size(context: Reader) -> dcc.Link:
    """The way to the size for a projector, in which no text is under 15 px, and back; it stays in every link."""
    if context.state.display:
        return dcc.Link(context.t("Almindelig størrelse", "Usual size"), href=context.here(display=""))
    return dcc.Link(context.t("Projektorstørrelse", "Projector size"), href=context.here(display="projektor"))


def _header(context: Reader, active: str) -> html.Header:
    there = {path for path, _ in pages_of(context)}
    first, more_of = ([row for row in rows if row[1] in there] for rows in (NAV, MORE))

    def link(row: tuple[str, str, str, str]) -> html.Li:
        key, path, da, en = row
        chosen = key == active
        text: list | str = context.t(da, en)
        if chosen:
            here = context.t(" (du er her)", " (you are here)")
            text = [text, html.Span(here, className="visually-hidden")]
        return html.Li(dcc.Link(text, href=context.to(path), className="is-active" if chosen else ""))

    behind = any(row[0] == active for row in more_of)
    more = html.Details(
        [
            html.Summary(
                [context.t("Mere", "More"), html.Span(className="caret")],
                id="menu-mere",
                className="is-active" if behind else "",
            ),
            html.Ul([*(link(row) for row in more_of), html.Li(_size(context))], className="menu-list"),
        ],
        className="menu nav-more",
    )
    other = "en" if context.lang == "da" else "da"
    language = html.A(
        "English" if other == "en" else "Dansk",
        href=context.here(lang=other),
        className="language",
        lang=other,
        hrefLang=other,
    )
    badge = [html.Span(context.t("Syntetiske data", "Synthetic data"), className="badge")] if context.synthetic else []
    pages = context.t("Sider", "Pages")
    phone = html.Details(
        [
            html.Summary(html.Span(className="burger"), id="menu-sider", **{"aria-label": "Menu"}),
            html.Nav(
                [html.Ul([link(row) for row in (*first, *more_of)], className="nav-list"), _size(context), language],
                **{"aria-label": pages},
            ),
        ],
        className="menu nav-phone",
    )
    return html.Header(
        html.Div(
            [
                dcc.Link(BRAND, href=context.to("/"), className="brand"),
                html.Nav(
                    html.Ul([*(link(row) for row in first), html.Li(more)], className="nav-list"),
                    className="nav",
                    **{"aria-label": pages},
                ),
                *([] if active == "find" else [search.box(context)]),
                *badge,
                html.Span(language, className="nav-language"),
                phone,
            ],
            className="wrap top-row",
        ),
        className="top",
    )


def _breadcrumbs(context: Reader, crumbs: Sequence[tuple[str, str | None]]) -> html.Nav:
    items = []
    for number, (text, path) in enumerate(crumbs):
        words = dcc.Link(text, href=context.to(path)) if path else html.Span(text)
        items.append(html.Li([html.Span("/ ", **{"aria-hidden": "true"}), words] if number else words))
    label = context.t("Brødkrumme", "Breadcrumb")
    return html.Nav(html.Ol(items), className="breadcrumbs", **{"aria-label": label})


def _foot(context: Reader, extra: Sequence[Body]) -> html.Footer:
    invented = [context.t("Tallene er opdigtede.", "The numbers are invented.")] if context.synthetic else []
    extract = f"{context.t('udtræk', 'extract')} {context.snapshot_id}."
    data = f"{context.data_text()}, {extract}" if context.data_cut else extract.capitalize()
    line = " ".join([context.edition_text(), *invented, data])
    parts = [*[html.P(part) for part in extra], html.P([f"{line} ", _size(context)])]
    if visitor.current() is not None:  # whose name it is stands there: a page is kept for all who see the same
        account = html.A(
            context.t("Konto og log ud", "Account and log out"), href=context.t("/konto", "/konto?lang=en")
        )
        parts.append(html.P(account))
    return html.Footer(parts, className="wrap foot")
