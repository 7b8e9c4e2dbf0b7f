"""Which test shows which item of OWASP ASVS 5.0: `python -m tests.accounts.asvs` writes the table of SECURITY.md.

Items are those of levels 1 and 2 that this service has something to answer to, of the chapters named in SECURITY.md.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECURITY = ROOT / "SECURITY.md"
BEGIN, END = "<!-- begin of the table -->", "<!-- end of the table -->"

ATTACKS, AUDIT, DIRECTORY = "test_attacks.py", "test_audit.py", "test_directory.py"
MATRIX, PASSWORDS, ACCOUNTS = "test_route_matrix.py", "test_passwords.py", "test_accounts.py"

SHOWN: tuple[tuple[str, str, str, str], ...] = (
    ("3.2.1", "Answers are shown as what they are", ATTACKS, "test_every_answer_of_every_route_carries_the_headers"),
    ("3.2.2", "What people write is text", ATTACKS, "test_what_people_write_runs_nowhere"),
    ("3.3.1", "Cookies are Secure", ATTACKS, "test_over_https_cookies_and_answers_say_so"),
    ("3.3.2", "Cookies are SameSite", ATTACKS, "test_over_https_cookies_and_answers_say_so"),
    ("3.3.3", "Cookies are bound to the host", ATTACKS, "test_cookies_are_bound_to_the_host_over_https"),
    ("3.3.4", "Scripts cannot read a session", ATTACKS, "test_over_https_cookies_and_answers_say_so"),
    ("3.4.1", "Browsers come by https alone", ATTACKS, "test_over_https_cookies_and_answers_say_so"),
    ("3.4.3", "A strict content security policy", ATTACKS, "test_every_answer_of_every_route_carries_the_headers"),
    ("3.4.4", "Nothing is sniffed", ATTACKS, "test_every_answer_of_every_route_carries_the_headers"),
    ("3.4.5", "Addresses stay here", "../web/test_shell.py", "test_every_answer_carries_the_security_headers"),
    ("3.4.6", "Nothing is framed", ATTACKS, "test_every_answer_of_every_route_carries_the_headers"),
    ("3.5.1", "Forged forms change nothing", ATTACKS, "test_a_forged_form_changes_nothing"),
    ("3.5.2", "The API takes JSON alone", "../pages/test_commanding.py", "test_a_form_is_not_taken_for_json"),
    ("3.5.3", "What changes something is a POST", MATRIX, "test_every_route_has_a_policy_and_somebody_it_is_for"),
    ("3.7.2", "No open redirect", ATTACKS, "test_signing_in_never_leads_to_another_site"),
    ("6.1.1", "Limits on guessing", PASSWORDS, "test_guessing_is_stopped_and_one_event_a_burst_tells_of_it"),
    ("6.2.1", "Twelve characters at least", PASSWORDS, "test_common_and_short_passwords_are_refused"),
    (
        "6.2.2",
        "Passwords can be changed",
        PASSWORDS,
        "test_a_forgotten_password_is_set_anew_by_letter_and_ends_every_session",
    ),
    ("6.2.4", "Common passwords are refused", PASSWORDS, "test_common_and_short_passwords_are_refused"),
    ("6.2.8", "A password counts as it is given", PASSWORDS, "test_a_hash_knows_its_password_alone"),
    ("6.2.9", "Up to 128 characters", PASSWORDS, "test_common_and_short_passwords_are_refused"),
    ("6.2.11", "Not of one's own words", PASSWORDS, "test_a_password_of_ones_own_words_is_refused"),
    ("6.3.1", "Guessing is stopped", PASSWORDS, "test_guessing_is_stopped_and_one_event_a_burst_tells_of_it"),
    ("6.3.2", "Two factors", PASSWORDS, "test_nothing_tells_what_was_wrong"),
    ("6.3.3", "No other way in", ATTACKS, "test_only_the_demonstrations_people_are_signed_in_to_by_choice"),
    ("6.3.8", "No answer tells who has an account", PASSWORDS, "test_nothing_tells_what_was_wrong"),
    ("6.4.1", "Links are random and end", PASSWORDS, "test_links_end_and_newer_ones_take_their_place"),
    (
        "6.4.3",
        "A reset keeps the second factor",
        PASSWORDS,
        "test_a_forgotten_password_is_set_anew_by_letter_and_ends_every_session",
    ),
    ("6.4.4", "A lost factor takes a new invitation", PASSWORDS, "test_links_end_and_newer_ones_take_their_place"),
    ("6.5.1", "Codes are good once", PASSWORDS, "test_a_code_opens_once"),
    (
        "6.5.2",
        "Recovery codes of 120 bits",
        PASSWORDS,
        "test_recovery_codes_differ_and_are_found_however_they_are_typed",
    ),
    ("7.1.1", "Limits of sessions are recorded", AUDIT, "test_settings_are_recorded_when_they_change"),
    ("7.2.3", "Sessions of 256 random bits", ATTACKS, "test_a_session_that_was_planted_is_not_taken_up"),
    ("7.2.4", "A new session at each sign-in", ATTACKS, "test_a_session_that_was_planted_is_not_taken_up"),
    ("7.3.1", "Sessions left alone end", PASSWORDS, "test_sessions_end_when_they_are_left_alone_and_in_any_case"),
    ("7.3.2", "Sessions end in any case", PASSWORDS, "test_sessions_end_when_they_are_left_alone_and_in_any_case"),
    ("7.4.1", "Signing out ends it", PASSWORDS, "test_in_a_browser_from_the_letter_to_the_schools_own_page"),
    ("7.4.2", "A closed account is out", ATTACKS, "test_a_closed_account_is_out_at_once"),
    (
        "7.4.3",
        "A new password ends sessions",
        PASSWORDS,
        "test_a_forgotten_password_is_set_anew_by_letter_and_ends_every_session",
    ),
    ("7.4.4", "The way out is on every page", PASSWORDS, "test_in_a_browser_from_the_letter_to_the_schools_own_page"),
    ("7.5.2", "One's sessions are listed", ATTACKS, "test_identifiers_of_others_open_nothing"),
    ("8.1.1", "Who may go where is written down", MATRIX, "test_every_route_has_a_policy_and_somebody_it_is_for"),
    ("8.2.1", "Every route has a policy", MATRIX, "test_every_route_for_every_role"),
    ("8.2.2", "Others' identifiers open nothing", ATTACKS, "test_identifiers_of_others_open_nothing"),
    ("8.2.3", "Sealed fields are for those who may", AUDIT, "test_whoever_looks_at_what_names_a_child_is_recorded"),
    ("8.3.1", "Commands ask the same policies", ACCOUNTS, "test_the_command_line_acts_under_the_same_policies"),
    ("8.4.1", "Books know nothing of each other", MATRIX, "test_a_session_of_one_book_opens_nothing_of_another"),
    (
        "10.1.2",
        "What comes back is this browser's",
        DIRECTORY,
        "test_what_comes_back_counts_once_and_in_its_own_browser",
    ),
    ("10.2.1", "State and PKCE", DIRECTORY, "test_what_comes_back_counts_once_and_in_its_own_browser"),
    (
        "10.3.2",
        "Tokens do what they are for",
        ATTACKS,
        "test_a_token_that_was_revoked_or_narrowed_does_no_more_than_it_may",
    ),
    ("10.5.1", "Nonce", DIRECTORY, "test_a_token_with_a_claim_that_is_wrong_or_missing_is_refused"),
    ("10.5.2", "Tenant and object id", DIRECTORY, "test_another_tenant_and_nobodys_role_stay_outside"),
    (
        "10.5.3",
        "The issuer is the one that was set",
        DIRECTORY,
        "test_a_directory_that_calls_itself_otherwise_is_not_believed",
    ),
    (
        "10.5.4",
        "The audience is this service",
        DIRECTORY,
        "test_a_token_with_a_claim_that_is_wrong_or_missing_is_refused",
    ),
    ("16.2.1", "Log lines say when, what and who", AUDIT, "test_the_log_is_json_that_nothing_sent_can_break"),
    ("16.2.5", "No secret and no name is logged", AUDIT, "test_the_log_is_json_that_nothing_sent_can_break"),
    (
        "16.3.1",
        "Sign-ins and refusals are events",
        PASSWORDS,
        "test_guessing_is_stopped_and_one_event_a_burst_tells_of_it",
    ),
    ("16.3.3", "Files that leave are events", AUDIT, "test_files_that_leave_are_recorded_with_who_took_them"),
    ("16.4.1", "Nothing sent begins a log line", AUDIT, "test_the_log_is_json_that_nothing_sent_can_break"),
    ("16.4.2", "The audit cannot be changed unseen", "../ledger/test_verify.py", ""),
    ("16.5.1", "Errors tell nothing of the inside", "../web/test_shell.py", "test_errors_answer_in_words"),
)
"""Item, what is true, and the file (beside this one) and name of the test; no name stands for the whole file."""


def table() -> str:
    """The table as SECURITY.md holds it."""
    lines = ["| item | what is true | shown by |", "| --- | --- | --- |"]
    for item, words, file, name in SHOWN:
        path = (Path(__file__).parent / file).resolve().relative_to(ROOT)
        lines.append(f"| {item} | {words} | `{path}`{f', `{name}`' if name else ''} |")
    return "\n".join(lines)


def with_table(text: str) -> str:
    """SECURITY.md's text with the table as it is now."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    SECURITY.write_text(with_table(SECURITY.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"{len(SHOWN)} items\n")
