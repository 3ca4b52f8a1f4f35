"""What identifies a person: the shapes of person numbers, and the names of columns that hold identities.

The patterns are in the syntax that RE2 (DuckDB) and Python share, case-insensitive. They look at the shape alone: a
check digit would let through numbers that were changed by hand, and Danish numbers have had none since 2007.
"""

from __future__ import annotations

import itertools
import re

_LONG = "(?:0[13578]|1[02])"
_DDMM = f"(?:31{_LONG}|(?:29|30)(?:0[13-9]|1[0-2])|(?:0[1-9]|1[0-9]|2[0-8])(?:0[1-9]|1[0-2]))"
_MMDD = f"(?:{_LONG}31|(?:0[13-9]|1[0-2])(?:29|30)|(?:0[1-9]|1[0-2])(?:0[1-9]|1[0-9]|2[0-8]))"
_LEAP = "(?:[02468][048]|[13579][26])"  # 00 too: 2000 was one
_DDMMYY = f"(?:{_DDMM}[0-9]{{2}}|2902{_LEAP})"
_YYMMDD = f"(?:[0-9]{{2}}{_MMDD}|{_LEAP}0229)"
_CENTURY = "(?:18|19|20)"
_DAY, _MONTH = "(?:0[1-9]|[12][0-9]|3[01])", "(?:0[1-9]|1[0-2])"
#: What stands between the date and the number: blanks of all kinds, dashes of all kinds, dot, slash and their like.
_BETWEEN = "[\\s./\\\\_:·\u00a0\u00ad\u2000-\u2015\u202f\u2060\u2212\u3000\ufeff-]"
_GAP = _BETWEEN + "{0,3}"
#: No digit before or after, not even behind a decimal point.
_BEFORE, _AFTER = "(?:^|[^0-9.,]|(?:^|[^0-9])[.,])", "(?:$|[^0-9])"

_SHAPES = (
    f"{_DDMMYY}{_GAP}[0-9]{{4}}",  # Denmark, Iceland; the parts joined or apart
    f"{_DDMMYY}-[0-9][A-Z]{{2}}[0-9]",  # Denmark, the number given to those without one
    f"{_DDMM}{_CENTURY}[0-9]{{2}}{_GAP}[0-9]{{4}}",  # with the century
    f"{_DAY}{_BETWEEN}{_MONTH}{_BETWEEN}(?:{_CENTURY})?[0-9]{{2}}{_BETWEEN}{{1,3}}[0-9]{{4}}",  # 01.02.70-1234
    f"(?:{_CENTURY})?{_YYMMDD}(?:{_GAP}|[+])[0-9]{{4}}",  # Sweden
    f"(?:{_DDMMYY}|[4-7][0-9]{_MONTH}[0-9]{{2}}){_GAP}[0-9]{{3}}{_BETWEEN}?[0-9]{{2}}",  # Norway, D numbers too
    f"{_DDMMYY}[-+][0-9]{{3}}[A-Z]",  # Finland
)
#: Finland's newer century marks are letters: only as a word of its own, else it is part of a hexadecimal code.
_FINNISH = rf"\b{_DDMMYY}[A-FU-Y][0-9]{{3}}[0-9A-Y]\b"
#: A person number anywhere in a text, letters around it or not.
PERSON_NUMBER = f"(?i){_BEFORE}(?:{'|'.join(_SHAPES)}){_AFTER}|{_FINNISH}"
#: The whole value, where a spreadsheet has taken the leading zero of the day.
LOST_ZERO = f"[1-9](?:0[1-9]|1[0-2])[0-9]{{2}}{_GAP}[0-9]{{4}}(?:[.,]0+)?"
#: A hash or an identifier drawn at random: hexadecimal with a letter in it. Ten digits in a row happen in these.
HEX = "(?i)[0-9a-f-]*[a-f][0-9a-f-]*"
UUID_OR_HASH = "(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{16,}"
#: Shortest value that can hold a person number: nine digits.
SHORTEST = 9

