"""Audits of case records: their list on /audit, one audit with results and cases, the form of a case, a new audit.

Personal data (pseudonymous ids): the working edition alone. With log-in the registry and a steering group see the
audits of their databases, a clinician the cases of the own departments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from data.output import UsageError
from data.registers import BrokenRegisters, Entry
from exports import case_audits as exports
from exports.files import Sheet
from exports.registry import export, stamp
from indicators.catalogue import CATALOGUE, why_not_reported
from indicators.declaration import FAMILIES
from layouts.comments.section import writes
from layouts.frame import shell, visitor
from layouts.parts import html, tables
from layouts.parts.downloads import line
from layouts.parts.input import Input
from results import case_audits as data
from results.case_audits import AuditQuestion, CaseAnswer, CaseAudit, SampledCase
from results.table import Line
from words import case_audits as text
from words import format as fmt
from words import values
from words.reader import Reader

HERE = "/audit/journal"
#: Fields of a new audit: Danish, English, help in Danish, in English.
LABELS = {
    "title": ("Emne", "Subject", "", ""),
    "purpose": ("Formål", "Purpose", "Hvad auditten skal afklare.", "What the audit is to settle."),
    "indicator": ("Forløb i indikatoren", "Cases of the indicator", "", ""),
    "state": ("Kun forløb, der er", "Only cases that are", "", ""),
    "start": ("Fra og med", "From", "", ""),
    "end": ("Til og med", "Up to and including", "", ""),
    "by": ("Lag", "Strata", "Stikprøven trækkes i hvert lag for sig.", "The sample is drawn within each stratum."),
    "each": ("Forløb i hvert lag", "Cases of each stratum", "Enten dette …", "Either this …"),
    "size": ("Forløb i alt", "Cases in all", "… eller dette: fordeles efter lagenes størrelse.",
             "… or this: shared by the strata's size."),
    "seed": ("Frø", "Seed", "Det samme frø trækker de samme forløb igen.", "The same seed draws the same cases again."),
    "questions": ("Spørgsmål, ét på hver linje", "Questions, one a line",
                  "»Var konferencen holdt før behandlingen?« besvares ja eller nej. »Årsag: travlhed | patientens "
                  "valg« "
                  "har egne svar. »Tekst: Hvad gik galt?« besvares i ord. »Ikke relevant« og »kan ikke ses« er altid "
                  "med.",
                  "'Was the conference held before treatment?' is answered yes or no. 'Reason: no time | the patient's "
                  "choice' has answers of its own. 'Text: What went wrong?' is answered in words. 'Not relevant' and "
                  "'cannot be seen' are always there."),
}  # fmt: skip
_OFFERED = ("department", "treating_region", "hospital", "year", "sex", "age_group", "stage")


# --- who sees what -------------------------------------------------------------------------------------------------


def sees_whole(context: Reader) -> bool:
    """Whether the reader sees whole audits of the database: in the working edition, or by the visitor's role."""
    return writes(context)


def whose(context: Reader, one: CaseAudit) -> tuple[SampledCase, ...]:
    """The cases that the reader may see: all, those of a clinician's departments, or none."""
    if sees_whole(context):
        return one.cases
    found = visitor.current()
    if found is None or found.role != "clinician":
        return ()
    return tuple(case for case in one.cases if case.unit in found.departments)


def address(context: Reader, *parts: object) -> str:
    """An address below /audit/journal of the page's database."""
    state = context.state.cleared().with_(database=context.database, period=None, extra=(), sort="", unit=None)
    return state.url("/".join((HERE, *(str(one) for one in parts))))


# --- the list on /audit --------------------------------------------------------------------------------------------


