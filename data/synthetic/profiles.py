"""What each database looks like: volumes, patients, stages, survival, treatment. Invented, Denmark-like.

Shares are fractions. Stage tuples are I, II, III, IV; where a database has no stage grouping they are a
hidden severity that drives outcomes and is never written. docs/demonstration-data.md tells where the figures
come from.
"""

from __future__ import annotations

from dataclasses import dataclass

Four = tuple[float, float, float, float]
_EVEN: Four = (0.25, 0.25, 0.25, 0.25)


@dataclass(frozen=True)
class Site:
    """ICD-10 codes with patients of their own; ``share`` of the cases, survival at 1 and 5 years."""

    icd10: tuple[str, ...]
    share: float
    age: float
    spread: float
    female: float
    stages: Four
    one_year: float
    five_year: float
    neoadjuvant: float = 0.0  # of planned surgery in stages II-III
    leak: float = 0.0  # anastomotic leak after planned surgery


@dataclass(frozen=True)
class Profile:
    """One database's parameters; see the module's docstring."""

    code: str
    volume: int  # new cases a year in Denmark
    unit: str  # kind of the responsible department, as in its code
    places: str  # "HVI 320 HER 285": hospitals with their weights
    sites: tuple[Site, ...]
    age_limits: tuple[int, int] = (18, 99)
    stage_known: float = 0.95
    surgery: Four = (0.9, 0.85, 0.7, 0.15)
    surgery_unit: str = ""  # kind of the operating department where it is another one
    surgery_places: str = ""
    acute: float = 0.0  # of surgery
    major: float = 0.6  # of surgery
    oncology: Four = (0.3, 0.4, 0.6, 0.7)  # of those not operated
    oncology_unit: str = "ONK"  # "": the responsible department itself
    oncology_places: str = ""
    radiotherapy: float = 0.3  # of oncological first treatment
    adjuvant: Four = (0.05, 0.25, 0.85, 0.6)  # of planned surgery with curative intent
    post_radiotherapy: float = 0.0  # of planned surgery
    substances: tuple[str, ...] = ("cytostatika",)
    start_median: float = 19.0  # days from diagnosis to first treatment
    died_30: float = 0.010
    died_90: float = 0.020
    complications: tuple[float, ...] = (0.07, 0.11, 0.03, 0.04, 0.05)  # reoperation … other
    mdt: float = 0.93
    tnm: float = 0.955
    registered: float = 0.925
    referred: float = 0.60  # to palliative care, of those who die of the cancer
    included: float = 0.10  # in a trial
    omits: tuple[str, ...] = ()  # optional tables that the database does not deliver
    package: str = ""


def _codes(prefix: str, digits: str) -> tuple[str, ...]:
    return tuple(prefix + digit for digit in digits)


def _dpd_sites() -> tuple[Site, ...]:
    """Palliative care receives every cancer; survival is that of the referred."""
    shares = {"C349": 22, "C189": 15, "C259": 11, "C509": 10, "C619": 11, "C719": 3, "C679": 5, "C569": 5,
              "C159": 6, "C220": 4, "C800": 8}  # fmt: skip
    female = {"C509": 0.99, "C619": 0.0, "C569": 1.0}
    return tuple(
        Site((icd10,), share / 100, 72, 11.5, female.get(icd10, 0.47), _EVEN, 0.32, 0.05)
        for icd10, share in shares.items()
    )


_COLORECTAL = (
    "HVI 320 HER 285 BIS 300 HIL 215 KOE 290 SLA 245 VEJ 330 ODE 305 ESB 165 AAB 186 AAR 330 GOE 180 RAN 190 "
    "HOS 102 VIB 188 AAL 300 HJO 63"
)
_FOUR = "RIG 40 ODE 22 AAR 26 AAL 12"
_UROLOGY = "RIG 12 HER 22 HIL 6 ROS 12 NAE 5 ODE 12 VEJ 7 ESB 4 AAB 4 AAR 14 VIB 6 GOE 8 AAL 11"
_HAEMATOLOGY = "RIG 16 HER 18 ROS 15 ODE 13 VEJ 8 ESB 5 AAR 15 GOE 8 AAL 10"
_NO_SURGERY: Four = (0.0, 0.0, 0.0, 0.0)
_PALLIATIVE_ONLY = ("treatments", "conferences", "complications", "trials", "pro", "waits")

