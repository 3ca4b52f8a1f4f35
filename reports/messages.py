"""A quarter's messages as files and as mail: one page each, with its facts, what they rest on and what to do next."""

from __future__ import annotations

import io
import ipaddress
import os
import smtplib
import ssl
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from html import escape
from pathlib import Path

from docx import Document as WordDocument
from docx.shared import Pt

from data.output import UsageError
from data.secret_files import secret
from data.store import StoreError
from results.messages import QuarterMessage
from words import messages as words

#: From the environment, never from the command line: what the mail server asks for.
USER, PASSWORD = "KRAEFT_SMTP_USER", "KRAEFT_SMTP_PASSWORD"
#: Seconds that the mail server may take to answer.
PATIENCE = 30
_STYLE = (
    "body{margin:0;background:#fff;color:#16202b;font:16px/1.5 Inter,system-ui,sans-serif}"
    "main{max-width:42rem;margin:0 auto;padding:1.5rem 1.25rem}"
    "h1{font-size:1.5rem;line-height:1.25;margin:.2em 0 1em}"
    "ol{padding-left:1.3em}li{margin:0 0 1.1em}.step{font-weight:600;margin:.15em 0 0}"
    ".kicker,footer{color:#5c6773;font-size:.88rem}a{color:#0b4a8b}"
    "footer{border-top:1px solid #c9d0d8;margin-top:2rem;padding-top:.8rem}"
)


@dataclass(frozen=True)
class MailServer:
    """Where mail goes out. ``sender``: the address that it is from, and that answers and unsubscribing go to."""

    host: str
    port: int
    sender: str

    @classmethod
    def of(cls, text: str, sender: str) -> MailServer:
        """Of 'smtp.example.dk:587'. Raises UsageError."""
        host, _, port = text.partition(":")
        if not host or not (port or "587").isdigit():
            raise UsageError(f"--smtp: '{text}' is no mail server; write HOST or HOST:PORT")
        if "@" not in sender or any(one in sender for one in "\r\n"):
            raise UsageError(f"--from: '{sender}' is no address; name one that answers are read at")
        return cls(host, int(port or 587), sender)


def file_stem(message: QuarterMessage) -> str:
    """'2026K3_afdeling_SLA-KIR'."""
    return f"{message.quarter}_{'hospital' if message.is_hospital else 'afdeling'}_{message.code}"


def as_html(message: QuarterMessage, lang: str, root: str = "", synthetic: bool = False) -> str:
    """The page, whole in one file. ``root``: the dashboard's address, before each link."""
    subject = words.subject(message, lang)
    items = "".join(
        f"<li>{escape(words.fact(message, one, lang))}"
        f'<p class="step">{_linked(escape(words.step(one, lang)), root, words.address(one))}</p></li>'
        for one in message.facts
    )
    more = words.more(message, lang)
    notes = [*([_synthetic(lang)] if synthetic else []), words.basis(message, lang)]
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(subject)}</title><style>{_STYLE}</style>'
        f'</head><body><main><p class="kicker">Kræftkvalitet · {escape(words.quarter(message, lang))}</p>'
        f"<h1>{escape(subject)}</h1><ol>{items}</ol>{f'<p>{escape(more)}</p>' if more else ''}"
        f"<footer>{''.join(f'<p>{escape(one)}</p>' for one in notes)}</footer></main></body></html>\n"
    )


def as_text(message: QuarterMessage, lang: str, root: str = "", synthetic: bool = False) -> str:
    """The message as mail says it."""
    lines = [words.subject(message, lang), ""]
    for number, one in enumerate(message.facts, 1):
        lines += [f"{number}. {words.fact(message, one, lang)}", f"   {words.step(one, lang)}"]
        lines += [f"   {root}{words.address(one)}" if root else f"   {words.address(one)}", ""]
    lines += [one for one in (words.more(message, lang),) if one]
    lines += [*([_synthetic(lang)] if synthetic else []), words.basis(message, lang)]
    return "\n".join(lines) + "\n"