def listed(context: Reader) -> list:
    """The section of /audit: the audits that the reader may see something of, and the way to a new one; [] without."""
    t = context.t
    title = t("Journalaudit: stikprøver af forløb", "Audits of case records")
    try:
        found = data.audits(context.view.snapshot, context.database)
        rows = []
        for brief in found:
            one = data.audit(context.view.snapshot, context.database, brief.id)
            seen = whose(context, one)
            if seen and (one.status != "withdrawn" or sees_whole(context)):
                rows.append(_row(context, one, seen))
    except BrokenRegisters:
        said = t("Auditterne kan ikke læses for tiden. Sig det til dem, der driver dashboardet.",
                 "The audits cannot be read at present. Tell those who run the dashboard.")  # fmt: skip
        return [shell.section(title, html.P(said), id="journalaudit")]
    parts: list = []
    if rows:
        parts.append(html.Ul(rows, className="audit-actions"))
    if sees_whole(context):
        if not rows:
            parts.append(html.P(t("Der er ingen endnu. En journalaudit trækker en stikprøve af forløb og samler svar "
                                  "på faste spørgsmål om hvert af dem.",
                                  "There are none yet. An audit draws a sample of cases and gathers answers to fixed "
                                  "questions about each."), className="caption"))  # fmt: skip
        parts.append(html.P(html.A(t("Ny journalaudit", "New audit of case records"), href=address(context, "ny"),
                                   className="button quiet")))  # fmt: skip
    return [shell.section(title, *parts, id="journalaudit")] if parts else []


def _row(context: Reader, one: CaseAudit, seen: Sequence[SampledCase]) -> html.Li:
    there = data.answers(context.view.snapshot, one)
    done = sum(case.number in there for case in seen)
    status = text.STATUS_NAMES[one.status].in_(context.lang)
    said = f"{text.progress(context, done, len(seen))} · {status} · {text.whom(context, one)}"
    return html.Li([html.A(html.Strong(one.title), href=address(context, one.id)), html.P(said, className="light")])


# --- one audit -----------------------------------------------------------------------------------------------------


def page(context: Reader, one: CaseAudit, seen: Sequence[SampledCase], notice: str = "") -> html.Div:
    """An audit: what it asks and of whom, its results, its cases."""
    t, lang, whole = context.t, context.lang, sees_whole(context)
    there = data.answers(context.view.snapshot, one)
    done = sum(case.number in there for case in seen)
    found = data.shares(one, there) if whole else ()
    facts = [
        (t("Population", "Population"), text.whom(context, one)),
        (t("Stikprøve", "Sample"), text.drawn(context, one)),
        (t("Status", "Status"), f"{text.STATUS_NAMES[one.status].in_(lang)}, "
                                f"{text.progress(context, done, len(seen))}"),
        (t("Trukket", "Drawn"), ", ".join(x for x in (fmt.date(one.at.date(), lang), one.author) if x)),
    ]  # fmt: skip
    if one.purpose:
        facts.insert(0, (t("Formål", "Purpose"), one.purpose))
    first = next((case for case in seen if case.number not in there), None)
    begin: list = []
    if one.status == "open" and first is not None:
        label = t("Besvar det næste forløb", "Answer the next case")
        begin = [html.P(html.A(label, href=address(context, one.id, first.number), className="button"))]
    body: list = [*begin, shell.section(t("Hvad der undersøges", "What is studied"), shell.facts(facts), id="hvad")]
    if whole and found:
        body.append(_results(context, one, found))
    body.append(_cases(context, one, there, seen))
    if whole:
        body.append(_settings(context, one))
    return shell.page(
        context,
        active="audit",
        finding=text.finding(context, one, found, done, len(seen)),
        lead=context.database_label,
        breadcrumbs=[("Audit", "/audit"), (one.title, None)],
        notices=[notice] if notice else [],
        body=html.Div(body, className="audit improvements comments"),
        title=f"{one.title} · {context.database}",
    )


def _results(context: Reader, one: CaseAudit, found: Sequence[data.AuditShare]) -> html.Section:
    t, lang = context.t, context.lang
    table = exports.of_results(context, one, found)

    def name(row: Line) -> object:
        return row["question"].text if row["stratum"] == t("Alle", "All") else f"{fmt.NBSP * 3}{row['stratum']}"

    columns = [
        tables.Heading(t("Spørgsmål", "Question"), of="question", align="left", draw=name),
        tables.Heading(t("Andel (95 %-interval)", "Share (95% interval)"), of="rate lower upper",
                       draw=lambda row: values.with_limits(row, "rate", "lower", "upper", lang)),
        tables.Heading(t("Tæller/nævner", "Numerator/denominator"), of="numerator denominator", wide_only=True,
                       draw=lambda row: values.fraction(row, "numerator", "denominator", lang)),
        tables.Heading(of="missing", wide_only=True),
        tables.Heading(of="not_relevant", wide_only=True),
        tables.Heading(t("Besvaret/trukket", "Answered/drawn"), of="answered drawn", wide_only=True,
                       draw=lambda row: values.fraction(row, "answered", "drawn", lang)),
    ]  # fmt: skip
    return shell.section(t("Resultat", "Results"), tables.drawn(context, table, columns),
                         html.P(line(context, exports.RESULTS, one.id), className="section-links"),
                         id="resultat")  # fmt: skip


