"""What ``python app.py`` is told on its command line, and what of it cannot be."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from data.secret_files import secret
from data.store import StoreError
from results.view import THRESHOLDS
from server import base_path, embedded
from server.access import network, openid, proxy_user
from server.access.network import Network
from server.access.openid import Provider


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options; ends the program with code 2 where they do not fit."""
    parser = argparse.ArgumentParser(prog="python app.py", description="The dashboard of Danish cancer quality data.")
    parser.add_argument("--store", metavar="DIR", help="the store; default KRAEFT_STORE, else demonstration data")
    parser.add_argument(
        "--published", metavar="DIR", help="a folder made by python -m publish, instead of a store: no microdata here"
    )
    parser.add_argument(
        "--k",
        type=int,
        choices=THRESHOLDS,
        help="the public edition hides results on fewer patients; default: 5, of a publication its own",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8050, help="port to listen on (default: %(default)s)")
    parser.add_argument(
        "--edition",
        choices=("working", "public"),
        help="working shows all counts; default: working on this machine alone, public on any other host",
    )
    parser.add_argument(
        "--trusted-host", action="append", default=[], metavar="NAME", help="a name by which the server is reached"
    )
    parser.add_argument(
        "--behind-proxy", type=int, default=0, metavar="N", help="so many proxies of ours stand before the server"
    )
    parser.add_argument(
        "--open-to-all", action="store_true", help="the public edition without log-in, also from the network"
    )
    parser.add_argument(
        "--base-path", type=_told(base_path.checked), default="", metavar="PATH",
        help="the path of its host below which the dashboard is, as /kvalitet",
    )  # fmt: skip
    parser.add_argument(
        "--proxy-address", type=_told(network.addresses), action="append", default=[], metavar="ADDRESS",
        help="answer only what comes from this address (or net) of our proxy",
    )  # fmt: skip
    parser.add_argument(
        "--user-header", type=_told(proxy_user.checked), metavar="NAME",
        help="the header in which our proxy says who has logged in there",
    )  # fmt: skip
    parser.add_argument(
        "--oidc-issuer", type=_told(openid.checked), metavar="URL",
        help=f"log-in with OpenID Connect; the secret is in {openid.SECRET}, or in the file {openid.SECRET}_FILE names",
    )  # fmt: skip
    parser.add_argument("--oidc-client", default="", metavar="ID", help="what the provider calls this dashboard")
    parser.add_argument(
        "--oidc-claim", default=Provider.claim, metavar="CLAIM", help="who somebody is to us (default: %(default)s)"
    )
    parser.add_argument("--oidc-name", default="", metavar="TEXT", help="what users call the provider")
    parser.add_argument(
        "--embed-origin", type=_told(embedded.checked), action="append", default=[], metavar="ORIGIN",
        help="a site that may show /indlejret/<indicator> (of the public edition, without log-in) in a frame",
    )  # fmt: skip
    options = parser.parse_args(arguments)
    if options.published and (options.store or options.edition == "working" or options.k):
        parser.error("--published holds the public edition with its own k; leave --store, --edition and --k out")
    if bool(options.oidc_issuer) != bool(options.oidc_client):
        parser.error("--oidc-issuer and --oidc-client belong together")
    if options.open_to_all and (options.oidc_issuer or options.user_header):
        parser.error("--open-to-all is without log-in; leave --oidc-issuer and --user-header out")
    return options


def network_of(options: argparse.Namespace, login: bool) -> Network:
    """How the server is reached. Raises StoreError where the secret of the provider is missing."""
    return Network(
        options.host,
        tuple(options.trusted_host),
        options.behind_proxy,
        login,
        options.open_to_all,
        options.base_path,
        tuple(options.proxy_address),
        options.user_header or "",
        _provider(options) if options.oidc_issuer else None,
        tuple(options.embed_origin),
    )


def _provider(options: argparse.Namespace) -> Provider:
    known = secret(openid.SECRET)
    if not known:
        raise StoreError(
            f"--oidc-issuer: the secret is missing; set {openid.SECRET}, or {openid.SECRET}_FILE to a file that its "
            "owner alone can read"
        )
    return Provider(options.oidc_issuer, options.oidc_client, known, options.oidc_claim, options.oidc_name)


def _told(check: Callable[[str], object]) -> Callable[[str], object]:
    """The check of an option's value, so that argparse prints what it says."""

    def converted(text: str) -> object:
        try:
            return check(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return converted