def as_docx(message: QuarterMessage, lang: str, root: str = "", synthetic: bool = False) -> bytes:
    """The page as a Word document."""
    document = WordDocument()
    document.core_properties.title = words.subject(message, lang)
    document.core_properties.language = "da-DK" if lang == "da" else "en-GB"
    document.add_paragraph(f"Kræftkvalitet · {words.quarter(message, lang)}")
    document.add_heading(words.subject(message, lang), 1)
    for one in message.facts:
        paragraph = document.add_paragraph(words.fact(message, one, lang), style="List Number")
        paragraph.add_run().add_break()
        paragraph.add_run(words.step(one, lang)).bold = True
        paragraph.add_run(f" {root}{words.address(one)}")
    if more := words.more(message, lang):
        document.add_paragraph(more)
    for text in [*([_synthetic(lang)] if synthetic else []), words.basis(message, lang)]:
        document.add_paragraph().add_run(text).font.size = Pt(9)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def write(messages: Sequence[QuarterMessage], folder: Path, lang: str, root: str, synthetic: bool) -> Iterator[Path]:
    """Write each message as HTML and DOCX; yields the files."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in messages:
        for ending, content in (
            ("html", as_html(one, lang, root, synthetic).encode()), ("docx", as_docx(one, lang, root, synthetic)),
        ):  # fmt: skip
            path = folder / f"{file_stem(one)}.{ending}"
            path.write_bytes(content)
            yield path


def mail(
    message: QuarterMessage, to: str, server: MailServer, lang: str, root: str = "", synthetic: bool = False
) -> EmailMessage:
    """The mail to one subscriber: text, the page beside it, and how to unsubscribe (RFC 2369)."""
    made = EmailMessage()
    made["Subject"] = words.subject(message, lang)
    made["From"], made["To"] = server.sender, to
    stop = f"mailto:{server.sender}?subject=afmeld%20{message.code}"
    made["List-Unsubscribe"] = f"<{stop}>"
    how = (
        f"Afmeld: skriv til {server.sender} med emnet »afmeld {message.code}«."
        if lang == "da"
        else f"Unsubscribe: write to {server.sender} with the subject “afmeld {message.code}”."
    )
    made.set_content(f"{as_text(message, lang, root, synthetic)}\n{how}\n")
    page = as_html(message, lang, root, synthetic).replace("</footer>", f"<p>{escape(how)}</p></footer>")
    made.add_alternative(page, subtype="html")
    return made


def send(
    messages: Sequence[QuarterMessage], subscribers: Mapping[str, Sequence[str]], server: MailServer, lang: str,
    root: str, synthetic: bool,
) -> Iterator[tuple[str, QuarterMessage]]:  # fmt: skip
    """Send each message to those who subscribe to its department or hospital; yields (address, message) once the
    server has taken it. Encrypted, but on this machine. Raises StoreError where the server refuses.
    """
    try:
        with smtplib.SMTP(server.host, server.port, timeout=PATIENCE) as out:
            if not _is_here(server.host):
                out.starttls(context=ssl.create_default_context())
            if user := os.environ.get(USER):
                out.login(user, secret(PASSWORD) or "")
            for one in messages:
                for address in subscribers.get(one.code, ()):
                    out.send_message(mail(one, address, server, lang, root, synthetic))
                    yield address, one
    except (OSError, smtplib.SMTPException) as error:
        raise StoreError(
            f"{server.host}:{server.port}: the mail could not be sent ({error}); what was sent until then is registered"
        ) from error


def _is_here(host: str) -> bool:
    """Whether a mail server is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _linked(text: str, root: str, address: str) -> str:
    return f'<a href="{escape(root + address)}">{text}</a>' if root else f"{text} <span>({escape(address)})</span>"


def _synthetic(lang: str) -> str:
    return "Syntetiske data." if lang == "da" else "Synthetic data."