def _cases(
    context: Reader, one: CaseAudit, there: Mapping[int, CaseAnswer], seen: Sequence[SampledCase]
) -> html.Section:
    t, lang = context.t, context.lang
    rows = [
        tables.Row(
            html.A(str(case.number), href=address(context, one.id, case.number)),
            [case.case_id, text.value(context, "department", case.unit), fmt.date(case.index_date, lang),
             t("besvaret", "answered") if case.number in there else "–"],
        )
        for case in seen
    ]  # fmt: skip
    heads = [
        tables.Heading(t("Nr.", "No."), align="left"), tables.Heading(t("Forløb", "Case"), align="left"),
        tables.Heading(t("Afdeling", "Department"), align="left"), tables.Heading(t("Dato", "Date")),
        tables.Heading(t("Svar", "Answers"), align="left"),
    ]  # fmt: skip
    title = t("Forløb", "Cases")
    note = t("Numrene er pseudonyme og slås op i afdelingens eget system.",
             "The numbers are pseudonymous and are looked up in the department's own system.")  # fmt: skip
    many = fmt.count(len(seen), lang)
    return shell.section(
        title,
        html.Details(
            [
                html.Summary(t(f"Vis {many} forløb", f"Show {many} cases")),
                tables.table(f"{title}: {one.title}", heads, rows),
            ],
            className="audit-cases",
        ),
        html.P(note, className="caption"),
        html.P(line(context, exports.CASES, one.id), className="section-links"),
        id="forloeb",
    )


def _settings(context: Reader, one: CaseAudit) -> html.Section:
    t, lang = context.t, context.lang
    options = [html.Option(name.in_(lang), value=key, selected=key == one.status)
               for key, name in text.STATUS_NAMES.items()]  # fmt: skip
    action = address(context, one.id, "ret")
    form = html.Form([
        Input(type="hidden", name="base", value=str(one.revision)),
        _field(context, "title", Input(type="text", id="felt-title", name="title", value=one.title, maxLength=160)),
        _field(context, "purpose", html.Textarea(one.purpose, id="felt-purpose", name="purpose", rows=3,
                                                 maxLength=data.LONGEST)),
        html.Div([html.Label(t("Status", "Status"), htmlFor="felt-status"),
                  html.Select(options, id="felt-status", name="status")], className="field"),
        *_who(context),
        html.Div(html.Button(t("Gem", "Save"), type="submit", className="button"), className="buttons"),
    ], method="post", action=action, className="entry")  # fmt: skip
    versions = [
        html.Div([
            html.P([html.Strong(str(entry.body["title"])), f" · {text.STATUS_NAMES[entry.body['status']].in_(lang)}"]),
            html.P(_by(context, entry), className="comment-by"),
            _again(context, action, one.revision, entry),
        ], className="comment")
        for entry in data.history(context.view.snapshot, context.database, one.id)
    ]  # fmt: skip
    earlier = html.Details([html.Summary(t("Tidligere udgaver", "Earlier versions")), *versions])
    note = t("Spørgsmål og stikprøve ligger fast; træk en ny audit, hvis de skal være andre.",
             "Questions and sample are fixed; draw a new audit where they should be others.")  # fmt: skip
    return shell.section(t("Ret auditten", "Change the audit"), html.P(note, className="caption"), form, earlier,
                         id="ret")  # fmt: skip


def _again(context: Reader, action: str, base: int, entry: Entry) -> html.Form:
    return html.Form([
        Input(type="hidden", name="base", value=str(base)),
        Input(type="hidden", name="brug", value=str(entry.number)),
        html.Button(context.t("Brug denne igen", "Use this one again"), type="submit", className="button quiet"),
    ], method="post", action=action)  # fmt: skip