PROFILES: tuple[Profile, ...] = (
    Profile("DBCG", 4900, "MAM",
            "RIG 12 HER 22 ROS 10 NAE 5 ODE 11 VEJ 10 ESB 4 AAB 5 AAR 14 RAN 5 VIB 9 AAL 11",
            (Site(_codes("C50", "1234589"), 1.0, 63, 13, 0.993, (0.49, 0.37, 0.09, 0.05), 0.98, 0.90),),
            stage_known=0.98, surgery=(0.97, 0.96, 0.9, 0.15), major=0.3, adjuvant=(0.30, 0.60, 0.88, 0.6),
            post_radiotherapy=0.6, substances=("EC-T", "letrozol", "tamoxifen", "trastuzumab"), died_30=0.001,
            died_90=0.002, complications=(0.03, 0.04, 0.003, 0.002, 0.03), mdt=0.955, tnm=0.975,
            start_median=12, included=0.14,
            package="B01"),
    Profile("DCCG", 4300, "KIR", _COLORECTAL,
            (Site(_codes("C18", "02345679"), 0.71, 72, 11, 0.49, (0.25, 0.26, 0.26, 0.23), 0.862, 0.70, 0.03,
                  0.030),
             Site(("C209",), 0.29, 69, 11, 0.39, (0.27, 0.20, 0.32, 0.21), 0.905, 0.735, 0.30, 0.138)),
            stage_known=0.948, surgery=(0.92, 0.90, 0.88, 0.33), acute=0.10, major=0.95,
            oncology=(0.3, 0.4, 0.6, 0.72), adjuvant=(0.03, 0.25, 0.86, 0.55),
            substances=("capecitabin", "capecitabin + oxaliplatin", "5-FU"), died_30=0.012, died_90=0.022,
            complications=(0.088, 0.140, 0.040, 0.035, 0.03), mdt=0.936, tnm=0.941, included=0.114,
            referred=0.75, package="tyk- og endetarm"),
    Profile("DLCR", 5000, "LUN",
            "BIS 16 GEN 14 HIL 8 ROS 10 NAE 9 ODE 12 VEJ 9 SOE 4 ESB 3 AAR 14 VIB 5 GOE 6 AAL 11",
            (Site(_codes("C34", "1239"), 1.0, 71, 9.5, 0.51, (0.245, 0.08, 0.195, 0.48), 0.56, 0.29),),
            stage_known=0.975, surgery=(0.68, 0.62, 0.15, 0.01), surgery_unit="THX", major=0.9, acute=0.005,
            oncology=(0.75, 0.75, 0.82, 0.68), radiotherapy=0.38, adjuvant=(0.05, 0.55, 0.80, 0.3),
            substances=("carboplatin + vinorelbin", "pembrolizumab", "osimertinib"), start_median=19,
            died_30=0.011,
            died_90=0.024, complications=(0.05, 0.09, 0.04, 0.03, 0.08), mdt=0.94, included=0.08,
            package="lunge"),
    Profile("DaProCa", 4500, "URO", _UROLOGY,
            (Site(("C619",), 1.0, 71, 8, 0.0, (0.31, 0.36, 0.15, 0.18), 0.98, 0.90),),
            stage_known=0.965, surgery=(0.35, 0.40, 0.25, 0.02),
            surgery_places="RIG 30 HER 20 ODE 15 AAR 20 AAL 15",
            oncology=(0.10, 0.35, 0.75, 0.85), radiotherapy=0.55, adjuvant=(0.01, 0.03, 0.86, 0.5),
            start_median=20,
            substances=("leuprorelin", "degarelix", "docetaxel"), died_30=0.001, died_90=0.002,
            complications=(0.02, 0.06, 0.004, 0.01, 0.04), mdt=0.92, tnm=0.94, included=0.07,
            package="prostata"),
    Profile("DaBlaCa", 920, "URO", _UROLOGY,
            (Site(_codes("C67", "02459"), 1.0, 73, 10, 0.25, (0.11, 0.47, 0.21, 0.21), 0.78, 0.50),),
            stage_known=0.95, surgery=(0.55, 0.52, 0.40, 0.06),
            surgery_places="RIG 28 HER 24 ODE 14 AAR 22 AAL 12",
            acute=0.01, major=0.95, oncology=(0.4, 0.5, 0.6, 0.6), adjuvant=(0.02, 0.15, 0.82, 0.5),
            start_median=19,
            substances=("gemcitabin + cisplatin", "pembrolizumab"), died_30=0.012, died_90=0.030,
            complications=(0.10, 0.24, 0.05, 0.06, 0.09), mdt=0.93, included=0.09, omits=("pro",),
            package="blære"),
    Profile("DaRenCa", 1050, "URO", _UROLOGY,
            (Site(("C649",), 1.0, 67, 12, 0.34, (0.59, 0.09, 0.15, 0.17), 0.89, 0.68),),
            stage_known=0.98, surgery=(0.88, 0.92, 0.88, 0.22), acute=0.005, major=0.8,
            oncology=(0.03, 0.1, 0.3, 0.65), radiotherapy=0.05, adjuvant=(0.01, 0.03, 0.84, 0.3),
            start_median=19,
            substances=("pembrolizumab", "sunitinib", "nivolumab + ipilimumab"), died_30=0.005, died_90=0.012,
            complications=(0.03, 0.07, 0.02, 0.02, 0.05), mdt=0.94, included=0.10, package="nyre"),
    Profile("DaPeCa", 70, "URO", "RIG 55 AAR 45",
            (Site(("C609",), 1.0, 68, 12, 0.0, (0.43, 0.26, 0.22, 0.09), 0.93, 0.78),),
            stage_known=0.96, major=0.3, acute=0.0, adjuvant=(0.02, 0.1, 0.85, 0.5), mdt=0.95, died_30=0.003,
            died_90=0.006, omits=("pro", "trials"), package="penis"),
    Profile("DaTeCa", 300, "URO", _UROLOGY,
            (Site(("C629",), 1.0, 38, 12, 0.0, (0.68, 0.19, 0.13, 0.0), 0.99, 0.97),),
            age_limits=(16, 90), stage_known=0.98, surgery=(0.99, 0.98, 0.97, 0.9), major=0.2,
            adjuvant=(0.15, 0.6, 0.96, 0.9), start_median=5, substances=("BEP",), died_30=0.0005,
            died_90=0.001,
            complications=(0.01, 0.02, 0.001, 0.001, 0.02), mdt=0.90, included=0.12, omits=("pro",),
            package="testikel"),
    Profile("DMD", 4200, "PLA", "RIG 12 HER 20 ROS 14 ODE 13 VEJ 9 ESB 5 AAR 17 AAL 10",
            (Site(_codes("C43", "34567"), 1.0, 65, 15, 0.48, (0.76, 0.14, 0.08, 0.02), 0.99, 0.94),),
            stage_known=0.995, surgery=(0.99, 0.98, 0.9, 0.3), major=0.1, adjuvant=(0.0, 0.02, 0.86, 0.7),
            substances=("pembrolizumab", "nivolumab"), start_median=18, died_30=0.0005, died_90=0.001,
            complications=(0.01, 0.015, 0.001, 0.001, 0.03), mdt=0.91, tnm=0.97, omits=("trials",),
            package="modermærke"),
    Profile("DGCD", 1800, "GYN", "RIG 34 HER 14 ROS 12 ODE 19 AAR 22 AAL 11",
            (Site(("C530", "C531", "C539"), 0.19, 52, 16, 1.0, (0.62, 0.15, 0.15, 0.08), 0.90, 0.76),
             Site(("C541", "C549"), 0.45, 69, 10.5, 1.0, (0.76, 0.07, 0.11, 0.06), 0.93, 0.83),
             Site(("C569",), 0.31, 66, 12.5, 1.0, (0.28, 0.08, 0.46, 0.18), 0.80, 0.45),
             Site(("C519",), 0.05, 72, 12, 1.0, (0.55, 0.10, 0.25, 0.10), 0.88, 0.66)),
            stage_known=0.965, surgery=(0.93, 0.75, 0.70, 0.40), acute=0.01, major=0.7,
            oncology=(0.5, 0.8, 0.75, 0.7), adjuvant=(0.08, 0.4, 0.87, 0.8), died_30=0.004, died_90=0.010,
            substances=("carboplatin + paclitaxel", "cisplatin"), complications=(0.03, 0.07, 0.015, 0.02,
            0.05),
            mdt=0.95, included=0.12, package="gynækologisk"),
    Profile("DECV", 1120, "KIR", _FOUR,
            (Site(("C153", "C154", "C155"), 0.25, 69, 9.5, 0.27, (0.13, 0.19, 0.35, 0.33), 0.55, 0.24, 0.6,
                  0.07),
             Site(("C160",), 0.55, 69, 10, 0.20, (0.12, 0.19, 0.36, 0.33), 0.55, 0.25, 0.6, 0.06),
             Site(("C162", "C163", "C169"), 0.20, 71, 12, 0.40, (0.18, 0.18, 0.25, 0.39), 0.55, 0.28, 0.5,
                  0.04)),
            stage_known=0.94, surgery=(0.60, 0.55, 0.48, 0.02), acute=0.01, major=0.98,
            oncology=(0.6, 0.65, 0.7, 0.6), radiotherapy=0.25, adjuvant=(0.1, 0.5, 0.83, 0.3),
            start_median=18,
            substances=("FLOT", "carboplatin + paclitaxel"), died_30=0.014, died_90=0.030,
            complications=(0.11, 0.13, 0.08, 0.10, 0.10), mdt=0.96, included=0.16, package="øvre mave-tarm"),
    Profile("DPCD", 1050, "KIR", _FOUR,
            (Site(_codes("C25", "0129"), 1.0, 71, 10, 0.48, (0.10, 0.25, 0.15, 0.50), 0.38, 0.13, 0.1,
                  0.05),),
            stage_known=0.95, surgery=(0.60, 0.45, 0.12, 0.01), acute=0.005, major=0.98,
            oncology=(0.4, 0.5, 0.62, 0.50), radiotherapy=0.03, adjuvant=(0.5, 0.7, 0.80, 0.3),
            start_median=18,
            substances=("FOLFIRINOX", "gemcitabin"), died_30=0.016, died_90=0.034,
            complications=(0.09, 0.15, 0.06, 0.11, 0.12), mdt=0.95, included=0.12, omits=("pro",),
            package="bugspytkirtel"),
    Profile("DLGCD", 700, "KIR", _FOUR,
            (Site(("C220",), 0.45, 69, 10, 0.25, (0.25, 0.18, 0.22, 0.35), 0.46, 0.22),
             Site(("C221",), 0.25, 68, 11, 0.45, (0.16, 0.14, 0.20, 0.50), 0.45, 0.15),
             Site(("C239",), 0.10, 71, 11, 0.60, (0.12, 0.18, 0.20, 0.50), 0.40, 0.16),
             Site(("C240", "C241"), 0.20, 70, 10, 0.45, (0.18, 0.24, 0.22, 0.36), 0.47, 0.22)),
            stage_known=0.92, surgery=(0.55, 0.45, 0.22, 0.03), acute=0.01, major=0.95,
            oncology=(0.3, 0.35, 0.45, 0.45), radiotherapy=0.05, adjuvant=(0.1, 0.4, 0.78, 0.3), tnm=0.92,
            died_30=0.020, died_90=0.035, complications=(0.07, 0.12, 0.05, 0.09, 0.09), mdt=0.95,
            included=0.07,
            omits=("pro",), package="lever og galdeveje"),
    Profile("DAHANCA", 1600, "ORL", "RIG 30 HIL 4 KOE 8 NAE 6 ODE 17 AAR 20 GOE 5 AAL 10",
            (Site(("C019", "C099", "C109"), 0.40, 63, 9.5, 0.27, (0.25, 0.18, 0.22, 0.35), 0.87, 0.68),
             Site(("C320", "C329"), 0.15, 68, 10, 0.15, (0.38, 0.20, 0.18, 0.24), 0.88, 0.66),
             Site(("C029", "C049", "C069"), 0.25, 66, 11.5, 0.38, (0.32, 0.18, 0.12, 0.38), 0.83, 0.58),
             Site(("C739",), 0.20, 52, 17, 0.73, (0.66, 0.14, 0.10, 0.10), 0.96, 0.91)),
            stage_known=0.98, surgery=(0.50, 0.40, 0.28, 0.25), acute=0.002, major=0.4,
            oncology=(0.9, 0.93, 0.93, 0.82), radiotherapy=0.93, adjuvant=(0.05, 0.3, 0.84, 0.7), mdt=0.982,
            complications=(0.05, 0.06, 0.02, 0.005, 0.06), died_30=0.003, died_90=0.008, included=0.15,
            package="hoved-hals"),
    Profile("DNOR", 370, "NEK", _FOUR, (Site(("C711", "C712", "C713", "C719"), 1.0, 62, 14, 0.42, _EVEN,
                  0.50, 0.20),),
            surgery=(0.9, 0.85, 0.8, 0.6), acute=0.04, major=0.9, oncology=(0.5, 0.5, 0.5, 0.4),
            radiotherapy=0.6,
            adjuvant=(0.5, 0.7, 0.8, 0.6), start_median=10, substances=("temozolomid",), died_30=0.018,
            died_90=0.03,
            complications=(0.05, 0.10, 0.03, 0.003, 0.06), mdt=0.90, included=0.10, omits=("pro",),
            package="hjerne"),
    Profile("DSD", 350, "ORT", "RIG 52 AAR 48",
            (Site(("C491", "C492", "C499"), 0.75, 60, 17, 0.45, (0.31, 0.26, 0.31, 0.12), 0.87, 0.66),
             Site(("C402", "C414"), 0.25, 42, 20, 0.44, (0.31, 0.26, 0.31, 0.12), 0.91, 0.73)),
            age_limits=(5, 97), stage_known=0.97, surgery=(0.95, 0.93, 0.88, 0.35), acute=0.005, major=0.7,
            adjuvant=(0.02, 0.15, 0.82, 0.5), substances=("doxorubicin", "ifosfamid"), died_30=0.003,
            died_90=0.007,
            complications=(0.08, 0.07, 0.01, 0.01, 0.06), mdt=0.97, included=0.08, omits=("pro",),
            package="sarkom"),
    Profile("LYFO", 1300, "HAE", _HAEMATOLOGY,
            (Site(("C819",), 0.10, 45, 19, 0.43, (0.13, 0.42, 0.22, 0.23), 0.95, 0.88),
             Site(("C820", "C829"), 0.22, 66, 12, 0.50, (0.20, 0.15, 0.25, 0.40), 0.95, 0.86),
             Site(("C833", "C831"), 0.50, 69, 13, 0.44, (0.17, 0.15, 0.18, 0.50), 0.81, 0.69),
             Site(("C844",), 0.08, 66, 14, 0.38, (0.20, 0.12, 0.20, 0.48), 0.74, 0.52),
             Site(("C859",), 0.10, 70, 13, 0.46, (0.28, 0.12, 0.15, 0.45), 0.90, 0.78)),
            stage_known=0.97, surgery=_NO_SURGERY, oncology=(0.85, 0.88, 0.9, 0.9), oncology_unit="",
            radiotherapy=0.06, substances=("R-CHOP", "R-bendamustin", "ABVD"), start_median=18, mdt=0.87,
            included=0.13, omits=("complications",), package="lymfeknude"),
    Profile("CLL", 425, "HAE", _HAEMATOLOGY, (Site(("C911",), 1.0, 70, 10, 0.40, _EVEN, 0.95, 0.86),),
            surgery=_NO_SURGERY, oncology=(0.05, 0.15, 0.35, 0.6), oncology_unit="", radiotherapy=0.0,
            substances=("acalabrutinib", "venetoclax + obinutuzumab"), start_median=20, mdt=0.80,
            included=0.11,
            omits=("complications", "pro"), package="lymfeknude"),
    Profile("DaMyDa", 450, "HAE", _HAEMATOLOGY,
            (Site(("C900",), 1.0, 70, 10, 0.43, (0.32, 0.40, 0.28, 0.0), 0.87, 0.60),),
            stage_known=0.945, surgery=_NO_SURGERY, oncology=(0.75, 0.88, 0.92, 0.92), oncology_unit="",
            radiotherapy=0.08, substances=("daratumumab-VRd", "lenalidomid"), start_median=18, mdt=0.82,
            included=0.18, omits=("complications",), package="knoglemarv"),
    Profile("ALD", 315, "HAE", "RIG 22 HER 18 ROS 13 ODE 16 AAR 18 AAL 10",
            (Site(("C920",), 0.89, 68, 15, 0.46, _EVEN, 0.50, 0.28),
             Site(("C910",), 0.11, 48, 19, 0.45, _EVEN, 0.70, 0.45)),
            surgery=_NO_SURGERY, oncology=(0.95, 0.9, 0.8, 0.6), oncology_unit="", radiotherapy=0.0,
            substances=("daunorubicin + cytarabin", "azacitidin + venetoclax"), start_median=4, mdt=0.72,
            included=0.25, omits=("complications", "pro", "coverage"), package="akut leukæmi"),
    Profile("DSKMS", 770, "HAE", _HAEMATOLOGY,
            (Site(("D461", "D469"), 0.35, 75, 10, 0.40, _EVEN, 0.76, 0.42),
             Site(("D459", "D471", "D473"), 0.50, 68, 13, 0.48, _EVEN, 0.96, 0.83),
             Site(("C921",), 0.15, 59, 15, 0.44, _EVEN, 0.97, 0.89)),
            surgery=_NO_SURGERY, oncology=(0.4, 0.5, 0.6, 0.6), oncology_unit="", radiotherapy=0.0,
            substances=("hydroxyurea", "azacitidin", "imatinib"), start_median=30, mdt=0.75, included=0.09,
            omits=("complications", "pro", "palliative"), package=""),
    Profile("DBCR", 200, "BOE", _FOUR,
            (Site(("C910",), 0.30, 6, 4.5, 0.45, _EVEN, 0.97, 0.92),
             Site(("C716", "C719"), 0.25, 8, 5, 0.46, _EVEN, 0.93, 0.79),
             Site(("C819", "C835"), 0.15, 12, 4, 0.40, _EVEN, 0.98, 0.93),
             Site(("C649", "C749"), 0.17, 3, 2.5, 0.50, _EVEN, 0.97, 0.88),
             Site(("C402", "C499"), 0.13, 11, 4.5, 0.47, _EVEN, 0.97, 0.82)),
            age_limits=(0, 17), surgery=(0.35, 0.4, 0.4, 0.3), acute=0.02, oncology=(0.95, 0.97, 0.97, 0.95),
            oncology_unit="", radiotherapy=0.04, adjuvant=(0.4, 0.6, 0.85, 0.8), start_median=5, mdt=0.95,
            substances=("ALLTogether1", "vincristin", "cisplatin"), died_30=0.002, died_90=0.004,
            complications=(0.04, 0.10, 0.03, 0.005, 0.05), included=0.45, omits=("pro", "palliative"),
            package=""),
    Profile("DPD", 7500, "PAL", "", _dpd_sites(), surgery=_NO_SURGERY, oncology=_NO_SURGERY, registered=0.94,
            referred=1.0, omits=_PALLIATIVE_ONLY),
    Profile("DACG", 180, "ONK", "HER 45 VEJ 20 AAR 35",
            (Site(("C210", "C211", "C218"), 1.0, 66, 11, 0.70, (0.23, 0.36, 0.36, 0.05), 0.92, 0.74),),
            stage_known=0.97, surgery=(0.10, 0.05, 0.06, 0.05), major=0.5, oncology=(0.9, 0.95, 0.95, 0.75),
            oncology_unit="", radiotherapy=0.92, surgery_unit="KIR", mdt=0.95, included=0.10,
            omits=("complications",), package="analkanal"),
    Profile("DOOG", 80, "OJE", "RIG 55 AAR 45",
            (Site(("C693", "C692", "C696"), 1.0, 64, 14, 0.48, (0.31, 0.42, 0.23, 0.04), 0.96, 0.78),),
            stage_known=0.96, surgery=(0.35, 0.45, 0.6, 0.3), major=0.4, oncology=(0.8, 0.8, 0.7, 0.6),
            oncology_places="RIG 55 AAR 45", radiotherapy=0.9, mdt=0.86, died_30=0.001, died_90=0.002,
            omits=("complications", "trials", "pro"), package="øje og orbita"),
    Profile("NMSC", 4000, "DER", "BIS 30 GEN 14 ROS 18 ODE 18 AAR 22 AAL 11",
            (Site(("C443", "C444", "C445", "C449"), 1.0, 72, 13, 0.46, (0.82, 0.14, 0.035, 0.005), 0.975,
                  0.87),),
            stage_known=0.93, surgery=(0.85, 0.88, 0.85, 0.4), major=0.02, oncology=(0.7, 0.6, 0.6, 0.5),
            radiotherapy=0.8, adjuvant=(0.0, 0.02, 0.80, 0.4), tnm=0.90, registered=0.86, mdt=0.62,
            died_30=0.001, died_90=0.003, omits=("complications", "trials", "pro", "waits", "palliative")),
)  # fmt: skip

BY_CODE = {profile.code: profile for profile in PROFILES}
