"""Which test shows which item of OWASP ASVS 5.0: `python -m tests.accounts.asvs` writes the table of SECURITY.md.

Items are those of levels 1 and 2 that a test can show, and one of level 3 that was asked for; SECURITY.md says in words
what stands for the others, and which do not apply.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECURITY = ROOT / "SECURITY.md"
BEGIN, END = "<!-- begin of the table -->", "<!-- end of the table -->"

ATTACKS, AUDIT, DIRECTORY = "test_attacks.py", "test_audit.py", "test_directory.py"
MATRIX, PASSWORDS, ACCOUNTS = "test_route_matrix.py", "test_passwords.py", "test_accounts.py"
HARDENING, OWN, POST, LIMITS = "test_hardening.py", "test_own_password.py", "test_post.py", "test_limits.py"
COMMAND_LINE, SECOND = "test_command_line.py", "../proposals/test_second_person.py"
FORMS = "test_hostile_forms.py"
SHELL, COMMANDS = "../web/test_shell.py", "../pages/test_commanding.py"
FILES, HOSTILE_FILES = "../importing/test_files.py", "../invoices/intake/test_hostile_files.py"
INTAKE_TAKING, INTAKE_SCANNING = "../invoices/intake/test_taking.py", "../invoices/intake/test_scanning.py"
UPLOADS = "../failure/test_many_uploads.py"
XML, VAULT = "../invoices/formats/test_xml_invoices.py", "../ledger/test_vault.py"
TOGETHER, LEDGER = "../ledger/test_together.py", "../ledger/test_commands.py"
CANARIES = "../privacy/test_canaries.py"

SHOWN: tuple[tuple[str, str, str, str], ...] = (
    (
        "1.1.2",
        "What is shown is escaped where it is shown",
        FORMS,
        "test_hostile_texts_in_every_field_of_every_form_run_nowhere",
    ),
    ("1.2.1", "Text stays text in pages", ATTACKS, "test_what_an_address_holds_runs_nowhere"),
    ("1.2.2", "No address that is code", ATTACKS, "test_what_people_write_runs_nowhere"),
    (
        "1.2.3",
        "No script is put together from words",
        SHELL,
        "test_the_policy_allows_the_one_inline_line_that_the_page_has",
    ),
    ("1.2.4", "Words are never part of a query", ATTACKS, "test_what_an_address_holds_runs_nowhere"),
    ("1.2.5", "No shell is started", HARDENING, "test_no_text_becomes_code_and_no_bytes_become_objects"),
    ("1.3.2", "No text becomes code", HARDENING, "test_no_text_becomes_code_and_no_bytes_become_objects"),
    (
        "1.3.6",
        "Only the directory is asked, and no further",
        HARDENING,
        "test_no_redirect_of_the_directory_is_followed",
    ),
    ("1.3.7", "Templates are files of ours", ATTACKS, "test_what_people_write_runs_nowhere"),
    ("1.3.11", "No header is brought into a letter", POST, "test_no_header_is_brought_in_by_a_name"),
    ("1.5.1", "XML brings in nothing", XML, "test_hostile_xml_is_refused_in_words"),
    ("1.5.2", "No bytes become objects", HARDENING, "test_no_text_becomes_code_and_no_bytes_become_objects"),
    ("2.2.1", "What comes in is what was asked for", COMMANDS, "test_what_cannot_be_done_is_a_problem_in_words"),
    ("2.2.2", "It is checked here and not in the browser", COMMANDS, "test_what_cannot_be_done_is_a_problem_in_words"),
    (
        "2.2.3",
        "Facts that contradict each other are refused",
        ACCOUNTS,
        "test_a_provider_is_nothing_else_and_speaks_for_schools",
    ),
    (
        "2.3.1",
        "Steps follow each other",
        SECOND,
        "test_what_was_answered_taken_back_or_waited_too_long_is_done_by_nobody",
    ),
    (
        "2.3.2",
        "Limits of what one person may do",
        SECOND,
        "test_an_award_at_the_limit_and_one_that_falls_are_one_persons",
    ),
    ("2.3.3", "All of a deed, or nothing", LEDGER, "test_a_deed_of_many_commands_lands_whole_or_not_at_all"),
    ("2.3.4", "Of two at once one wins", TOGETHER, "test_one_version_has_one_winner_among_those_who_share"),
    (
        "2.3.5",
        "What is worth much takes two people",
        SECOND,
        "test_where_a_school_is_paid_changes_by_two_people_and_no_figure_of_it_is_in_the_clear",
    ),
    (
        "2.4.1",
        "Nobody does by the thousand what is done by hand",
        AUDIT,
        "test_too_many_files_are_neither_given_out_nor_taken",
    ),
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
    ("4.1.1", "Answers say what they are", HARDENING, "test_every_answer_says_what_it_is_and_in_which_letters"),
    ("4.1.3", "Headers of a proxy are a proxy's", HARDENING, "test_whose_request_it_is_is_said_by_our_own_proxy_alone"),
    ("4.2.1", "A request has one length", HARDENING, "test_a_request_of_two_lengths_is_refused"),
    ("5.2.1", "Files have a largest size", FILES, "test_more_bytes_than_the_limit_are_refused"),
    ("5.2.2", "A file is what its content says", HOSTILE_FILES, "test_the_kind_is_told_by_content_alone"),
    ("5.2.3", "A packed file is measured before it is opened", FILES, "test_a_zip_bomb_is_not_unpacked"),
    ("5.3.1", "What was sent in runs nowhere", HARDENING, "test_neither_source_nor_data_nor_a_folder_is_served"),
    ("5.3.2", "A file's name is its hash", INTAKE_TAKING, "test_only_a_hash_is_a_place"),
    ("5.4.3", "Files are scanned where a scanner is set up", INTAKE_SCANNING, "test_what_the_scanner_knows_is_refused"),
    ("6.1.1", "Limits on guessing", PASSWORDS, "test_guessing_is_stopped_and_one_event_a_burst_tells_of_it"),
    ("6.2.1", "Twelve characters at least", PASSWORDS, "test_common_and_short_passwords_are_refused"),
    (
        "6.2.2",
        "Passwords can be changed",
        PASSWORDS,
        "test_a_forgotten_password_is_set_anew_by_letter_and_ends_every_session",
    ),
    (
        "6.2.3",
        "The old password is asked for",
        OWN,
        "test_a_password_is_changed_by_who_knows_the_old_one_and_holds_the_authenticator",
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
    ("6.5.5", "A code is good for thirty seconds", PASSWORDS, "test_a_code_is_good_for_its_own_thirty_seconds"),
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
    (
        "7.5.2",
        "Ending a session asks for proof again",
        OWN,
        "test_an_old_session_proves_itself_again_before_it_ends_another_or_makes_a_token",
    ),
    ("8.1.1", "Who may go where is written down", MATRIX, "test_every_route_has_a_policy_and_somebody_it_is_for"),
    ("8.2.1", "Every route has a policy", MATRIX, "test_every_route_for_every_role_book_and_provider"),
    ("8.2.2", "Others' identifiers open nothing", MATRIX, "test_every_route_for_every_role_book_and_provider"),
    ("8.2.3", "Sealed fields are for those who may", AUDIT, "test_whoever_looks_at_what_names_a_child_is_recorded"),
    ("8.3.1", "Commands ask the same policies", COMMAND_LINE, "test_every_command_refuses_whom_it_is_not_for"),
    ("8.4.1", "Books know nothing of each other", MATRIX, "test_a_session_of_one_book_opens_nothing_of_another"),
    (
        "9.1.1",
        "Tokens of the directory are signed",
        DIRECTORY,
        "test_a_token_by_another_key_or_way_of_signing_is_refused",
    ),
    (
        "9.1.2",
        "One way of signing, ours to choose",
        DIRECTORY,
        "test_a_token_by_another_key_or_way_of_signing_is_refused",
    ),
    (
        "9.1.3",
        "Keys come from the issuer that was set",
        DIRECTORY,
        "test_keys_that_the_directory_changed_are_asked_for_again",
    ),
    ("9.2.1", "Tokens have their time", DIRECTORY, "test_a_token_with_a_claim_that_is_wrong_or_missing_is_refused"),
    ("9.2.2", "An ID token and no other", DIRECTORY, "test_a_token_with_a_claim_that_is_wrong_or_missing_is_refused"),
    (
        "9.2.3",
        "The audience is this service",
        DIRECTORY,
        "test_a_token_with_a_claim_that_is_wrong_or_missing_is_refused",
    ),
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
    ("11.2.3", "Keys of 256 bits", VAULT, "test_the_master_key_is_the_owners_alone"),
    ("11.3.1", "No weak mode", HARDENING, "test_what_is_sealed_is_sealed_against_change_too"),
    ("11.3.2", "AES in GCM", HARDENING, "test_what_is_sealed_is_sealed_against_change_too"),
    (
        "11.3.3",
        "What is sealed cannot be changed unseen",
        VAULT,
        "test_a_seal_opens_for_its_own_pupil_field_and_book_only",
    ),
    ("11.4.2", "Passwords by argon2id", PASSWORDS, "test_an_invited_school_sets_itself_up_and_comes_in"),
    ("11.4.3", "Heads are signed over SHA-256", "../ledger/test_signatures.py", ""),
    ("11.5.1", "Chance from the system", HARDENING, "test_chance_that_can_be_foretold_is_for_figures_alone"),
    ("11.6.1", "Signatures by Ed25519", "../ledger/test_ed25519.py", ""),
    ("12.2.1", "Nothing but this machine without https", SHELL, "test_no_other_host_may_be_served"),
    ("12.3.1", "Letters go encrypted", POST, "test_a_letter_reaches_the_mail_server_encrypted_and_whole"),
    (
        "12.3.2",
        "A server must be whom its certificate names",
        POST,
        "test_a_letter_that_cannot_be_handed_over_safely_is_not_handed_over",
    ),
    (
        "13.2.2",
        "The database's login can only add to the log",
        "../migrations/test_on_postgres.py",
        "test_a_migrated_database_has_the_guards_that_were_tested",
    ),
    ("13.2.4", "No directory but the council's", LIMITS, "test_settings_that_would_let_strangers_in_are_refused"),
    (
        "13.3.1",
        "Keys stand apart and are shown by nothing",
        "../privacy/test_erasing.py",
        "test_the_settings_never_show_a_key",
    ),
    ("13.3.2", "Keys are their owner's alone", VAULT, "test_the_master_key_is_the_owners_alone"),
    ("13.4.1", "No source is served", HARDENING, "test_neither_source_nor_data_nor_a_folder_is_served"),
    ("13.4.2", "Errors show nothing of the inside", SHELL, "test_errors_answer_in_words"),
    ("13.4.3", "No folder is listed", HARDENING, "test_neither_source_nor_data_nor_a_folder_is_served"),
    ("13.4.4", "TRACE is not answered", HARDENING, "test_no_other_method_is_answered"),
    ("13.4.5", "What watches the service tells of nobody", AUDIT, "test_health_readiness_and_figures"),
    ("14.2.1", "No child's name in an address", "../lists/test_search.py", "test_a_found_pupil_stands_in_no_address"),
    ("14.2.2", "Pages are kept nowhere on the way", ATTACKS, "test_every_answer_of_every_route_carries_the_headers"),
    ("14.2.3", "No address but ours is loaded", SHELL, "test_the_policy_is_the_strict_one"),
    (
        "14.2.4",
        "What names a child is in no file, page or log",
        CANARIES,
        "test_no_canary_is_anywhere_before_or_after_an_erasure",
    ),
    ("14.3.1", "Signing out clears the browser", HARDENING, "test_signing_out_clears_what_the_browser_kept"),
    ("14.3.2", "Pages are not kept", ATTACKS, "test_every_answer_of_every_route_carries_the_headers"),
    (
        "14.3.3",
        "Scripts keep nothing of the council",
        HARDENING,
        "test_no_script_keeps_anything_of_the_council_in_the_browser",
    ),
    ("15.2.2", "Long work has bounds", UPLOADS, "test_fifty_uploads_at_once_stay_within_bounds"),
    (
        "15.2.3",
        "A demonstration takes nothing of a real ledger",
        LIMITS,
        "test_a_demonstration_takes_nothing_of_a_real_ledgers_sign_in",
    ),
    ("15.3.1", "Only what a role may see is sent", AUDIT, "test_what_names_a_child_is_on_no_page_and_in_no_list"),
    ("15.3.2", "No redirect is followed", HARDENING, "test_no_redirect_of_the_directory_is_followed"),
    ("15.3.3", "A command takes its own fields alone", HARDENING, "test_every_command_takes_its_own_fields_alone"),
    (
        "15.3.4",
        "The caller's own address is the one that counts",
        HARDENING,
        "test_whose_request_it_is_is_said_by_our_own_proxy_alone",
    ),
    ("15.3.5", "A value is of its own type", COMMANDS, "test_what_cannot_be_done_is_a_problem_in_words"),
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
