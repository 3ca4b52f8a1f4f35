"""What stands on a figure besides its title: whose numbers, of which snapshot, with which caveat."""

from __future__ import annotations

from words.reader import Reader


def stamp(context: Reader, definition: str = "") -> str:
    """What stands on an exported figure: database, period, patients, definition version, snapshot,
    synthetic.
    """
    parts = [
        context.database_label,
        context.period_label,
        context.patients_text(),
        definition,
        f"{context.t('udtræk', 'extract')} {context.snapshot_id}",
        context.former_text(),
        context.t("syntetiske data", "synthetic data") if context.synthetic else "",
    ]
    return " · ".join(part for part in parts if part)


def not_adjusted(context: Reader) -> str:
    """The caveat of every figure whose results are as the patients were."""
    return context.t("Ikke case-mix-justeret.", "Not adjusted for case mix.")