def _by(context: Reader, entry: Entry) -> str:
    who = ", ".join(part for part in (entry.author, entry.role) if part)
    said = " · ".join(part for part in (who, f"{fmt.date(entry.at.date(), context.lang)} {entry.at:%H.%M} UTC") if part)
    if entry.beside:
        said += context.t(
            " · skrevet samtidig med en anden, ikke brugt", " · written while somebody else wrote, not used"
        )
    return said


# --- the form of a case --------------------------------------------------------------------------------------------


def case_page(
    context: Reader, one: CaseAudit, case: SampledCase, seen: Sequence[SampledCase], typed: Mapping[str, str],
    base: int, errors: Sequence[tuple[str, str, str]] = (), notice: str = "",
) -> html.Div:  # fmt: skip
    """The form of a case; ``typed``: what stands in its fields (``note`` too)."""
    t, lang = context.t, context.lang
    place = next(n for n, other in enumerate(seen) if other.number == case.number)
    heading = t(f"Forløb {case.number}: {one.title}", f"Case {case.number}: {one.title}")
    wrong = {name: said for name, *said in reversed(errors)}
    facts = [
        (t("Forløb", "Case"), case.case_id),
        (t("Afdeling", "Department"), text.value(context, "department", case.unit)),
        (t("Dato", "Date"), fmt.date(case.index_date, lang)),
    ]
    action = address(context, one.id, case.number)
    fields: list = [Input(type="hidden", name="base", value=str(base))]
    fields += [_question(context, question, typed.get(question.id, ""), wrong.get(question.id)) for question in
               one.questions]  # fmt: skip
    note = html.Textarea(typed.get("note", ""), id="felt-note", name="note", rows=2, maxLength=data.LONGEST)
    help_text = t("Skriv ikke navne eller CPR-numre.", "Write no names or CPR numbers.")
    fields.append(html.Div([html.Label(t("Bemærkning", "Note"), htmlFor="felt-note"), note,
                            html.Span(help_text, className="field-help"), *_wrong(context, wrong.get("note"))],
                           className="field"))  # fmt: skip
    fields += _who(context)
    steps = [
        html.A(label, href=address(context, one.id, seen[to].number), className="text-link")
        for label, to in ((t("← Forrige", "← Previous"), place - 1), (t("Næste →", "Next →"), place + 1))
        if 0 <= to < len(seen)
    ]
    body: list = [html.P(notice, className="notice", role="alert")] if notice else []
    if errors:
        listed_ = [html.Li(f"{_label(one, name)}: {said[lang != 'da']}") for name, *said in errors]
        body.append(html.Div(html.Ul(listed_), className="form-errors", role="alert"))
    body.append(shell.facts(facts))
    if one.status == "open":
        button = html.Button(t("Gem og gå til det næste", "Save and go to the next"), type="submit", className="button")
        body.append(html.Form([*fields, html.Div([button, *steps], className="buttons")], method="post", action=action,
                              className="entry", noValidate=""))  # fmt: skip
    else:
        body += [html.P(t("Auditten er lukket.", "The audit is closed.")), html.Div(steps, className="buttons")]
    body += _versions(context, one, case, base, action)
    return shell.page(
        context,
        active="audit",
        finding=heading,
        lead=t(f"{place + 1} af {len(seen)}", f"{place + 1} of {len(seen)}"),
        breadcrumbs=[("Audit", "/audit"), (one.title, f"{HERE}/{one.id}"), (str(case.number), None)],
        body=html.Div(body, className="audit improvements improvement-form comments"),
        title=heading,
    )


def _label(one: CaseAudit, name: str) -> str:
    return next((question.text for question in one.questions if question.id == name), name)


def _question(
    context: Reader, question: AuditQuestion, value: str, wrong: Sequence[str] | None
) -> html.Div | html.Fieldset:  # fmt: skip
    id = f"felt-{question.id}"
    if question.kind == "text":
        field = html.Textarea(value, id=id, name=question.id, rows=3, maxLength=data.LONGEST)
        return html.Div([html.Label(question.text, htmlFor=id), field, *_wrong(context, wrong)], className="field")
    ticks = [
        html.Label(
            [Input(type="radio", name=question.id, value=one, **({"checked": True} if one == value else {})),
             text.answer(one, context.lang)],
            className="tick",
        )
        for one in data.possible(question)
    ]  # fmt: skip
    return html.Fieldset([html.Legend(question.text), *ticks, *_wrong(context, wrong)], className="field")


