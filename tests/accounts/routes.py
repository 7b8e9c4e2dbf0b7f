"""Who may go where, written down beside the product: every route, an address of it, and the roles that it is for.

A route that is not named here fails the matrix: whoever adds one says here who it is for.
"""

from commissioning.ledger.actor import ROLES, Role

STAFF = tuple(role for role in ROLES if role not in ("provider", "administrator"))
"""The council's own, who see money."""
EVERYBODY = ROLES
COUNCIL = tuple(role for role in ROLES if role != "provider")
SENDERS: tuple[Role, ...] = ("finance", "provider")
"""Who sends invoices."""
NO_KEY = "0123456789abcdef" * 2
"""The key of an invoice or a run that nobody has recorded."""
NO_UPLOAD = "0" * 32
COMMISSIONER: tuple[Role, ...] = ("commissioner",)
NOBODY_SIGNS_IN = None
"""A public route."""

SCHOOL_FORMS = {
    "inspections/record": "inspections/record",
    "inspections/{inspected_on}/{body}/withdraw": "inspections/2026-05-17/ofsted/withdraw",
    "documents/record": "documents/record",
    "documents/{kind}/{valid_from}/withdraw": "documents/registration/2026-05-17/withdraw",
    "new-placements/suspend": "new-placements/suspend",
    "new-placements/resume": "new-placements/resume",
    "new-placements/permit": "new-placements/permit",
    "contacts/record": "contacts/record",
    "contacts/{contact}/record": "contacts/0123456789abcdef0123456789abcdef/record",
    "contacts/{contact}/remove": "contacts/0123456789abcdef0123456789abcdef/remove",
    "visits/record": "visits/record",
    "actions/agree": "actions/agree",
    "actions/{number}/done": "actions/1/done",
}
"""The forms about one school, with an address of each."""
REVIEW_FORMS = {
    "case-officer": "case-officer",
    "reviews/schedule": "reviews/schedule",
    "reviews/{kind}/{due_on}/hold": "reviews/ehc_annual/2026-06-30/hold",
    "reviews/{kind}/{due_on}/conclude": "reviews/ehc_annual/2026-06-30/conclude",
    "reviews/{kind}/{due_on}/stage/{stage}": "reviews/ehc_annual/2026-06-30/stage/invited",
    "reviews/{kind}/{due_on}/escalate/{step}": "reviews/ehc_annual/2026-06-30/escalate/-30",
    "reviews/{kind}/{due_on}/withdraw": "reviews/ehc_annual/2026-06-30/withdraw",
}
"""The forms about the reviews of one placement, with an address of each."""
ROUTES: dict[tuple[str, str], tuple[str, tuple[Role, ...] | None]] = {
    ("GET", "/static/{fingerprint}/{name}"): ("/static/0/favicon.svg", NOBODY_SIGNS_IN),
    ("GET", "/healthz"): ("/healthz", NOBODY_SIGNS_IN),
    ("GET", "/readyz"): ("/readyz", NOBODY_SIGNS_IN),
    ("GET", "/metrics"): ("/metrics", NOBODY_SIGNS_IN),
    ("GET", "/sign-in"): ("/sign-in", NOBODY_SIGNS_IN),
    ("POST", "/sign-in/role"): ("/sign-in/role", NOBODY_SIGNS_IN),
    ("POST", "/sign-in/password"): ("/sign-in/password", NOBODY_SIGNS_IN),
    ("GET", "/sign-in/directory"): ("/sign-in/directory", NOBODY_SIGNS_IN),
    ("GET", "/sign-in/directory/back"): ("/sign-in/directory/back", NOBODY_SIGNS_IN),
    ("GET", "/welcome/{secret}"): ("/welcome/no-link", NOBODY_SIGNS_IN),
    ("POST", "/welcome/{secret}"): ("/welcome/no-link", NOBODY_SIGNS_IN),
    ("GET", "/reset/{secret}"): ("/reset/no-link", NOBODY_SIGNS_IN),
    ("POST", "/reset/{secret}"): ("/reset/no-link", NOBODY_SIGNS_IN),
    ("GET", "/forgotten"): ("/forgotten", NOBODY_SIGNS_IN),
    ("POST", "/forgotten"): ("/forgotten", NOBODY_SIGNS_IN),
    ("POST", "/sign-out"): ("/sign-out", NOBODY_SIGNS_IN),
    ("GET", "/account"): ("/account", EVERYBODY),
    ("GET", "/account/password"): ("/account/password", EVERYBODY),
    ("POST", "/account/password"): ("/account/password", EVERYBODY),
    ("POST", "/account/sessions/{session}/end"): ("/account/sessions/0123456789abcdef/end", EVERYBODY),
    ("POST", "/account/tokens"): ("/account/tokens", COUNCIL),
    ("POST", "/account/tokens/{token}/revoke"): ("/account/tokens/0123456789abcdef/revoke", COUNCIL),
    ("GET", "/drafts"): ("/drafts", EVERYBODY),
    ("POST", "/drafts"): ("/drafts", EVERYBODY),
    ("GET", "/receipts/{command_id}"): ("/receipts/0123456789abcdef", EVERYBODY),
    ("GET", "/receipts/{command_id}/undo"): ("/receipts/0123456789abcdef/undo", EVERYBODY),
    ("POST", "/receipts/{command_id}/undo"): ("/receipts/0123456789abcdef/undo", EVERYBODY),
    ("GET", "/audit"): ("/audit", ("auditor", "administrator")),
    ("GET", "/accounts"): ("/accounts", ("commissioner", "administrator")),
    ("POST", "/accounts"): ("/accounts", ("commissioner", "administrator")),
    ("GET", "/accounts/{account}"): ("/accounts/0123456789abcdef", ("administrator",)),
    ("POST", "/accounts/{account}"): ("/accounts/0123456789abcdef", ("administrator",)),
    ("GET", "/waiting"): ("/waiting", ("commissioner", "finance", "approver", "auditor")),
    ("GET", "/waiting/{proposal}"): (
        "/waiting/0123456789abcdef",
        ("commissioner", "finance", "approver", "auditor"),
    ),
    ("POST", "/waiting/{proposal}"): ("/waiting/0123456789abcdef", ("commissioner", "finance", "approver")),
    ("GET", "/schools/{urn}/bank-details"): ("/schools/900001/bank-details", ("finance", "approver", "auditor")),
    ("POST", "/schools/{urn}/bank-details"): ("/schools/900001/bank-details", ("finance",)),
    ("GET", "/"): ("/", STAFF),
    ("GET", "/spend"): ("/spend", STAFF),
    ("GET", "/compare"): ("/compare", STAFF),
    ("GET", "/bridge"): ("/bridge", STAFF),
    ("GET", "/exceptions"): ("/exceptions", STAFF),
    ("GET", "/reviews"): ("/reviews", STAFF),
    ("GET", "/compare/local-first"): ("/compare/local-first", STAFF),
    ("GET", "/forecast"): ("/forecast", STAFF),
    ("GET", "/publications"): ("/publications", STAFF),
    ("GET", "/publications/ocds.json"): ("/publications/ocds.json", STAFF),
    ("POST", "/publications"): ("/publications", ("finance", "approver")),
    ("GET", "/reports/{name}"): ("/reports/spend", STAFF),
    ("GET", "/year-groups"): ("/year-groups", STAFF),
    ("GET", "/uplifts"): ("/uplifts", STAFF),
    ("GET", "/views"): ("/views", STAFF),
    ("POST", "/views/save"): ("/views/save", STAFF),
    ("POST", "/views/drop"): ("/views/drop", STAFF),
    ("GET", "/scenarios"): ("/scenarios", STAFF),
    ("GET", "/scenarios/new"): ("/scenarios/new", STAFF),
    ("POST", "/scenarios/new"): ("/scenarios/new", STAFF),
    ("POST", "/scenarios/save"): ("/scenarios/save", STAFF),
    ("POST", "/scenarios/drop"): ("/scenarios/drop", STAFF),
    ("GET", "/scenarios/{name}"): ("/scenarios/Block%20of%20two", STAFF),
    ("GET", "/voids"): ("/voids", STAFF),
    ("GET", "/compare/what-if"): ("/compare/what-if", STAFF),
    ("GET", "/compare/scenarios"): ("/compare/scenarios", STAFF),
    ("POST", "/compare/scenario"): ("/compare/scenario", STAFF),
    ("GET", "/budget"): ("/budget", STAFF),
    ("POST", "/budget"): ("/budget", ("commissioner", "finance")),
    ("GET", "/closing"): ("/closing", STAFF),
    ("POST", "/closing"): ("/closing", ("finance",)),
    ("GET", "/pack.{form}"): ("/pack.xlsx", STAFF),
    ("GET", "/files"): ("/files", STAFF),
    ("POST", "/files"): ("/files", STAFF),
    ("GET", "/reports/{name}.{form}"): ("/reports/spend.csv", STAFF),
    ("GET", "/placements"): ("/placements", STAFF),
    ("GET", "/placements/{ref}"): ("/placements/PL-1", STAFF),
    ("GET", "/placements/{ref}/change/{change}"): ("/placements/PL-1/change/package", ("commissioner",)),
    ("POST", "/placements/{ref}/change/{change}"): ("/placements/PL-1/change/package", ("commissioner",)),
    ("POST", "/placements/{ref}/agreement.pdf"): ("/placements/PL-1/agreement.pdf", ("commissioner",)),
    ("POST", "/placements/{ref}/pupil"): ("/placements/PL-1/pupil", ("commissioner", "auditor")),
    ("GET", "/price-bands"): ("/price-bands", STAFF),
    ("GET", "/new/price-bands"): ("/new/price-bands", COMMISSIONER),
    ("POST", "/new/price-bands"): ("/new/price-bands", COMMISSIONER),
    ("POST", "/new/price-bands/file"): ("/new/price-bands/file", COMMISSIONER),
    ("GET", "/new/agreement"): ("/new/agreement", COMMISSIONER),
    ("GET", "/new/agreement/{model}"): ("/new/agreement/block", COMMISSIONER),
    ("POST", "/new/agreement/{model}"): ("/new/agreement/block", COMMISSIONER),
    ("GET", "/agreements/{ref}/change/{change}"): ("/agreements/BLOCK-1/change/terms", COMMISSIONER),
    ("POST", "/agreements/{ref}/change/{change}"): ("/agreements/BLOCK-1/change/terms", COMMISSIONER),
    ("GET", "/uplifts/rounds/{round}"): ("/uplifts/rounds/Fees", STAFF),
    ("GET", "/uplifts/requests/{key}"): ("/uplifts/requests/Fees", STAFF),
    **{
        (method, f"/uplifts/{of}"): (f"/uplifts/{of}".replace("{round}", "Fees").replace("{key}", "Fees"), COMMISSIONER)
        for method in ("GET", "POST")
        for of in (
            "rounds/{round}/change",
            "rounds/{round}/ask",
            *(f"requests/{{key}}/{deed}" for deed in ("ask", "offer", "agree", "refuse", "take-back", "withdraw")),
        )
    },
    ("GET", "/new/uplift-round"): ("/new/uplift-round", COMMISSIONER),
    ("POST", "/new/uplift-round"): ("/new/uplift-round", COMMISSIONER),
    ("GET", "/consultations"): ("/consultations", STAFF),
    ("GET", "/api/v1/lists/consultations"): ("/api/v1/lists/consultations", STAFF),
    ("GET", "/consultations/{ref}"): ("/consultations/CN-1", STAFF),
    ("GET", "/consultations/{ref}/do/{step}"): ("/consultations/CN-1/do/consult", ("commissioner",)),
    ("POST", "/consultations/{ref}/do/{step}"): ("/consultations/CN-1/do/consult", ("commissioner",)),
    ("GET", "/new/consultation"): ("/new/consultation", ("commissioner",)),
    ("POST", "/new/consultation"): ("/new/consultation", ("commissioner",)),
    ("GET", "/new/placement"): ("/new/placement", ("commissioner",)),
    ("POST", "/new/placement"): ("/new/placement", ("commissioner",)),
    ("GET", "/agreements"): ("/agreements", STAFF),
    ("GET", "/agreements/{ref}"): ("/agreements/BLOCK-1", STAFF),
    ("GET", "/schools"): ("/schools", STAFF),
    ("GET", "/placements/{ref}/reviews/{kind}/{due_on}"): ("/placements/PL-1/reviews/ehc_annual/2026-06-30", STAFF),
    **{
        (method, f"/placements/{{ref}}/{path}"): (f"/placements/PL-1/{address}", ("commissioner",))
        for method in ("GET", "POST")
        for path, address in REVIEW_FORMS.items()
    },
    ("GET", "/reviews/calendar"): ("/reviews/calendar", STAFF),
    ("GET", "/reviews/first"): ("/reviews/first", COMMISSIONER),
    ("POST", "/reviews/first"): ("/reviews/first", COMMISSIONER),
    ("POST", "/reviews/calendar"): ("/reviews/calendar", STAFF),
    ("GET", "/calendar/{secret}.ics"): ("/calendar/no-such-address-at-all.ics", NOBODY_SIGNS_IN),
    ("GET", "/schools/{urn}"): ("/schools/900001", STAFF),
    **{
        (method, f"/schools/{{urn}}/{path}"): (f"/schools/900001/{address}", ("commissioner",))
        for method in ("GET", "POST")
        for path, address in SCHOOL_FORMS.items()
    },
    ("GET", "/schools/refresh"): ("/schools/refresh", ("commissioner",)),
    ("POST", "/schools/refresh"): ("/schools/refresh", ("commissioner",)),
    ("POST", "/schools/refresh/confirm"): ("/schools/refresh/confirm", ("commissioner",)),
    **{(method, "/schools/mark"): ("/schools/mark", ("commissioner",)) for method in ("GET", "POST")},
    ("GET", "/your-schools"): ("/your-schools", ("provider",)),
    ("GET", "/your-schools/{ref}"): ("/your-schools/PL-1", ("provider",)),
    ("GET", "/your-invoices"): ("/your-invoices", ("provider",)),
    ("GET", "/your-invoices/expected"): ("/your-invoices/expected", ("provider",)),
    ("GET", "/your-invoices/payments"): ("/your-invoices/payments", ("provider",)),
    ("GET", "/your-invoices/statement"): ("/your-invoices/statement", ("provider",)),
    ("GET", "/your-invoices/statement.{form}"): ("/your-invoices/statement.csv", ("provider",)),
    ("GET", "/your-invoices/{invoice}"): (f"/your-invoices/{NO_KEY}", ("provider",)),
    ("GET", "/invoices"): ("/invoices", STAFF),
    ("GET", "/api/v1/lists/invoices"): ("/api/v1/lists/invoices", STAFF),
    ("GET", "/invoices/expected"): ("/invoices/expected", STAFF),
    ("GET", "/invoices/{invoice}/queries/{query}"): (f"/invoices/{NO_KEY}/queries/1", (*STAFF, "provider")),
    ("GET", "/invoices/suppliers"): ("/invoices/suppliers", STAFF),
    ("GET", "/invoices/rules"): ("/invoices/rules", STAFF),
    ("GET", "/invoices/credits"): ("/invoices/credits", STAFF),
    ("GET", "/invoices/credits/{request}"): (f"/invoices/credits/{NO_KEY}", (*STAFF, "provider")),
    ("GET", "/invoices/runs"): ("/invoices/runs", STAFF),
    ("GET", "/invoices/runs/{run}"): (f"/invoices/runs/{NO_KEY}", STAFF),
    ("GET", "/invoices/runs/{run}/{file}.csv"): (f"/invoices/runs/{NO_KEY}/headers.csv", STAFF),
    ("GET", "/invoices/runs/{run}/remittances.pdf"): (f"/invoices/runs/{NO_KEY}/remittances.pdf", STAFF),
    ("GET", "/invoices/runs/{run}/remittance/{urn}.pdf"): (
        f"/invoices/runs/{NO_KEY}/remittance/900001.pdf",
        (*STAFF, "provider"),
    ),
    ("GET", "/invoices/{invoice}"): (f"/invoices/{NO_KEY}", (*STAFF, "provider")),
    **{
        (method, f"/invoices{path}"): (f"/invoices{address}", roles)
        for method in ("GET", "POST")
        for path, address, roles in (
            ("/expected/{agreement}/{day}/{net}/agree", "/expected/NONE/2026-09-01/1/agree", SENDERS),
            ("/{invoice}/approve", f"/{NO_KEY}/approve", ("finance", "approver")),
            ("/{invoice}/check", f"/{NO_KEY}/check", ("finance",)),
            ("/{invoice}/void", f"/{NO_KEY}/void", ("finance",)),
            ("/{invoice}/query", f"/{NO_KEY}/query", ("finance",)),
            ("/{invoice}/query-vat", f"/{NO_KEY}/query-vat", ("finance",)),
            ("/{invoice}/queries/{query}/answer", f"/{NO_KEY}/queries/1/answer", ("finance", "provider")),
            ("/{invoice}/queries/{query}/write", f"/{NO_KEY}/queries/1/write", ("finance", "provider")),
            ("/{invoice}/queries/{query}/settle", f"/{NO_KEY}/queries/1/settle", ("finance",)),
            ("/suppliers/{urn}/payee", "/suppliers/900001/payee", ("approver",)),
            ("/suppliers/{urn}/vat", "/suppliers/900001/vat", ("approver",)),
            ("/rules/change", "/rules/change", ("approver",)),
            ("/runs/columns", "/runs/columns", ("finance",)),
            ("/runs/new/{gross}", "/runs/new/1", ("finance",)),
            ("/credits/{request}/send", f"/credits/{NO_KEY}/send", ("finance",)),
            ("/credits/{request}/answer", f"/credits/{NO_KEY}/answer", ("finance", "provider")),
            ("/runs/{run}/reverse", f"/runs/{NO_KEY}/reverse", ("finance",)),
            ("/runs/{run}/paid", f"/runs/{NO_KEY}/paid", ("finance",)),
        )
    },
    **{
        (method, f"/invoices/keying/{{urn}}/{{sha256}}{path}"): (
            f"/invoices/keying/900001/{NO_KEY * 2}{address}",
            SENDERS,
        )
        for method, path, address in (
            ("GET", "", ""),
            ("GET", "/pages/{page}.png", "/pages/1.png"),
            ("POST", "/back", "/back"),
            *(
                (method, f"/{{position}}/{what}/{{agreement}}/{{day}}", f"/1/{what}/BLOCK-1/2026-09-01")
                for method in ("GET", "POST")
                for what in ("as-expected", "lines", "credit")
            ),
        )
    },
    ("GET", "/calendars"): ("/calendars", STAFF),
    ("GET", "/imports"): ("/imports", ("commissioner", "finance")),
    ("POST", "/imports"): ("/imports", ("commissioner", "finance")),
    ("GET", "/imports/{upload}"): (f"/imports/{NO_UPLOAD}", ("commissioner", "finance")),
    ("GET", "/imports/{upload}/progress"): (f"/imports/{NO_UPLOAD}/progress", ("commissioner", "finance")),
    ("POST", "/imports/{upload}/confirm"): (f"/imports/{NO_UPLOAD}/confirm", ("commissioner", "finance")),
    ("POST", "/imports/{upload}/drop"): (f"/imports/{NO_UPLOAD}/drop", ("commissioner", "finance")),
    ("GET", "/api/openapi.json"): ("/api/openapi.json", COUNCIL),  # a school has no token
    ("GET", "/for-programs"): ("/for-programs", EVERYBODY),
    ("GET", "/events/{position}"): ("/events/5", STAFF),
    ("GET", "/pupils/{key}"): ("/pupils/0123456789abcdef", STAFF),
    ("GET", "/search"): ("/search?q=PL-1", STAFF),
    ("POST", "/search"): ("/search", STAFF),
    ("GET", "/api/v1/lists/placements"): ("/api/v1/lists/placements", STAFF),
    ("GET", "/api/v1/lists/agreements"): ("/api/v1/lists/agreements", STAFF),
    ("GET", "/api/v1/lists/schools"): ("/api/v1/lists/schools", STAFF),
    ("GET", "/api/v1/lists/exceptions"): ("/api/v1/lists/exceptions", STAFF),
    ("GET", "/api/v1/lists/reviews"): ("/api/v1/lists/reviews", STAFF),
    ("GET", "/invoices/expected/{agreement}/{day}/template.{form}"): (
        "/invoices/expected/BLOCK-1/2026-09-01/template.csv",
        (*STAFF, "provider"),
    ),
    ("GET", "/invoices/{invoice}/ubl.xml"): (f"/invoices/{NO_KEY}/ubl.xml", (*STAFF, "provider")),
    ("GET", "/invoices/{invoice}/pages/{page}.png"): (f"/invoices/{NO_KEY}/pages/1.png", (*STAFF, "provider")),
    ("GET", "/invoices/{invoice}/file"): (f"/invoices/{NO_KEY}/file", (*STAFF, "provider")),
    ("GET", "/invoices/send"): ("/invoices/send", SENDERS),
    ("POST", "/invoices/send"): ("/invoices/send", SENDERS),
    ("GET", "/invoices/send/{upload}"): ("/invoices/send/no-upload", SENDERS),
    ("GET", "/invoices/send/{upload}/progress"): ("/invoices/send/no-upload/progress", SENDERS),
    ("GET", "/invoices/columns/{urn}/{sha256}"): ("/invoices/columns/900001/0", SENDERS),
    ("POST", "/invoices/columns/{urn}/{sha256}"): ("/invoices/columns/900001/0", SENDERS),
    ("POST", "/invoices/columns/forget"): ("/invoices/columns/forget", SENDERS),
    ("POST", "/api/v1/invoices"): ("/api/v1/invoices", ("finance",)),
    ("GET", "/api/v1/reports/{name}"): ("/api/v1/reports/spend", STAFF),
    ("POST", "/api/v1/commands/{name}"): (
        "/api/v1/commands/agree-proposal",
        ("commissioner", "finance", "approver"),
    ),
}
