"""Real data: the NCCTG lung cancer trial (228 patients, 18 institutions) as an extract, loaded and shown.

    python docs/examples/lung.py --out lung/          # writes the extract, loads it into lung/store, prints survival
    python app.py --store lung/store                  # looks at it

The data are those that lifelines ships (Loprinzi et al., J Clin Oncol 1994;12:601-607; also R's survival::lung). They
hold days, not dates, and American institutions: every patient gets the same invented diagnosis date, and every
institution stands in Hovedstaden, only because an extract must name a region. Survival is untouched by both:
R's survfit gives .409242 at one year, and so does this.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import sys
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from lifelines.datasets import load_lung

from data.load import load
from data.output import write_rows
from data.store import Store
from survival.engine import survival_table

DIAGNOSIS = dt.date(2015, 1, 1)
DATA_CUT = dt.date(2018, 12, 31)
REGION = "1084"


def write_extract(folder: Path) -> Path:
    """Write the trial as an extract of the lung cancer database DLCR; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    lung = load_lung()
    cases, institutions = [], set()
    for number, row in enumerate(lung.to_dict("records"), start=1):
        known = row["inst"] == row["inst"]
        department = f"INST-{int(row['inst']):02d}" if known else ""
        institutions |= {department} if known else set()
        cases.append(
            {
                "case_id": f"ncctg-{number:03d}",
                "diagnosis_date": DIAGNOSIS,
                "age": int(row["age"]),
                "sex": {1: "M", 2: "F"}[int(row["sex"])],
                "residence_region": REGION,
                "department": department,
                "vital_status": "dead" if row["status"] == 1 else "alive",
                "vital_date": DIAGNOSIS + dt.timedelta(days=int(row["time"])),
                "performance_status": int(row["ph.ecog"]) if row["ph.ecog"] == row["ph.ecog"] else "",
                "icd10": "C34",
            }
        )
    _write(folder / "cases.csv", cases)
    places = [
        {"code": code, "name": f"NCCTG institution {code[5:]}", "hospital": f"Institution {code[5:]}", "region": REGION}
        for code in sorted(institutions)
    ]
    _write(folder / "departments.csv", places)
    (folder / "extract.toml").write_text(
        f'format = 1\ndatabase = "DLCR"\ndata_cut = {DATA_CUT}\nsynthetic = false\n'
        'encoding = "utf-8"\ndelimiter = ","\n'
        f"[period]\nstart = {DIAGNOSIS}\nend = 2015-12-31\n[rows]\ncases = {len(cases)}\n",
        encoding="utf-8",
    )
    return folder


def _write(path: Path, rows: Iterable[dict]) -> None:
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def main() -> int:
    """Write, load and print; returns the exit code."""
    parser = argparse.ArgumentParser(description="The NCCTG lung cancer trial as an extract.")
    parser.add_argument("--out", type=Path, default=Path("lung"), metavar="DIR")
    options = parser.parse_args()
    store = options.out / "store"
    load([write_extract(options.out / "dlcr-ncctg")], store)
    snapshot = Store(store).current()
    write_rows(survival_table(snapshot, "DLCR", "overall", (1, 2)), "table", sys.stdout)
    print(f"\nlook at it: python app.py --store {store}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