_IDENTIFYING = """
    cpr cprnr cprno cprnummer cprnumber pnr pnummer personnr personnummer personno personnumber personid
    personident personalid nationalid ssn socialsecurity civilregistrationnumber fnr fodselsnummer
    foedselsnummer fødselsnummer hetu henkilotunnus kennitala erstatningscpr fornavn fornavne efternavn
    efternavne mellemnavn kaldenavn pigenavn fuldenavn fuldtnavn patientnavn patnavn personnavn firstname
    lastname middlename fullname surname forename givenname familyname maidenname patientname personname fname
    lname etternavn förnamn efternamn adresse adresser adr address addresses addr postadresse bopælsadresse
    bopaelsadresse hjemmeadresse streetaddress street vejnavn vejnr vej gade gadenavn gadenr husnr husnummer
    postnr postnummer postcode postalcode zip zipcode phone phonenumber phoneno telephone telefon
    telefonnummer telefonnr tlf tlfnr tlfnummer mobil mobilnr mobilnummer mobile mobilephone cellphone email
    emailaddress mail mailadresse epost dob dateofbirth birthdate birthday foedselsdato fødselsdato
    fodselsdato foedselsdag fødselsdag fodselsdag foedt født fødselstidspunkt foeddato føddato fdato
"""
#: Column names that identify a person wherever they are one of the words of a name.
IDENTIFYING_WORDS = frozenset(_IDENTIFYING.split())
_NAME_WORDS = frozenset(["name", "names", "navn", "navne", "namn"])
_WHOSE = """
    patient patients pat patientens pt person persons borger citizen client klient subject full fuld fulde
    fuldt for fore efter mellem first last middle given family sur maiden mother mothers mor mors far fars
    father fathers moder fader parent forælder forældre foraelder barn child kontakt kontaktperson contact
    next of kin pårørende paaroerende relative spouse ægtefælle aegtefaelle
"""
#: Words that, beside "name", say whose name it is: a person's.
_WHOSE_WORDS = frozenset(_WHOSE.split())


def identifies(column: str) -> bool:
    """Whether a column of this name holds who the patient is: ``CPR-nr``, ``patient_name``, ``Adresse1``, ``navn``.

    ``hospital_name`` is no person's. Compared without regard to case, blanks, hyphens, underscores and final digits.
    """
    spaced = re.sub(r"(?<=[a-zæøå])(?=[A-ZÆØÅ])", " ", column)
    words = [word for word in re.split(r"[\W_\d]+", spaced.lower()) if word]
    joined = "".join(words)
    if "cpr" in joined or "personnummer" in joined or {joined, *words} & IDENTIFYING_WORDS:
        return True
    pairs = {first + second for first, second in itertools.pairwise(words)}
    triples = {"".join(words[place : place + 3]) for place in range(len(words) - 2)}
    if (pairs | triples) & IDENTIFYING_WORDS:
        return True
    return bool(set(words) & _NAME_WORDS or joined in _NAME_WORDS) and set(words) <= _NAME_WORDS | _WHOSE_WORDS


def holds(text: str) -> bool:
    """Whether a text holds a person number."""
    return len(text) >= SHORTEST and re.search(PERSON_NUMBER, text) is not None


def likely(value: str) -> str:
    """SQL that is TRUE where the text ``value`` (an SQL expression) holds a person number, or a hash like one."""
    return f"CASE WHEN length({value}) >= {SHORTEST} THEN regexp_matches({value}, '{PERSON_NUMBER}') END"


def condition(value: str, hash_length: int | None = None) -> str:
    """SQL that is TRUE where the text ``value`` (an SQL expression) holds a person number.

    ``hash_length``: the length of nearly all values of the column, where these are hexadecimal: a value of this length
    with a letter in it is one of them.
    """
    no_hash = f"NOT regexp_full_match({value}, '{UUID_OR_HASH}')"
    if hash_length is not None:
        no_hash += f" AND NOT (length({value}) = {hash_length} AND regexp_full_match({value}, '{HEX}'))"
    return f"(({likely(value)}) AND {no_hash})"
