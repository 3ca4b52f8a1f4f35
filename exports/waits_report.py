"""The report to Sundhedsstyrelsen as sheets: the table, what stands in the way, and the legs behind it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from data import reference
from data.schema import LEGS
from data.text import Text
from exports.files import Sheet
from results.cube import DEFINITION_VERSION
from results.disclosure import protect_count
from results.table import Column, Kind, Said, Table, Value, of
from results.view import Edition
from results.waits.legs import ENDED_STATUSES
from results.waits.report import CASE_COLUMNS, COUNTS, LENIENT, NATION, OBSTACLES, STATUSES, Report
from results.waits.report_public import public_table

LEG_NAMES = {
    "examination": Text("Udredning", "Examination"),
    "treatment": Text("Behandling", "Treatment"),
    "aftercare": Text("Efterbehandling", "Aftercare"),
}
STATUS_NAMES = {
    "within": Text("Til tiden", "In time"),
    "over_health": Text("Over: helbred", "Over: health"),
    "over_wish": Text("Over: patientens ønske", "Over: the patient's wish"),
    "over_capacity_informed": Text("Over: kapacitet, informeret", "Over: capacity, informed"),
    "rules_broken": Text("Over: regler brudt", "Over: rules broken"),
    "over_unsettled": Text("Over: årsag mangler", "Over: no reason"),
    "transferred": Text("Overflyttet", "Transferred"),
    "ended_otherwise": Text("Sluttet på anden måde", "Ended otherwise"),
}
OBSTACLE_NAMES = {
    "overrun_without_reason": Text("Overskridelse uden registreret årsag", "Overrun without a registered reason"),
    "capacity_without_documentation": Text(
        "Kapacitet som årsag uden dokumenteret tilbud og samtykke",
        "Capacity as the reason without a documented offer and consent",
    ),
    "negative_interval": Text("Ventetiden slutter, før den begynder", "The wait ends before it starts"),
    "treatment_without_consent": Text(
        "Behandling startet uden dato for patientens samtykke", "Treatment started without a date of consent"
    ),
}
_END_NAMES = {
    "started": Text("Startet", "Started"),
    "disproved": Text("Kræft afkræftet", "Cancer disproved"),
    "not_relevant": Text("Ikke relevant", "Not relevant"),
    "patient_wish": Text("Patientens ønske", "The patient's wish"),
    "transferred": Text("Overflyttet", "Transferred"),
    "died": Text("Død", "Died"),
}
_REASON_NAMES = {
    "health": Text("Helbred", "Health"),
    "patient_wish": Text("Patientens ønske", "The patient's wish"),
    "capacity": Text("Kapacitet", "Capacity"),
}
#: The columns of the case list whose codes are put into words.
_WORDS = {"leg": LEG_NAMES, "status": STATUS_NAMES, "end": _END_NAMES, "overrun_reason": _REASON_NAMES}
_CASE_NAMES = {
    "wait_id": Text("Ventetidsnummer", "Wait number"),
    "leg": Text("Ventetid til", "Leg"),
    "department": Text("Afdelingskode", "Department code"),
    "region": Text("Bopælsregion", "Region of residence"),
    "referral_date": Text("Henvisning modtaget", "Referral received"),
    "consent_date": Text("Samtykke til behandling", "Consent to treatment"),
    "stop_date": Text("Ventetiden slut", "End of the wait"),
    "end": Text("Slut", "End"),
    "status": Text("Status", "Status"),
    "wait_days": Text("Ventetid, dage", "Wait, days"),
    "over_days": Text("Dage over grænsen", "Days over the limit"),
    "overrun_reason": Text("Årsag", "Reason"),
    "alternative_offered": Text("Andet sted tilbudt", "Alternative offered"),
    "offer_documented": Text("Tilbud dokumenteret", "Offer documented"),
    "accepted_wait_date": Text("Samtykke til længere ventetid", "Consent to wait longer"),
}
_CASE_KINDS = {
    **dict.fromkeys(("wait_id", "department", "region"), Kind.CODE),
    **dict.fromkeys(("referral_date", "consent_date", "stop_date", "accepted_wait_date"), Kind.DATE),
    **dict.fromkeys(("wait_days", "over_days"), Kind.DAYS),
    **dict.fromkeys(("alternative_offered", "offer_documented"), Kind.FLAG),
}
_KEPT = Text(
    "»Regler overholdt« er et interval, så længe årsager mangler: nederst tæller de som brudt, øverst som overholdt.",
    "'Rules kept' is a range while reasons are missing: the low end counts them as broken, the high end as kept.",
)


def stamp(found: Report, edition: Edition, lang: str) -> tuple[tuple[str, str], ...]:
    """What every file of the report says of its numbers, as (label, value) pairs."""

    def t(da: str, en: str) -> str:
        return da if lang == "da" else en

    previous = found.previous
    working = t("Arbejdsudgave med alle tællinger", "Working edition with all counts")
    public = t(
        f"Offentlig udgave: resultater på færre end {edition.threshold} er skjult",
        f"Public edition: results on fewer than {edition.threshold} are hidden",
    )
    rows = [
        (t("Periode", "Period"), f"{found.period.label(lang)} ({found.period.start} … < {found.period.end})"),
        (t("Databaser", "Databases"), " ".join(found.databases)),
        (t("Ikke opgjort", "Not reported"), " ".join(found.absent) or "-"),
        (t("Population", "Population"), t("ventetider, der sluttede i perioden", "legs that ended in the period")),
        (t("Sted", "Place"), t("bopælsregion", "region of residence")),
        (t("Enhed", "Unit"), t("ventetiden, ikke patienten", "the leg, not the patient")),
        (t("Data til og med", "Data up to and including"), " ".join(str(day) for day in found.data_cuts)),
        (t("Udtræk", "Snapshot"), found.snapshot.id),
        (t("Definitionsversion", "Definition version"), DEFINITION_VERSION),
        (t("Udgave", "Edition"), public if edition.hides else working),
        (t("Læs", "Read"), _KEPT.in_(lang)),
    ]
    legs = []
    for leg, count in found.not_covered.items():
        shown = protect_count(count, edition)
        legs.append(f"{LEG_NAMES[leg].in_(lang)} {t('skjult', 'hidden') if shown is None else shown}")
    rows.append((t("Ikke omfattet af den maksimale ventetid", "Not covered by the maximum"), "; ".join(legs) or "0"))
    if not edition.hides:
        readings = t(
            "status følger den strenge læsning: tilbudt, dokumenteret og samtykke dateret; den lempelige: tilbudt",
            "the status follows the strict reading: offered, documented and consent dated; the lenient one: offered",
        )
        rows.append((t("To læsninger af et tilbud", "Two readings of an offer"), readings))
        none = t("ingen tidligere indberetning af perioden", "no earlier report of the period")
        sent = f"{previous.sent:%Y-%m-%d %H:%M} UTC ({previous.snapshot})" if previous else none
        rows.append((t("Ændring siden indberetning", "Change since the report of"), sent))
    late = t("sene indberetninger kan ændre tallene", "late registrations may change the numbers")
    rows.append((t("Forbehold", "Caveat"), late))
    if not found.complete:
        rows.append(
            (t("Forbehold", "Caveat"), t("perioden var ikke afsluttet i udtrækket", "the period had not ended"))
        )
    if found.synthetic:
        rows.append((t("Data", "Data"), t("syntetiske data", "synthetic data")))
    return tuple(rows)


def table_sheet(found: Report, edition: Edition, lang: str) -> Sheet:
    """Statuses by leg and region; in the public edition the part of it that may be shown."""
    t = _chooser(lang)
    title = t(
        f"Maksimale ventetider: {found.period.label('da')}, {_name(found, 'da')}",
        f"Maximum waiting times: {found.period.label('en')}, {_name(found, 'en')}",
    )
    columns, rows = _public(found, edition, lang) if edition.hides else _working(found, lang)
    return _sheet(t("Ventetider", "Waiting times"), title, columns, rows, found, edition, lang)


def development_sheet(found: Report, quarters: Sequence[Report], edition: Edition, lang: str) -> Sheet:
    """The quarters of a year and the year itself, by leg, region and status; ValueError in the public edition.

    A quarter that had not ended on the data cut is marked as not complete: it must not be read as a fall.
    """
    _only_working(edition)
    t = _chooser(lang)
    legs = [LEG_NAMES[leg].in_(lang) for leg in LEGS]
    places = [*reference.region_order(), NATION]
    rows: list[tuple[Value, ...]] = []
    for one in (*quarters, found):
        columns, part = _working(one, lang)
        rows += [(one.period.text, one.complete, *row) for row in part]
    rows.sort(key=lambda row: (legs.index(row[2]), places.index(row[4])))
    head = (*of(Kind.PERIOD, t("Periode", "Period")), *of(Kind.FLAG, t("Afsluttet", "Complete")))
    title = t(
        f"Maksimale ventetider, fire kvartaler og årsstatus: {found.period.text}, {_name(found, 'da')}",
        f"Maximum waiting times, four quarters and the year: {found.period.text}, {_name(found, 'en')}",
    )
    return _sheet(t("Kvartaler", "Quarters"), title, (*head, *columns), tuple(rows), found, edition, lang)


def obstacle_sheet(found: Report, edition: Edition, lang: str) -> Sheet:
    """What stands in the way of the report, by department; raises ValueError in the public edition."""
    _only_working(edition)
    t = _chooser(lang)
    columns = (
        *of(Kind.TEXT, t("Mangel", "Obstacle")), *of(Kind.CODE, t("Kode", "Code")),
        *of(Kind.TEXT, t("Ventetid til", "Leg")), *of(Kind.CODE, t("Afdelingskode", "Department code")),
        *of(Kind.COUNT, t("Antal", "Legs")),
    )  # fmt: skip
    rows = tuple(
        (
            OBSTACLE_NAMES[row["obstacle"]].in_(lang),
            row["obstacle"],
            LEG_NAMES[row["leg"]].in_(lang),
            row["department"],
            int(row["legs"]),
        )
        for row in found.obstacles.to_dict("records")
    )
    title = t(
        f"Hvad der står i vejen for indberetningen: {found.period.label('da')}, {_name(found, 'da')}",
        f"What stands in the way of the report: {found.period.label('en')}, {_name(found, 'en')}",
    )
    return _sheet(t("Mangler", "Obstacles"), title, columns, rows, found, edition, lang)


def case_sheet(found: Report, edition: Edition, lang: str) -> Sheet:
    """The legs behind the table that are not in time or have an obstacle; ValueError in the public edition."""
    _only_working(edition)
    t = _chooser(lang)
    columns = (
        Column("Database", Kind.CODE),
        *(Column(_CASE_NAMES[name].in_(lang), _CASE_KINDS.get(name, Kind.TEXT)) for name in CASE_COLUMNS),
        Column(t("Mangler", "Obstacles"), Kind.TEXT),
    )
    rows = []
    for row in found.cases.to_dict("records"):
        cells = (_case_cell(name, row[name], lang) for name in CASE_COLUMNS)
        rows.append(
            (row["database"], *cells, "; ".join(OBSTACLE_NAMES[one].in_(lang) for one in OBSTACLES if row[one]))
        )
    title = t(
        f"Til intern kontrol, ikke til indberetning: {found.period.label('da')}, {_name(found, 'da')}",
        f"For internal control, not for the report: {found.period.label('en')}, {_name(found, 'en')}",
    )
    return _sheet(t("Sagsliste", "Case list"), title, columns, tuple(rows), found, edition, lang)


def _working(found: Report, lang: str) -> tuple[tuple[Column, ...], tuple[tuple[Value, ...], ...]]:
    t = _chooser(lang)
    counts = [t("Forløb", "Legs"), *(STATUS_NAMES[name].in_(lang) for name in STATUSES)]
    columns = (
        *of(Kind.TEXT, t("Ventetid til", "Leg"), t("Bopælsregion", "Region of residence")),
        *of(Kind.CODE, t("Kode", "Code")), *of(Kind.COUNT, *counts),
        *of(Kind.SHARE, t("Andel til tiden", "Share in time"), t("Regler overholdt, mindst", "Rules kept, at least")),
        *of(Kind.SHARE, t("Regler overholdt, højst", "Rules kept, at most")),
        *of(Kind.COUNT, t("Regler brudt, lempelig læsning", "Rules broken, lenient reading")),
        *of(Kind.SHARE, t("Regler overholdt, mindst, lempelig læsning", "Rules kept, at least, lenient reading")),
        *of(Kind.SHARE, t("Regler overholdt, højst, lempelig læsning", "Rules kept, at most, lenient reading")),
        *of(Kind.DAYS, t("Dage over grænsen i alt", "Days over the limit in all")),
        *of(Kind.DAYS, t("Flest dage over", "Most days over")),
        *of(Kind.CHANGE, *(f"{t('Ændring', 'Change')}: {name}" for name in counts)),
    )  # fmt: skip
    numbers = [*COUNTS, "in_time", "rules_kept_low", "rules_kept_high", *LENIENT, "over_days", "over_max"]
    numbers += [f"change_{name}" for name in COUNTS]
    rows = tuple(
        (
            LEG_NAMES[row["leg"]].in_(lang),
            _place(row["region"], lang),
            row["region"],
            *(_number(row[name], name) for name in numbers),
        )
        for row in found.table.to_dict("records")
    )
    return columns, rows


def _public(found: Report, edition: Edition, lang: str) -> tuple[tuple[Column, ...], tuple[tuple[Value, ...], ...]]:
    t = _chooser(lang)
    hidden = Said.HIDDEN
    over = [name for name in ENDED_STATUSES if name != "within"]
    columns = (
        *of(Kind.TEXT, t("Ventetid til", "Leg"), t("Bopælsregion", "Region of residence")),
        *of(Kind.CODE, t("Kode", "Code")), *of(Kind.COUNT, t("Forløb", "Legs"), STATUS_NAMES["within"].in_(lang)),
        *of(Kind.SHARE, t("Andel til tiden", "Share in time")),
        *of(Kind.COUNT, *(STATUS_NAMES[name].in_(lang) for name in over)),
    )  # fmt: skip
    nodes, parts = public_table(found, edition)
    rows = []
    for node in nodes.to_dict("records"):
        identity = (LEG_NAMES[node["leg"]].in_(lang), _place(node["region"], lang), node["region"])
        if node["hidden"]:
            cells: tuple[Value, ...] = (hidden, hidden, hidden)
        else:
            cells = (int(node["denominator"]), int(node["numerator"]), _number(node["rate"], "in_time"))
        if node["region"] == NATION:
            split = tuple(hidden if value is None else value for value in parts[node["leg"]].values())
        else:
            split = (hidden,) * len(over)  # never shown by region
        rows.append((*identity, *cells, *split))
    return columns, tuple(rows)


def _sheet(name: str, title: str, columns, rows, found: Report, edition: Edition, lang: str) -> Sheet:
    database = ("alle" if lang == "da" else "all") if found.asked == "all" else found.asked
    return Sheet(name, Table(title, columns, rows), stamp(found, edition, lang), found.period.text, database)


def _chooser(lang: str):
    return lambda da, en: da if lang == "da" else en


def _name(found: Report, lang: str) -> str:
    if found.asked == "all":
        return "alle databaser" if lang == "da" else "all databases"
    return found.asked


def _place(region: str, lang: str) -> str:
    if region == NATION:
        return "Danmark" if lang == "da" else "Denmark"
    return reference.region_name(region)


def _number(value: object, name: str) -> Value:
    if value is None or pd.isna(value):
        return None
    shares = ("in_time", "rules_kept_low", "rules_kept_high", "kept_low_lenient", "kept_high_lenient")
    return float(value) if name in shares else int(value)


def _plain(value: object) -> Value:
    if value is None or pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date()
    if isinstance(value, str | bool):
        return value
    return bool(value) if type(value).__name__ == "bool_" else int(value)


def _case_cell(name: str, value: object, lang: str) -> Value:
    plain = _plain(value)
    if plain is not None and name in _WORDS:
        return _WORDS[name][str(plain)].in_(lang)
    # Days left of the limit are no days over it.
    return None if name == "over_days" and isinstance(plain, int) and plain <= 0 else plain


def _only_working(edition: Edition) -> None:
    if edition.hides:
        raise ValueError("lists of single legs are for the working edition alone")
