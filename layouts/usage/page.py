"""/brug: who uses which pages, for the registry. Made anew at each view: it is of the log, not of the data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from data.users import ROLES
from layouts.frame.bare import bare
from layouts.frame.shell import PAGES
from layouts.frame.visitor import ROLE_NAMES
from layouts.parts import html, tables
from results.usage import PageUse, Usage, UserUse
from words import format as fmt

#: Where it is, and the choices of how far back it looks, in days; the first is the usual one.
HERE = "/brug"
DAYS = (90, 30, 365)
#: Pages that the head has no name for.
_NAMES: Mapping[str, tuple[str, str]] = {
    "/indikator": ("Indikatorer", "Indicators"),
    "/hospital": ("Hospitaler", "Hospitals"),
    "/figur": ("Figurer som filer", "Figures as files"),
    "/api": ("Tabeller til programmer", "Tables for programs"),
    "/hoering": ("Høring uden konto", "Hearing without an account"),
    "/indlejret": ("Visning i andres sider", "View in others' sites"),
    "/konto": ("Konto", "Account"),
    HERE: ("Denne side", "This page"),
}


def page(lang: str, used: Usage, days: int) -> html.Div:
    """What was used in the last so many days."""
    danish = lang == "da"
    views = sum(sum(one.views.values()) for one in used.pages)
    many, people = fmt.count(views, lang), fmt.count(len(used.users), lang)
    heading = (
        f"{many} sidevisninger af {people} brugere på {days} dage"
        if danish
        else f"{many} page views by {people} users in {days} days"
    )
    since = fmt.date(used.since, lang)
    log_ins, refused = fmt.count(used.log_ins, lang), fmt.count(used.refused, lang)
    lead = (
        f"Talt op fra loggen siden {since}: {log_ins} log ind, {refused} afvist. Loggen holder ingen patientdata."
        if danish
        else f"Counted from the log since {since}: {log_ins} log-ins, {refused} refused. The log holds no patient data."
    )
    choices = html.P(
        [part for one in sorted(DAYS) for part in (_choice(lang, one, one == days), " ")], className="usage-days"
    )
    body = [html.P(lead, className="lead"), choices]
    if used.pages:
        body += [
            html.Section([html.H2("Sider" if danish else "Pages"), _pages(lang, used.pages)], className="section"),
            html.Section([html.H2("Brugere" if danish else "Users"), _users(lang, used.users)], className="section"),
        ]
    else:
        none = (
            "Sidevisninger tælles, når man skal logge ind; uden log ind føres der ingen log over dem."
            if danish
            else "Page views are counted where one has to log in; without log-in no log of them is kept."
        )
        body.append(html.P(none, className="caption"))
    return bare(lang, heading, lead, *body)


def _choice(lang: str, days: int, chosen: bool) -> object:
    text = f"{days} dage" if lang == "da" else f"{days} days"
    if chosen:
        return html.Strong(text, **{"aria-current": "true"})
    more = "" if lang == "da" else "&lang=en"
    return html.A(text, href=f"{HERE}?dage={days}{more}")


def _pages(lang: str, pages: tuple[PageUse, ...]) -> html.Div:
    danish = lang == "da"
    roles = [one for one in ROLES if any(one in page.views for page in pages)]
    heads = [
        tables.Heading("Side" if danish else "Page", "left"),
        tables.Heading("Visninger" if danish else "Views"),
        *(tables.Heading(ROLE_NAMES[one].in_(lang), wide_only=True) for one in roles),
        tables.Heading("Brugere" if danish else "Users"),
        tables.Heading("Filer" if danish else "Files"),
        tables.Heading("Senest" if danish else "Latest"),
    ]
    rows = [
        tables.Row(
            _name(lang, one.path),
            [
                fmt.count(sum(one.views.values()), lang),
                *(fmt.count(one.views.get(role, 0), lang) for role in roles),
                fmt.count(one.people, lang),
                fmt.count(one.files, lang),
                fmt.date(one.last, lang),
            ],
        )
        for one in pages
    ]
    return tables.table("Sider efter visninger" if danish else "Pages by views", heads, rows, css="dense plain")


def _users(lang: str, users: tuple[UserUse, ...]) -> html.Div:
    danish = lang == "da"
    titles = (
        ("Dage", "Visninger", "Filer", "Skrevet", "Afvist", "Senest")
        if danish
        else ("Days", "Views", "Files", "Written", "Refused", "Latest")
    )
    heads = [
        tables.Heading("Bruger" if danish else "User", "left"),
        tables.Heading("Rolle" if danish else "Role", "left"),
        *(tables.Heading(one, wide_only=place in (3, 4)) for place, one in enumerate(titles)),
    ]
    rows = [
        tables.Row(
            one.name,
            [
                ROLE_NAMES[one.role].in_(lang) if one.role in ROLE_NAMES else one.role,
                *(fmt.count(n, lang) for n in (one.days, one.views, one.files, one.written, one.refused)),
                fmt.date(one.last, lang),
            ],
        )
        for one in users
    ]
    return tables.table("Brugere efter visninger" if danish else "Users by views", heads, rows, css="dense plain")


def _name(lang: str, path: str) -> str:
    known = {place: name.in_(lang) for place, name in PAGES}
    if path in known:
        return known[path]
    if path in _NAMES:
        return _NAMES[path][0 if lang == "da" else 1]
    return path


def first_day(today: dt.date, days: int) -> dt.date:
    """The first of so many days that end today."""
    return today - dt.timedelta(days=days - 1)
