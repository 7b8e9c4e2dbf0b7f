"""The door for programs that change something: `POST /api/v1/commands/NAME` (interface.md, HTTP).

The command's id is the `Idempotency-Key`, so that a program which lost the answer may send the same again. A receipt is
given only when the command is durable and witnessed; whatever is not known to have landed is answered as a problem.
"""

import re
from collections.abc import Iterable

import orjson
import structlog
from aiohttp import hdrs, web
from pydantic import ValidationError

from commissioning.ledger.errors import Fault, Refused
from commissioning.ledger.ledger import Request, sha256_of
from commissioning.ledger.log import Receipt
from commissioning.ledger.work import Command
from commissioning.web.describing import Operation, Parameter, describe
from commissioning.web.ledger_keys import VAULT, WRITER
from commissioning.web.permissions import ACTOR, Policy, register
from commissioning.web.wrong_values import fault_of

KEY_HEADER = "Idempotency-Key"

_KEY = re.compile(r"[!-~]{8,200}")
_BAD_REQUEST, _NO_SUCH_THING, _OTHER_MEDIA = 400, 404, 415


def add_routes(
    app: web.Application, commands: Iterable[type[Command]], policy: Policy, in_words: Iterable[type[Command]] = ()
) -> None:
    """Offers commands to programs that the policy allows, each under its name in small letters: `agree-own-rate`.

    Those `in_words` hold words about a child, which are sealed on entry: what stands for their content in the ledger is
    the vault's fingerprint.
    """
    sealed_on_entry = frozenset(in_words)
    offered = {command_name(kind): kind for kind in (*commands, *sealed_on_entry)}

    async def carry_out(request: web.Request) -> web.Response:
        """Carries out one command and answers with its receipt."""
        kind = offered.get(request.match_info["name"])
        if kind is None:
            raise _no_such_command(request.match_info["name"])
        command = await _read(request, kind)
        account, command_id = request[ACTOR].account, command_id_of(request)
        structlog.contextvars.bind_contextvars(command_id=command_id)
        digest = request.app[VAULT].fingerprint if kind in sealed_on_entry else sha256_of
        asked = Request.of(command, command_id=command_id, account=account, digest=digest)
        receipt = await request.app[WRITER].submit(asked)
        return web.Response(body=orjson.dumps(_told(receipt)), content_type="application/json")

    register(app, hdrs.METH_POST, "/api/v1/commands/{name}", carry_out, policy)
    describe(app, *(_described(name, kind) for name, kind in offered.items()))


_RECEIPT = {
    "type": "object",
    "required": ["command_id", "first_position", "last_position", "head"],
    "properties": {
        "command_id": {"type": "string"},
        "first_position": {"type": ["integer", "null"]},
        "last_position": {"type": ["integer", "null"]},
        "head": {"type": "object"},
    },
}
KEY_PARAMETER = Parameter(
    KEY_HEADER,
    "The id of the command: sent again under the same id it lands once and gives its first receipt.",
    {"type": "string", "pattern": "^[!-~]{8,200}$"},
    place="header",
    required=True,
)


def _described(name: str, kind: type[Command]) -> Operation:
    meaning = " ".join((kind.__doc__ or "").split())
    path = f"/api/v1/commands/{name}"
    return Operation(hdrs.METH_POST, path, name, meaning, "Commands", _RECEIPT, (KEY_PARAMETER,), kind)


def command_name(kind: type[Command]) -> str:
    """A command's name in addresses."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()


def _told(receipt: Receipt) -> dict[str, object]:
    """The receipt as JSON; the positions are null where the command changed nothing."""
    return {
        "command_id": receipt.command_id,
        "first_position": receipt.first_position,
        "last_position": receipt.last_position,
        "head": receipt.head._asdict(),
    }


def command_id_of(request: web.Request) -> str:
    """The id under which a program wants its change remembered; `Refused` where it names none."""
    keys = request.headers.getall(KEY_HEADER, [])
    if len(keys) != 1 or _KEY.fullmatch(keys[0]) is None:
        raise Refused(
            Fault(
                "idempotency-key",
                "The request does not say under which id its command is to be remembered.",
                where=KEY_HEADER,
                expected="one header of 8 to 200 visible characters, another for every command",
                mend="Make a random id for each command and send it again with every retry of that command.",
                status=_BAD_REQUEST,
            )
        )
    return keys[0]


async def _read(request: web.Request, kind: type[Command]) -> Command:
    if request.content_type != "application/json":
        raise Refused(
            Fault("content-type", "The body is not JSON.", hdrs.CONTENT_TYPE, "application/json", status=_OTHER_MEDIA)
        )
    try:
        return kind.model_validate_json(await request.read(), strict=True)
    except ValidationError as problem:
        raise Refused(
            *(
                fault_of(
                    error,
                    "body",
                    ".".join(str(part) for part in error["loc"]) or command_name(kind),
                    status=_BAD_REQUEST if error["type"] == "json_invalid" else 422,
                )
                for error in problem.errors(include_input=False, include_url=False)
            )
        ) from None


def _no_such_command(name: str) -> Refused:
    return Refused(Fault("no-such-command", "There is no such command.", where=name[:60], status=_NO_SUCH_THING))
