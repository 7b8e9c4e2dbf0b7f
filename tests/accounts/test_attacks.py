"""What attackers try: forged forms, planted sessions, others' identifiers, redirects, scripts in every field."""

import re
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from aiohttp import FormData

from commissioning.accounts import identities
from commissioning.accounts.pages.cookies import cookie_name
from commissioning.accounts.settings import SignInSettings
from commissioning.app import open_ledger
from commissioning.settings import Settings
from commissioning.web.security import INLINE_SCRIPT
from tests.accounts.records import records_of
from tests.accounts.routes import ROUTES
from tests.accounts.signing_in import bearer_for, client_of, form_token, person, session, session_for, token
from tests.accounts.two_books import SCHOOLS
from tests.architecture.house import ROOT

HOSTILE = (
    "<script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "javascript:alert(1)",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "{{7*7}}",
    "{% raw %}{{ config }}{% endraw %}",
    "${7*7}",
    "<%= 7*7 %>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "\u202e<script>alert(1)</script>",
    "\x00<script>alert(1)</script>",
    "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<img src=x:alert(alt) onerror=eval(src) alt=1>",
    "' OR 1=1 --",
    "'; DROP TABLE ledger_event; --",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "\r\nSet-Cookie: session=evil",
    "../../../../etc/passwd",
    '=HYPERLINK("http://evil.example")',
)  # fmt: skip


class Runs(HTMLParser):
    """Reads a page as a browser does and notes whatever in it could run that is not ours."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        ours = (given.get("src") or "").startswith("/static/") if "src" in given else not given
        if tag in {"iframe", "object", "embed", "base", "style", "math"} or (tag == "script" and not ours):
            self.found.append(tag)
        for name, value in attrs:
            code = (value or "").strip().lower().startswith(("javascript:", "data:", "vbscript:"))
            if name.startswith("on") or name in {"style", "srcdoc"} or (name in {"href", "src", "action"} and code):
                self.found.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        if self.lasttag == "script" and data.strip() not in ("", INLINE_SCRIPT):
            self.found.append(data)


def scripts_in(page: str) -> list[str]:
    """Whatever in a page could run that is not ours: scripts, handlers, addresses that are code."""
    reader = Runs()
    reader.feed(page)
    reader.close()
    return reader.found


def test_what_could_run_is_seen() -> None:
    """The finder can fail: each hostile text that is a script finds itself when it is written into a page unescaped."""
    page = "<html><body><p>{}</p></body></html>"
    assert scripts_in(page.format("text")) == []
    for text in ("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<a href='javascript:alert(1)'>x</a>",
                 "<svg/onload=alert(1)>", "<iframe srcdoc='x'>"):  # fmt: skip
        assert scripts_in(page.format(text)) != []


@pytest.mark.parametrize("address", [address for (method, _), (address, _) in ROUTES.items() if method == "GET"])
async def test_what_an_address_holds_runs_nowhere(settings: Settings, address: str) -> None:
    """Each hostile text in each query key that pages know, and in the path's last part, stays text or is refused."""
    async with client_of(settings, "commissioner", "administrator") as client:
        names = ("next", "search", "sort", "year", "as_at", "provider", "need", "page", "format", "x")
        for number, text in enumerate(HOSTILE):
            asked = [(address, dict.fromkeys(names, text)), (address, {names[number % len(names)]: text})]
            asked.append((address.rsplit("/", 1)[0] + "/" + quote(text, safe=""), {}))
            for path, query in asked:
                answer = await client.get(path, params=query, allow_redirects=False)
                assert answer.status < 500, (path, query)
                assert "evil" not in str(answer.headers.getall("Set-Cookie", []))
                if answer.content_type == "text/html":
                    assert scripts_in(await answer.text()) == [], (path, query)


async def test_what_people_write_runs_nowhere(settings: Settings) -> None:
    """A hostile name of an account or of a token, and a hostile reason, are shown as they were written."""
    async with client_of(settings, "commissioner", "administrator") as client:
        proof = form_token(client)
        for number, text in enumerate(HOSTILE):
            forms = [
                ("/accounts", {"email": f"a{number}@x.example", "name": text, "role": "reader", "owner_group": ""}),
                ("/accounts", {"email": text, "name": "x", "role": text, "urn": text, "owner_group": text}),
                ("/account/tokens", {"name": text[:60], "role": "commissioner", "until": "2026-12-31"}),
                ("/account/tokens", {"name": "x", "role": text, "until": text}),
                ("/placements/PL-1/pupil", {"reason": text}),
                ("/sign-in/role", {"account": text, "next": text}),
                ("/sign-in/password", {"email": text, "password": text, "code": text, "next": text}),
                ("/forgotten", {"email": text}),
            ]
            for path, form in forms:
                answer = await client.post(path, data=form | {"form_token": proof}, allow_redirects=False)
                assert answer.status < 500, (path, form)
                if answer.content_type == "text/html":
                    assert scripts_in(await answer.text()) == [], (path, form)
        for path in ("/accounts", "/account", "/placements/PL-1"):
            page = await (await client.get(path)).text()
            assert scripts_in(page) == []
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in await (await client.get("/accounts")).text()


