"""The pages of the door: the way in, the account, and why not."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from layouts.frame.bare import bare
from layouts.frame.visitor import ROLE_NAMES, Visitor
from layouts.parts import html
from layouts.parts.input import Input
from layouts.usage.page import HERE as USAGE
from server.access.openid import BEGIN, Provider


def log_in(
    lang: str,
    target: str = "",
    name: str = "",
    wrong: bool = False,
    wait: float = 0.0,
    provider: Provider | None = None,
) -> html.Div:
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
    other = _provider(lang, provider, target) if provider else []
    return bare(lang, heading, sentence, html.P(sentence, className="lead"), *told, *other, form, home=False)


def _provider(lang: str, provider: Provider, target: str) -> list:
    danish = lang == "da"
    where = provider.shown or urlsplit(provider.issuer).hostname
    said = {**({"til": target} if target else {}), **({} if danish else {"lang": "en"})}
    query = f"?{urlencode(said, safe='/')}" if said else ""
    link = html.A(
        f"Log ind med {where}" if danish else f"Log in with {where}", href=f"{BEGIN}{query}", className="button"
    )
    return [html.P(link, className="log-in-elsewhere"), html.P("Eller med navn og kodeord her:" if danish else
            "Or with name and password here:")]  # fmt: skip


def account(lang: str, visitor: Visitor, leaves: bool = True) -> html.Div:
    """Who is logged in, in which role, and the way out; not ``leaves``: it is where the proxy's log-in is."""
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
    usage = []
    if visitor.role == "registry":
        usage = [
            html.P(html.A("Hvem bruger hvilke sider" if danish else "Who uses which pages", href=_in(lang, USAGE)))
        ]
    elsewhere = (
        "Du er logget ind gennem proxyen; log ud dér, hvor du loggede ind."
        if danish
        else "You are logged in through the proxy; log out where you logged in."
    )
    return bare(
        lang, heading, sentence, html.P(sentence, className="lead"), *usage, form if leaves else html.P(elsewhere)
    )


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


def not_from_there(lang: str, address: str) -> html.Div:
    """A request that did not come from our proxy."""
    danish = lang == "da"
    heading = "Dashboardet svarer kun sin proxy" if danish else "The dashboard answers its proxy only"
    sentence = (
        f"Forespørgslen kom direkte fra {address}. Er det proxyens adresse, kan de, der driver dashboardet, starte det "
        f"med --proxy-address {address}."
        if danish
        else f"The request came straight from {address}. If that is the proxy's address, those who run the dashboard "
        f"can start it with --proxy-address {address}."
    )
    return bare(lang, heading, sentence, html.P(sentence, className="lead"), home=False)


def not_ours(lang: str, name: str) -> html.Div:
    """Somebody who has logged in elsewhere, and has no account here."""
    danish = lang == "da"
    heading = "Du har ingen bruger her" if danish else "You have no account here"
    sentence = (
        f"Du er logget ind som {name}, men dashboardet kender ikke navnet. Registrets team kan tilføje det: "
        f"python -m users add {name} --role ROLLE --no-password."
        if danish
        else f"You are logged in as {name}, but the dashboard does not know the name. The registry's team can add it: "
        f"python -m users add {name} --role ROLE --no-password."
    )
    return bare(lang, heading, sentence, html.P(sentence, className="lead"), home=False)


def not_proven(lang: str) -> html.Div:
    """What came back from the provider does not prove who it is."""
    danish = lang == "da"
    heading = "Log ind lykkedes ikke" if danish else "The log-in did not succeed"
    sentence = (
        "Svaret passer ikke til et log ind, der er begyndt i denne browser. Prøv igen; sker det igen, så sig det til "
        "dem, der driver dashboardet: Loggen siger hvorfor."
        if danish
        else "The answer does not belong to a log-in that began in this browser. Try again; if it happens again, tell "
        "those who run the dashboard: the log says why."
    )
    way = html.P(html.A("Log ind" if danish else "Log in", href=_in(lang, "/log-ind")))
    return bare(lang, heading, sentence, html.P(sentence, className="lead"), way, home=False)


def unreachable(lang: str) -> html.Div:
    """The provider does not answer."""
    danish = lang == "da"
    heading = "Log ind kan ikke nås for tiden" if danish else "The log-in cannot be reached at present"
    sentence = (
        "Det sted, hvor du logger ind, svarer ikke. Prøv igen om lidt; loggen siger hvorfor."
        if danish
        else "The place where you log in does not answer. Try again in a moment; the log says why."
    )
    way = html.P(html.A("Log ind" if danish else "Log in", href=_in(lang, "/log-ind")))
    return bare(lang, heading, sentence, html.P(sentence, className="lead"), way, home=False)


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