def _wrong(context: Reader, wrong: Sequence[str] | None) -> list:
    return [html.Span(wrong[context.lang != "da"], className="field-error")] if wrong else []


def _versions(context: Reader, one: CaseAudit, case: SampledCase, base: int, action: str) -> list:
    entries = data.history(context.view.snapshot, context.database, one.id, case.number)
    if not entries:
        return []
    parts: list = [html.H2(context.t("Tidligere udgaver", "Earlier versions"))]
    for entry in entries:
        there = data.answer_of(entry)
        said = [html.P(f"{_label(one, id)}: {text.answer(value, context.lang)}") for id, value in there.answers.items()]
        said += [html.P(there.note)] if there.note else []
        again = [_again(context, action, base, entry)] if one.status == "open" else []
        parts.append(html.Div([*(said or [html.P(context.t("(tom)", "(empty)"))]),
                               html.P(_by(context, entry), className="comment-by"), *again],
                              className="comment"))  # fmt: skip
    return parts


# --- a new audit ---------------------------------------------------------------------------------------------------


def new_page(
    context: Reader, typed: Mapping[str, str], by: Sequence[str], errors: Sequence[tuple[str, str, str]] = (),
    drawn: str = "",
) -> html.Div:  # fmt: skip
    """The form of a new audit; ``drawn``: what a trial of it would draw."""
    t, lang = context.t, context.lang
    wrong = {name: said for name, *said in reversed(errors)}

    def line_(name: str, kind: str = "text", **more: object) -> html.Div:
        control = Input(type=kind, id=f"felt-{name}", name=name, value=typed.get(name, ""), **more)
        return _field(context, name, control, wrong.get(name))

    info = context.view.info
    groups = [html.Option(t("Alle forløb (diagnosedato)", "All cases (date of diagnosis)"), value="")]
    for family in FAMILIES:
        of = [one for one in CATALOGUE if one.family == family.id and why_not_reported(one, info) is None
              and one.rows not in ("coverage_cases", "case_variables")]  # fmt: skip
        groups += [html.Optgroup([html.Option(one.title.in_(lang), value=one.id,
                                              selected=one.id == typed.get("indicator")) for one in of],
                                 label=family.title.in_(lang))] if of else []  # fmt: skip
    states = [html.Option(t("i nævneren eller uoplyst", "in the denominator or missing"), value="")]
    states += [html.Option(name.in_(lang), value=key, selected=key == typed.get("state"))
               for key, name in data.STATE_WORDS.items()]  # fmt: skip
    ticks = [
        html.Label([Input(type="checkbox", name="by", value=name, **({"checked": True} if name in by else {})),
                    text.by_name(name, lang)], className="tick")
        for name in _OFFERED
    ]  # fmt: skip
    strata = html.Fieldset([html.Legend(_words(context, "by")), html.Div(ticks, className="ticks"),
                            html.Span(_help(context, "by"), className="field-help")], className="field")  # fmt: skip
    fields = [
        line_("title", maxLength=160),
        _field(context, "purpose", html.Textarea(typed.get("purpose", ""), id="felt-purpose", name="purpose", rows=2,
                                                 maxLength=data.LONGEST), wrong.get("purpose")),
        html.Div([
            _field(context, "indicator", html.Select(groups, id="felt-indicator", name="indicator"),
                   wrong.get("indicator")),
            _field(context, "state", html.Select(states, id="felt-state", name="state"), wrong.get("state")),
        ], className="pair"),
        html.Div([line_("start", "date"), line_("end", "date")], className="pair"),
        strata,
        html.Div([line_("each", inputMode="numeric", maxLength=4), line_("size", inputMode="numeric", maxLength=4)],
                 className="pair"),
        line_("seed", maxLength=40),
        _field(context, "questions", html.Textarea(typed.get("questions", ""), id="felt-questions", name="questions",
                                                   rows=7, maxLength=6000), wrong.get("questions")),
        *_who(context),
    ]  # fmt: skip
    buttons = html.Div([
        html.Button(t("Træk og gem", "Draw and save"), type="submit", className="button"),
        html.Button(t("Prøv: hvor mange?", "Try: how many?"), type="submit", name="proev", value="ja",
                    className="button quiet"),
        html.A(t("Fortryd", "Cancel"), href=context.to("/audit", database=context.database), className="text-link"),
    ], className="buttons")  # fmt: skip
    body: list = []
    if errors:
        listed_ = [html.Li(f"{_words(context, name)}: {said[lang != 'da']}") for name, *said in errors]
        body.append(html.Div(html.Ul(listed_), className="form-errors", role="alert"))
    if drawn:
        body.append(html.P(drawn, className="saved", role="status"))
    body.append(html.Form([*fields, buttons], method="post", action=address(context, "ny"), className="entry",
                          noValidate=""))  # fmt: skip
    heading = t("Ny journalaudit", "New audit of case records")
    return shell.page(
        context,
        active="audit",
        finding=heading,
        lead=context.database_label,
        breadcrumbs=[("Audit", "/audit"), (heading, None)],
        body=html.Div(body, className="audit improvements improvement-form"),
        title=f"{heading} · {context.database}",
    )