@pytest.mark.parametrize(("method", "path"), [key for key in ROUTES if key[0] == "POST"])
async def test_a_forged_form_changes_nothing(settings: Settings, method: str, path: str) -> None:
    """Without the session's own token, or from another site's page, no form of a signed-in reader is obeyed."""
    address, _ = ROUTES[method, path]
    async with client_of(settings, "commissioner", "administrator") as client:
        cookies = client.session.cookie_jar
        client.session.headers.popall("Authorization")
        forged = ({}, {"form_token": ""}, {"form_token": "0" * 64}, {"form_token": form_token(client)[:-1] + "x"})
        for form in forged:
            answer = await client.post(address, data=form, allow_redirects=False)
            assert answer.status in (401, 403), (form, answer.status)
        for header in (
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "https://evil.example"},
        ):
            answer = await client.post(
                address, data={"form_token": form_token(client)}, headers=header, allow_redirects=False
            )
            assert answer.status == 403
        assert len(cookies) == 1


def test_every_form_of_every_template_carries_the_sessions_token() -> None:
    """A later form that forgets it is found here; one that sends a file is known by where it comes from."""
    found, forms = [], 0
    for template in sorted(ROOT.glob("**/templates/**/*.html")):
        if ".venv" in template.parts or "tests" in template.parts:
            continue
        text = template.read_text(encoding="utf-8")
        for form in re.findall(r"<form\b.*?</form>", text, re.DOTALL):
            if 'method="post"' not in form or "multipart/form-data" in form:
                continue
            forms += 1
            if "form_token" not in form:
                found.append(f"{template.name}: {form[:60]}")
    assert forms > 10
    assert found == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 403), ({"Sec-Fetch-Site": "cross-site"}, 403), ({"Sec-Fetch-Site": "none"}, 403),
     ({"Origin": "https://evil.example"}, 403), ({"Sec-Fetch-Site": "same-origin"}, 400)],
)  # fmt: skip
async def test_a_file_is_taken_from_a_page_of_ours_alone(
    settings: Settings, headers: dict[str, str], status: int
) -> None:
    """It is streamed and not searched for a token, so the browser must say that the form is ours."""
    async with client_of(settings, "reader") as client:
        form = FormData({"text": "no file"}, default_to_multipart=True)
        assert (await client.post("/files", data=form, headers=headers)).status == status


async def test_a_form_of_one_session_is_not_anothers(settings: Settings) -> None:
    """The token is the session's own: that of another session of the same person does not do."""
    async with client_of(settings, "commissioner") as one, client_of(settings, "commissioner") as other:
        answer = await one.post("/account/tokens", data={"form_token": form_token(other)})
        assert answer.status == 403


async def test_a_session_that_was_planted_is_not_taken_up(settings: Settings) -> None:
    """Whoever signs in gets a new secret, whatever the browser brought, and what it brought opens nothing after."""
    with open_ledger(settings) as ledger:
        victim = person(ledger, "reader")
        planted = session(ledger, victim)
    async with client_of(settings) as client:
        for before in ("chosen-by-an-attacker", planted):
            client.session.cookie_jar.update_cookies({"session": before})
            form = {"account": victim, "form_token": form_token(client)}
            answer = await client.post("/sign-in/role", data=form, allow_redirects=False)
            assert answer.status == 303
            after = answer.cookies["session"].value
            assert after != before
            assert len(after) >= 43
            client.session.cookie_jar.clear()
            client.session.cookie_jar.update_cookies({"session": before})
            assert (await client.get("/account", allow_redirects=False)).status == 303


