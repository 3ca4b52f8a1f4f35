"""A report as PDF: its DOCX, made by LibreOffice where that is installed.

LibreOffice runs a macro of ours from a profile of its own that is thrown away: it reckons the table of contents and
every reference to a page (a plain conversion leaves them as Word's file has them, without pages) and writes a tagged
PDF with bookmarks.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

from data.store import StoreError
from reports.content import Document
from reports.writers import docx

#: Seconds that LibreOffice may take.
PATIENCE = 300
_NAMES = ("soffice", "libreoffice")
#: Where installers put it beside the search path.
_PLACES = ("/Applications/LibreOffice.app/Contents/MacOS/soffice", "C:/Program Files/LibreOffice/program/soffice.exe")
_MACRO = """
Sub ToPdf(source As String, target As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  Dim paper As Object
  paper = StarDesktop.loadComponentFromURL(source, "_blank", 0, hidden())
  Dim number As Integer
  For number = 0 To paper.DocumentIndexes.Count - 1
    paper.DocumentIndexes.getByIndex(number).update()
  Next
  paper.TextFields.refresh()
  Dim wanted(3) As New com.sun.star.beans.PropertyValue
  wanted(0).Name = "UseTaggedPDF"
  wanted(0).Value = True
  wanted(1).Name = "ExportBookmarks"
  wanted(1).Value = True
  wanted(2).Name = "UseLosslessCompression"
  wanted(2).Value = True
  wanted(3).Name = "ReduceImageResolution"
  wanted(3).Value = False
  Dim how(1) As New com.sun.star.beans.PropertyValue
  how(0).Name = "FilterName"
  how(0).Value = "writer_pdf_Export"
  how(1).Name = "FilterData"
  how(1).Value = wanted()
  paper.storeToURL(target, how())
  paper.close(True)
End Sub
"""
_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
{code}</script:module>
"""
_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false"><library:element library:name="Module1"/></library:library>
"""
_LIBRARIES = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:libraries PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "libraries.dtd">
<library:libraries xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink">
 <library:library library:name="Standard" library:link="false"/>
</library:libraries>
"""
#: Says that the profile is no new one: into those LibreOffice copies its own, empty library.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Setup/Office"><prop oor:name="ooSetupInstCompleted" oor:op="fuse"><value>true</value>
</prop></item></oor:items>
"""


class NoPdf(StoreError):
    """A PDF cannot be made here; the message says why and what to do."""


def office() -> str | None:
    """The program that makes PDF files; None where it is not installed."""
    found = (shutil.which(name) for name in _NAMES)
    return next((one for one in (*found, *(place for place in _PLACES if Path(place).is_file())) if one), None)


def no_office() -> NoPdf:
    """What is raised where LibreOffice is not installed."""
    return NoPdf("a PDF needs LibreOffice, which is not installed here; install it, or write --format docx")


def write(document: Document, template: Path | None = None) -> bytes:
    """The report's bytes. Raises NoPdf where LibreOffice is not installed or does not make it."""
    program = office()
    if program is None:
        raise no_office()
    with tempfile.TemporaryDirectory(prefix="kraeft-report-") as folder:
        place = Path(folder)
        source, target = place / "report.docx", place / "report.pdf"
        source.write_bytes(docx.write(document, template, mark_fields=False))
        _profile(place / "profile")
        words = [
            program, "--headless", "--norestore", "--nologo", f"-env:UserInstallation={(place / 'profile').as_uri()}",
            f'macro:///Standard.Module1.ToPdf("{source.as_uri()}","{target.as_uri()}")',
        ]  # fmt: skip
        try:
            ran = subprocess.run(words, capture_output=True, timeout=PATIENCE, check=False)
        except subprocess.TimeoutExpired as error:
            raise NoPdf(f"LibreOffice had made no PDF after {PATIENCE} s; write --format docx") from error
        if not target.is_file():
            said = ran.stderr.decode(errors="replace").strip() or f"exit code {ran.returncode}"
            raise NoPdf(f"LibreOffice made no PDF ({said}); write --format docx")
        return target.read_bytes()


def _profile(place: Path) -> None:
    """A user profile with nothing but the macro."""
    library = place / "user" / "basic" / "Standard"
    library.mkdir(parents=True)
    (library / "Module1.xba").write_text(_MODULE.format(code=escape(_MACRO)), encoding="utf-8")
    (library / "script.xlb").write_text(_LIBRARY, encoding="utf-8")
    (library.parent / "script.xlc").write_text(_LIBRARIES, encoding="utf-8")
    (place / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
