"""``python -m users add | list | remove``: who may log in, and in which role; ``subscribe | unsubscribe |
subscriptions``: who gets the quarter's messages about which departments and hospitals."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

import pandas as pd

from data import reference
from data.opening import open_store
from data.output import DONE, REFUSED, UsageError, add_format_option, exit_with, run, write_rows
from data.users import NEEDS, ROLES, UserRefused, Users
from results.places import departments, hospitals


def main(words: list[str] | None = None) -> int:
    """Run one command; returns its exit code (0 done, 1 refused, 2 usage)."""
    return run(_parser(), words, UserRefused)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m users", description="Who may log in.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser("add", help="add a user, or give one a new password and role")
    one.add_argument("name", metavar="NAME")
    one.add_argument("--role", required=True, choices=ROLES)
    one.add_argument("--databases", default="", metavar="CODE,...", help="of the role steering")
    one.add_argument("--departments", default="", metavar="CODE,...", help="of the role clinician")
    one.add_argument("--password-file", metavar="FILE", help="its first line; else asked for, or read from stdin")
    one.add_argument("--no-password", action="store_true", help="a provider or proxy of ours says who it is")
    one.set_defaults(run=_add)
    _add_store(one)
    one = commands.add_parser("list", help="the users, without passwords")
    _add_store(one)
    add_format_option(one)
    one.set_defaults(run=_list)
    one = commands.add_parser("remove", help="remove a user and end the sessions")
    one.add_argument("name", metavar="NAME")
    _add_store(one)
    one.set_defaults(run=_remove)
    one = commands.add_parser("token", help="a token with which a program is this user at /api/v1/")
    one.add_argument("name", metavar="NAME")
    one.add_argument("--end", action="store_true", help="end it; none is given")
    one.set_defaults(run=_token)
    _add_store(one)
    one = commands.add_parser("subscribe", help="send the quarter's messages about departments or hospitals")
    one.add_argument("address", metavar="ADDRESS")
    one.add_argument("--units", required=True, metavar="CODE,...", help="departments (SLA-KIR) or hospitals (slagelse)")
    one.set_defaults(run=_subscribe)
    _add_store(one)
    one = commands.add_parser("unsubscribe", help="send them no more")
    one.add_argument("address", metavar="ADDRESS")
    one.add_argument("--units", default="", metavar="CODE,...", help="default: all of the address")
    one.set_defaults(run=_unsubscribe)
    _add_store(one)
    one = commands.add_parser("subscriptions", help="who gets messages about what, and how many were sent")
    _add_store(one)
    add_format_option(one)
    one.set_defaults(run=_subscriptions)
    return parser


def _add_store(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--store", metavar="DIR", help="the store; else KRAEFT_STORE, else the demonstration data")


def _add(options: argparse.Namespace) -> int:
    root = open_store(options.store).root
    databases = _codes(options.databases, "--databases", {one.code for one in reference.databases()})
    departments = _codes(options.departments, "--departments")
    if NEEDS.get(options.role) and not (databases or departments):
        raise UsageError(f"--role {options.role}: say of which with --{NEEDS[options.role]} CODE,...")
    if options.no_password and options.password_file:
        raise UsageError("--no-password and --password-file exclude each other")
    password = None if options.no_password else _password(options.password_file)
    user = Users(root).add(options.name, password, options.role, databases, departments)
    of = ", ".join((*user.databases, *user.departments))
    print(f"{user.name}: {user.role}{f' of {of}' if of else ''}", file=sys.stderr)
    return DONE


def _codes(text: str, option: str, known: set[str] | None = None) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(one.strip() for one in text.split(",") if one.strip()))
    for code in codes:
        if known is not None and code not in known:
            raise UsageError(f"{option}: there is no '{code}'; there are {', '.join(sorted(known))}")
    return codes


def _password(file: str | None) -> str:
    """The first line of the file, or what is typed, twice; of a pipe its first line."""
    if file is not None:
        try:
            return Path(file).read_text(encoding="utf-8").partition("\n")[0]
        except OSError as error:
            raise UsageError(f"--password-file: {file} cannot be read ({error.strerror})") from error
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    typed = getpass.getpass("Password: ")
    if typed != getpass.getpass("Again: "):
        raise UserRefused("the two passwords differ; try again")
    return typed


def _list(options: argparse.Namespace) -> int:
    rows = pd.DataFrame(
        [
            (
                one.name,
                one.role,
                " ".join(one.databases),
                " ".join(one.departments),
                one.created.isoformat("T", "seconds"),
                "elsewhere" if one.elsewhere else "password",
            )
            for one in Users(open_store(options.store).root).all()
        ],
        columns=["name", "role", "databases", "departments", "created", "log_in"],
    )
    write_rows(rows, options.format, sys.stdout)
    return DONE


def _remove(options: argparse.Namespace) -> int:
    if Users(open_store(options.store).root).remove(options.name):
        return DONE
    print(f"refused: there is no user '{options.name}' (python -m users list)", file=sys.stderr)
    return REFUSED


def _token(options: argparse.Namespace) -> int:
    users = Users(open_store(options.store).root)
    if not options.end:
        print(users.give_token(options.name))
        print("shown once; the program sends it as: Authorization: Bearer TOKEN", file=sys.stderr)
        return DONE
    if users.take_token(options.name):
        return DONE
    print(f"refused: '{options.name}' has no token", file=sys.stderr)
    return REFUSED


def _subscribe(options: argparse.Namespace) -> int:
    store = open_store(options.store)
    snapshot = store.current()
    known = {one.code for one in (*departments(snapshot), *hospitals(snapshot))}
    units = _codes(options.units, "--units")
    for code in units:
        if code not in known:
            raise UsageError(f"--units: no department or hospital of the store is '{code}'; /soeg finds codes")
    Users(store.root).subscribe(options.address, units)
    print(f"{options.address}: {', '.join(units)}", file=sys.stderr)
    return DONE


def _unsubscribe(options: argparse.Namespace) -> int:
    ended = Users(open_store(options.store).root).unsubscribe(options.address, _codes(options.units, "--units"))
    if ended:
        print(f"{ended} subscriptions ended", file=sys.stderr)
        return DONE
    print(f"refused: '{options.address}' has no such subscription (python -m users subscriptions)", file=sys.stderr)
    return REFUSED


def _subscriptions(options: argparse.Namespace) -> int:
    found = Users(open_store(options.store).root).subscriptions()
    rows = pd.DataFrame([vars(one) for one in found], columns=["address", "unit", "since", "sent", "last"])
    write_rows(rows, options.format, sys.stdout)
    return DONE


if __name__ == "__main__":
    exit_with(main)