async def test_identifiers_of_others_open_nothing(settings: Settings) -> None:
    """Sessions, tokens, accounts, placements and links of somebody else are told as if there were none."""
    with open_ledger(settings) as ledger:
        other = person(ledger, "commissioner", name="Somebody else")
        session(ledger, other)
        token(ledger, other, "commissioner")
        with ledger.store.reading() as connection:
            sessions = [key for (key,) in connection.query("SELECT session FROM accounts_session")]
            tokens = [key for (key,) in connection.query("SELECT token FROM accounts_token")]
    async with client_of(settings, "reader") as client:
        proof = {"form_token": form_token(client)}
        own = re.findall(r"/account/sessions/([0-9a-f]+)/end", await (await client.get("/account")).text())
        for key in set(sessions) - set(own):
            answer = await client.post(f"/account/sessions/{key}/end", data=proof, allow_redirects=False)
            assert answer.status == 404
        for key in tokens:
            answer = await client.post(f"/account/tokens/{key}/revoke", data=proof, allow_redirects=False)
            assert answer.status == 404
        assert (await client.get(f"/accounts/{other}", allow_redirects=False)).status == 403
    with open_ledger(settings) as ledger, ledger.store.reading() as connection:
        assert {key for (key,) in connection.query("SELECT session FROM accounts_session")} >= set(sessions)


async def test_a_school_sees_no_other_schools_placement(settings: Settings) -> None:
    """By every placement there is: its own are shown, another's are 404 and their references appear nowhere."""
    async with client_of(settings, "provider", urns=(900001,)) as client:
        listed = await (await client.get("/your-schools")).text()
        for number in range(1, 7):
            status = (await client.get(f"/your-schools/PL-{number}")).status
            own = number in (1, 6)
            assert (status, f"PL-{number}" in listed) == ((200, True) if own else (404, False))
        for path in ("/placements/PL-1", "/agreements/BLOCK-1", "/schools/900001", "/reports/spend.csv", "/spend"):
            assert (await client.get(path, allow_redirects=False)).status == 403


@pytest.mark.parametrize(
    "where",
    ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/%0d%0aX: y",
     "javascript:alert(1)", "///evil.example", "/ /evil.example", "http:evil.example", "/\t/evil.example",
     "@evil.example", "."],
)  # fmt: skip
async def test_signing_in_never_leads_to_another_site(settings: Settings, where: str) -> None:
    """Whatever stands in `next`, the browser stays here."""
    with open_ledger(settings) as ledger:
        reader = person(ledger, "reader")
    async with client_of(settings) as client:
        answer = await client.post("/sign-in/role", data={"account": reader, "next": where}, allow_redirects=False)
        target = answer.headers["Location"]
        assert target.startswith("/")
        assert not target.startswith(("//", "/\\"))
        assert "\n" not in target
        answer = await client.post(
            "/sign-in/role",
            data={"account": reader, "next": "/placements?need=ASD", "form_token": form_token(client)},
            allow_redirects=False,
        )
        assert answer.headers["Location"] == "/placements?need=ASD"


async def test_only_the_demonstrations_people_are_signed_in_to_by_choice(settings: Settings) -> None:
    """The account of the command line, and a key that nobody has, are not entered by naming them."""
    with open_ledger(settings) as ledger:
        operator = ledger.vault.pupil_of(identities.system_user("a.clerk"))
    async with client_of(settings) as client:
        for account in (operator, "front-door", "entra", "", "0" * 32):
            answer = await client.post("/sign-in/role", data={"account": account}, allow_redirects=False)
            assert answer.status == 404


async def test_the_api_takes_no_cookie_and_pages_take_no_token(settings: Settings) -> None:
    """A browser's session opens nothing under /api/, a program's token no page, each refused in words."""
    secret, bearer = session_for(settings, "commissioner"), bearer_for(settings, "commissioner")
    async with client_of(settings) as client:
        client.session.cookie_jar.update_cookies({"session": secret})
        answer = await client.get("/api/v1/reports/spend")
        assert (answer.status, answer.content_type) == (401, "application/problem+json")
        client.session.cookie_jar.clear()
        assert (await client.get("/spend", headers=bearer, allow_redirects=False)).status == 303
        assert (await client.get("/api/v1/reports/spend", headers=bearer)).status == 200


