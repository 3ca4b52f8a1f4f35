"""The pages of the door: the way in, the account, and why not."""

from __future__ import annotations

from layouts.frame.bare import bare
from layouts.frame.visitor import ROLE_NAMES, Visitor
from layouts.parts import html
from layouts.parts.input import Input


def log_in(lang: str, target: str = "", name: str = "", wrong: bool = False, wait: float = 0.0) -> html.Div:
    """The form of the way in; ``target``: where to afterwards; ``wrong``: what was sent did not fit."""
    danish = lang == "da"
    told = []
    if wrong:
        text = "Navn eller kodeord passer ikke." if danish else "Name or password does not fit."
        told.append(html.P(text, className="form-errors", role="alert"))
    if wait:
        seconds = int(wait) + 1
        unit = ("sekund" if seconds == 1 else "sekunder") if danish else ("second" if seconds == 1 else "seconds")
        text = (
            f"Der er prøvet for mange gange. Prøv igen om {seconds} {unit}."
            if danish
            else f"Too many tries. Try again in {seconds} {unit}."
        )
        told.append(html.P(text, className="form-errors", role="alert"))
    fields = [
        _field("navn", "Navn" if danish else "Name", type="text", value=name, autoComplete="username"),
        _field("kodeord", "Kodeord" if danish else "Password", type="password", autoComplete="current-password"),
    ]
    hidden = [Input(type="hidden", name="til", value=target)] if target else []
    button = html.Button("Log ind" if danish else "Log in", type="submit", className="button")
    form = html.Form([*hidden, *fields, button], method="post", action=_in(lang, "/log-ind"), className="log-in")
    sentence = (
        "Dashboardet kræver, at du er logget ind. Har du ingen bruger, så spørg registrets team."
        if danish
        else "The dashboard asks you to log in. Without an account, ask the registry's team."
    )
    heading = "Log ind" if danish else "Log in"
    return bare(lang, heading, sentence, html.P(sentence, className="lead"), *told, form, home=False)


def account(lang: str, visitor: Visitor) -> html.Div:
    """Who is logged in, in which role, and the way out."""
    danish = lang == "da"
    role = ROLE_NAMES[visitor.role].in_(lang)
    of = ", ".join((*visitor.databases, *visitor.departments))
    sees = {
        "reader": ("Du ser den offentlige udgave.", "You see the public edition."),
        "clinician": (
            f"Du ser alle tal for {of}, ellers den offentlige udgave.",
            f"You see all numbers of {of}, else the public edition.",
        ),
        "steering": (
            f"Du ser alle tal for {of}, ellers den offentlige udgave.",
            f"You see all numbers of {of}, else the public edition.",
        ),
        "registry": ("Du ser alle tal.", "You see all numbers."),
        "administrator": ("Du ser den offentlige udgave.", "You see the public edition."),
    }[visitor.role][0 if danish else 1]
    sentence = (
        f"Du er logget ind som {visitor.name} ({role}). {sees}"
        if danish
        else f"You are logged in as {visitor.name} ({role}). {sees}"
    )
    button = html.Button("Log ud" if danish else "Log out", type="submit", className="button")
    form = html.Form([button], method="post", action=_in(lang, "/log-ud"), className="log-in")
    heading = "Konto" if danish else "Account"
    return bare(lang, heading, sentence, html.P(sentence, className="lead"), form)


def refused(lang: str, logged_in: bool) -> html.Div:
    """What a role may not do; or that nobody is logged in."""
    danish = lang == "da"
    if logged_in:
        heading = "Det må din rolle ikke" if danish else "Your role may not do that"
        sentence = (
            "Spørg registrets team, hvis du mener, du skal kunne det."
            if danish
            else "Ask the registry's team if you think that you should."
        )
        return bare(lang, heading, sentence, html.P(sentence, className="lead"))
    heading = "Du er ikke logget ind" if danish else "You are not logged in"
    sentence = "Log ind, og prøv igen." if danish else "Log in and try again."
    way = html.P(html.A("Log ind" if danish else "Log in", href=_in(lang, "/log-ind")))
    return bare(lang, heading, sentence, html.P(sentence, className="lead"), way, home=False)


def not_this_way(lang: str, header: str) -> html.Div:
    """A request through a proxy that was not announced."""
    danish = lang == "da"
    heading = "Dashboardet svarer kun på sin egen maskine" if danish else "The dashboard answers its own machine only"
    sentence = (
        f"Forespørgslen kom gennem en proxy ({header}), og ingen skal logge ind. De, der driver dashboardet, kan "
        "tilføje en bruger (python -m users add NAVN --role registry) og starte det med --behind-proxy 1 "
        "--trusted-host NAVN."
        if danish
        else f"The request came through a proxy ({header}), and nobody has to log in. Those who run the dashboard can "
        "add a user (python -m users add NAME --role registry) and start it with --behind-proxy 1 --trusted-host NAME."
    )
    return bare(lang, heading, sentence, html.P(sentence, className="lead"), home=False)


def not_told(lang: str) -> html.Div:
    """A file while the audit log cannot be written."""
    danish = lang == "da"
    heading = "Filen kan ikke hentes for tiden" if danish else "The file cannot be fetched at present"
    sentence = (
        "Loggen over, hvem der henter hvad, kan ikke skrives. Sig det til dem, der driver dashboardet."
        if danish
        else "The log of who fetches what cannot be written. Tell those who run the dashboard."
    )
    return bare(lang, heading, sentence, html.P(sentence, className="lead"))


def _field(name: str, label: str, **more: object) -> html.Div:
    control = Input(id=f"felt-{name}", name=name, required=True, **more)
    return html.Div([html.Label(label, htmlFor=f"felt-{name}"), control], className="field")


def _in(lang: str, path: str) -> str:
    return path if lang == "da" else f"{path}?lang={lang}"