def _words(context: Reader, name: str) -> str:
    known = LABELS.get(name)
    return context.t(*known[:2]) if known else context.t("Stikprøven", "The sample")


def _help(context: Reader, name: str) -> str:
    return context.t(*LABELS[name][2:])


def _field(context: Reader, name: str, control: object, wrong: Sequence[str] | None = None) -> html.Div:
    parts: list = [html.Label(_words(context, name), htmlFor=f"felt-{name}"), control]
    if help_text := _help(context, name):
        parts.append(html.Span(help_text, className="field-help"))
    return html.Div([*parts, *_wrong(context, wrong)], className=f"field {'is-wrong' if wrong else ''}".strip())


def _who(context: Reader) -> list:
    """Name and role of the writer, where no log-in tells them."""
    if visitor.current() is not None:
        return []
    t = context.t
    return [html.Div([
        html.Div([html.Label(t("Navn", "Name"), htmlFor="felt-author"),
                  Input(type="text", id="felt-author", name="author", maxLength=120)], className="field"),
        html.Div([html.Label(t("Rolle", "Role"), htmlFor="felt-role"),
                  Input(type="text", id="felt-role", name="role", maxLength=120)], className="field"),
    ], className="pair")]  # fmt: skip


def not_here(context: Reader) -> html.Div:
    """What a reader meets who may not see the audit."""
    t = context.t
    return shell.not_theirs(
        context,
        "audit",
        t("Journalaudit vises ikke her", "Audits of case records are not shown here"),
        t("De er kun for registret, databasens styregruppe og de afdelinger, det gælder, i arbejdsudgaven.",
          "They are for the registry, the database's steering group and the departments concerned alone, in the "
          "working edition."),
        "Audit",
    )  # fmt: skip


# --- files ---------------------------------------------------------------------------------------------------------


@export(exports.RESULTS, whole=True)
def results_file(context: Reader, subject: str) -> Sheet:
    """The results of one audit; for those who see whole audits."""
    one = _asked(context, subject)
    if not sees_whole(context):
        raise UsageError(f"there are no results of audit '{subject}' here")
    found = data.shares(one, data.answers(context.view.snapshot, one))
    return exports.sheet(context, exports.of_results(context, one, found), one, stamp(context))


@export(exports.CASES, whole=True)
def cases_file(context: Reader, subject: str) -> Sheet:
    """The cases of one audit that the reader may see, with their answers."""
    one = _asked(context, subject)
    seen, there = whose(context, one), data.answers(context.view.snapshot, one)
    if not seen:
        raise UsageError(f"there are no cases of audit '{subject}' here")
    return exports.sheet(context, exports.of_cases(context, one, there, seen), one, stamp(context))


def _asked(context: Reader, subject: str) -> CaseAudit:
    one = data.audit(context.view.snapshot, context.database, subject) if subject.isdecimal() else None
    if one is None:
        there = ", ".join(each.id for each in data.audits(context.view.snapshot, context.database)) or "none"
        raise UsageError(f"there is no audit '{subject}' of {context.database}; there are {there}")
    return one