async def test_a_token_that_was_revoked_or_narrowed_does_no_more_than_it_may(settings: Settings) -> None:
    """Replayed after it was revoked it opens nothing; made for reading, it changes nothing though its owner might."""
    with open_ledger(settings) as ledger:
        owner = person(ledger, "commissioner", "reader")
        reading = {"Authorization": f"Bearer {token(ledger, owner, 'reader')}"}
    async with client_of(settings, "commissioner", "reader") as client:
        ask = await client.get("/api/v1/reports/spend", headers=reading)
        change = await client.post("/api/v1/commands/agree-card-rate", json={}, headers=reading)
        assert (ask.status, change.status) == (200, 403)
        page = await (await client.get("/account")).text()
        for key in re.findall(r"/account/tokens/([0-9a-f]+)/revoke", page):
            await client.post(f"/account/tokens/{key}/revoke", data={"form_token": form_token(client)})
        assert (await client.get("/api/v1/reports/spend", headers=reading)).status == 401
        for wrong in ("Basic YTpi", "Bearer", "Bearer x", "bearer " + "y" * 5000, "Bearer \udcff"[:8]):
            assert (await client.get("/api/v1/reports/spend", headers={"Authorization": wrong})).status == 401


async def test_a_closed_account_is_out_at_once(settings: Settings) -> None:
    """Its sessions and tokens end with it, and nothing opens until it is reopened."""
    with open_ledger(settings) as ledger:
        leaver = person(ledger, "commissioner")
    secret, bearer = session_for(settings, "commissioner"), bearer_for(settings, "commissioner")
    async with client_of(settings, "administrator") as admin, client_of(settings) as client:
        client.session.cookie_jar.update_cookies({"session": secret})
        assert (await client.get("/spend", allow_redirects=False)).status == 200
        form = {"what": "close", "value": "", "form_token": form_token(admin)}
        assert (await admin.post(f"/accounts/{leaver}", data=form, allow_redirects=False)).status == 303
        assert (await client.get("/spend", allow_redirects=False)).status == 303
        assert (await client.get("/api/v1/reports/spend", headers=bearer)).status == 401
        answer = await client.post("/sign-in/role", data={"account": leaver}, allow_redirects=False)
        assert answer.status == 404


def test_cookies_are_bound_to_the_host_over_https() -> None:
    """Over https the name itself binds the cookie; over http, on this machine, a browser would refuse it."""
    assert cookie_name(SignInSettings("https://x.example")) == "__Host-session"
    assert cookie_name(SignInSettings()) == "session"


async def test_over_https_cookies_and_answers_say_so(settings: Settings) -> None:
    """Secure, HttpOnly, SameSite, for the whole host and no other; and the browser is told to come by https alone."""
    secure = settings.model_copy(update={"commissioning_address": "https://127.0.0.1"})
    with open_ledger(settings) as ledger:
        reader = person(ledger, "reader")
    async with client_of(secure) as client:
        answer = await client.post("/sign-in/role", data={"account": reader}, allow_redirects=False)
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-session=")
        for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
            assert part in cookie
        assert "Domain" not in cookie
        assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


@pytest.mark.parametrize(("method", "path"), list(ROUTES))
async def test_every_answer_of_every_route_carries_the_headers(settings: Settings, method: str, path: str) -> None:
    """Nothing is framed, sniffed or, where it could be about anybody, kept."""
    address, _ = ROUTES[method, path]
    async with client_of(settings, "commissioner") as client:
        data = FormData({"form_token": form_token(client)}) if method == "POST" and "/api/" not in path else None
        answer = await client.request(method, address, data=data, allow_redirects=False)
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "/static/" in path or answer.headers["Cache-Control"] == "no-store"


async def test_files_that_are_handed_out_carry_the_headers_and_run_nothing(settings: Settings) -> None:
    """Each file of a real invoice, run, report and calendar, and the description of the API: saved, and not sniffed."""
    with open_ledger(settings) as ledger:
        known = {name: values[0] for name, values in records_of(settings, ledger, SCHOOLS, "smallshire").items()}
    files = (
        "/invoices/{invoice}/ubl.xml", "/invoices/{invoice}/file", "/invoices/runs/{run}/headers.csv",
        "/invoices/runs/{run}/remittance/900001.pdf", "/invoices/runs/{run}/remittances.pdf",
        "/invoices/expected/BLOCK-1/2026-09-01/template.csv",
        "/calendar/{calendar}.ics", "/reports/spend.csv", "/pack.xlsx", "/api/openapi.json",
    )  # fmt: skip
    async with client_of(settings, "commissioner", "finance") as client:
        for path in files:
            async with client.get(path.format(**known)) as answer:
                assert answer.status == 200, path
                assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'"), path
                assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], path
                assert answer.headers["X-Content-Type-Options"] == "nosniff", path
                assert answer.headers["Cache-Control"] == "no-store", path
                if path.startswith(("/invoices", "/reports", "/pack")):
                    assert answer.headers["Content-Disposition"].startswith("attachment;"), path
                assert answer.content_type != "text/html", path
