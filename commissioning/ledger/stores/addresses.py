"""Addresses of servers, as they may come into messages and logs."""

from urllib.parse import urlsplit


def without_password(url: str) -> str:
    """The address with its login, server and database, and with neither its password nor further parameters."""
    where = urlsplit(url)
    login, at, server = where.netloc.rpartition("@")
    return f"{where.scheme}://{login.partition(':')[0]}{at}{server}{where.path}"
