"""1- and 5-year survival as result indicators, read from the survival tables."""

from data.text import Text
from indicators.declaration import Definition, Indicator, Phrases


def _survival(years: int, da: str, en: str) -> Indicator:
    return Indicator(
        id=f"survival_{years}y",
        family="survival",
        title=Text(da, en),
        definition=Definition(
            population=Text("Forløb diagnosticeret i perioden", "Cases diagnosed in the period"),
            denominator=Text("Alle forløb (Kaplan-Meier; ingen tæller)", "All cases (Kaplan–Meier; no numerator)"),
            numerator=Text(
                f"I live {years} år efter diagnosen, skønnet med Kaplan-Meier; 95 %-interval log-log",
                f"Alive {years} year{'s' if years > 1 else ''} after diagnosis, Kaplan–Meier; log-log 95 % limits",
            ),
        ),
        phrases=Phrases(
            Text(
                f"være i live {years} år efter diagnosen",
                f"lived {years} year{'s' if years > 1 else ''} after diagnosis",
            ),
            Text(
                f"døde inden for {years} år efter diagnosen",
                f"died within {years} year{'s' if years > 1 else ''} of diagnosis",
            ),
        ),
        numerator="",
        survival_years=years,
    )


INDICATORS = (
    _survival(1, "1-års overlevelse", "1-year survival"),
    _survival(5, "5-års overlevelse", "5-year survival"),
)
