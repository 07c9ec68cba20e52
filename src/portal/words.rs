//! The words on the pages: English here, and beside it a table for each other language. A word that is not translated yet stands in
//! English; a test names it. `{}` stands for what [`fill`] puts in.

mod french;
mod german;

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;

use crate::values::month_name;

/// Declares the table and its English words.
macro_rules! words {
    ($($name:ident = $text:literal;)*) => {
        /// All words of one language.
        #[derive(Debug)]
        pub(super) struct Words {
            pub(super) tag: &'static str,
            pub(super) months: [&'static str; 12],
            pub(super) short_months: [&'static str; 12],
            pub(super) weekdays: [&'static str; 7],
            $(pub(super) $name: &'static str,)*
        }

        /// English, from which other tables take what they lack.
        const TABLE: Words = Words {
            tag: "en",
            months: month_name::ENGLISH,
            short_months: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
            weekdays: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
            $($name: $text,)*
        };

        #[cfg(test)]
        impl Words {
            /// Each word with its name.
            fn each(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($name), self.$name),)*]
            }
        }
    };
}

/// English.
pub(super) static ENGLISH: Words = TABLE;

impl Words {
    /// The words of a language: a BCP 47 tag, of which the first part counts. English where there is no table.
    pub(super) fn of(language: &str) -> &'static Self {
        Self::known(language).unwrap_or(&ENGLISH)
    }

    fn known(language: &str) -> Option<&'static Self> {
        let tag = language.split(['-', '_']).next().unwrap_or_default();
        [&ENGLISH, &german::GERMAN, &french::FRENCH]
            .into_iter()
            .find(|words| words.tag.eq_ignore_ascii_case(tag))
    }
}

tokio::task_local! {
    static ASKED: &'static Words;
}

/// Answers a request in a language.
pub(super) async fn asking<T>(words: &'static Words, answer: impl Future<Output = T>) -> T {
    ASKED.scope(words, answer).await
}

/// The words for whoever is not known yet: in the language of the request that is being answered.
pub(super) fn asked() -> &'static Words {
    ASKED.try_with(|words| *words).unwrap_or(&ENGLISH)
}

/// Of the languages that a browser accepts the one it likes best and there are words for.
pub(super) fn accepted(headers: &HeaderMap) -> &'static Words {
    let mut best: (u32, &'static Words) = (0, &ENGLISH);
    let lines = headers.get_all(ACCEPT_LANGUAGE).iter();
    for line in lines.filter_map(|line| line.to_str().ok()) {
        for wish in line.split(',') {
            let (tag, rest) = wish.split_once(';').unwrap_or((wish, "q=1"));
            if let Some(words) = Words::known(tag.trim())
                && weight(rest) > best.0
            {
                best = (weight(rest), words);
            }
        }
    }
    best.1
}

/// `q=0.8` in thousandths; nothing where it is not written like that.
fn weight(text: &str) -> u32 {
    let number = text.trim().strip_prefix("q=").unwrap_or_default();
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    match (whole, fraction.len()) {
        ("0" | "1", 0..=3) => format!("{whole}{fraction:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}

words! {
    skip_link = "Skip to the content";
    sign_in = "Sign in";
    sign_in_lead = "See your hours, budgets and invoices.";
    sign_out = "Sign out";
    email = "E-mail address";
    password = "Password";
    sign_in_hint = "No password yet? Use the link in your invitation, or ask the people who work for you for a new one.";
    sign_in_failed = "That e-mail address and password do not match, or sign-in is not allowed from this network.";
    sign_in_wait = "Too many attempts. Please try again in {}.";
    form_stale = "This form had been open for too long. Please try again.";
    minute = "1 minute";
    minutes = "{} minutes";
    second = "1 second";
    seconds = "{} seconds";

    welcome_to = "Welcome to {}";
    set_password_lead = "{} shows you here how the work for {} stands. Choose a password to come in.";
    set_password_for = "You sign in as";
    password_replaced = "You have a password here already. The one you choose now takes its place, and other devices are signed out.";
    new_password = "New password";
    repeat_password = "The same again";
    password_rule = "At least 12 characters. A few words that do not belong together are easy to keep in mind.";
    set_password = "Set password and continue";
    password_short = "This password is too short: 12 characters are the least.";
    password_long = "This password is too long: 128 characters are the most.";
    password_common = "This password is one of those that are tried first. Please choose another.";
    password_pattern = "This password follows a pattern that is tried early. Please choose another.";
    password_personal = "This password contains your name, your address, a company's name or ours. Please choose another.";
    password_differs = "The two passwords are not the same.";

    choose_title = "Your clients";
    choose_lead = "Whose hours and invoices do you want to see?";
    choose_by = "by {}";
    other_clients = "All clients";

    console = "Overview";
    timesheet = "Timesheet";
    projects = "Projects";
    retainer = "Retainer";
    invoices = "Invoices";
    main_menu = "Main menu";
    as_of = "As of {}";

    hours_left = "Hours left";
    hours_over = "Hours over";
    money_left = "Left";
    money_over = "Over";
    retainer_week = "in this week's retainer";
    retainer_month = "in this month's retainer";
    retainer_quarter = "in this quarter's retainer";
    retainer_year = "in this year's retainer";
    retainer_term = "in this retainer";
    used_of = "{} of {} used";
    over_by = "{} over";
    carried_in = "of which {} carried over";
    expires_on = "{} can be used until {}";
    to_ledger = "Every draw on the retainer";

    figure_hours_week = "Hours this week";
    figure_hours_last_week = "Hours last week";
    figure_hours_total = "Hours in all";
    figure_budget_left = "Left in budgets";
    figure_retainer_left = "Left in the retainer";
    figure_unbilled = "Not billed yet";
    figure_next_invoice = "Next invoice";
    figure_outstanding = "To be paid";
    figures = "At a glance";

    budgets = "Budgets";
    budget_left = "{} left";
    lasts_until = "At {} a week the budget lasts until {}.";
    used_up_on = "The budget was used up on {}.";
    exceeded_by = "The budget is exceeded by {}.";
    no_pace = "No work in the last four weeks, so there is no pace to tell how long the budget lasts.";
    due_on = "due {}";
    closed = "Closed";

    week_of = "Week of {}";
    week_total = "In all";
    hours_by_week = "Hours by week";
    member = "Person";
    hours = "Hours";
    all_entries = "All entries";
    week_empty = "No hours in this week yet.";

    unbilled = "Not billed yet";
    unbilled_hours = "{} of billable work that no invoice holds yet";
    without_tax = "without tax";
    open_invoices = "Open invoices";
    all_invoices = "All invoices";
    note_from = "From {}";

    console_empty_title = "Nothing to show yet";
    console_empty = "Hours, budgets and invoices will stand here as soon as {} has published them.";

    filter = "Filter";
    filter_apply = "Show";
    filter_reset = "Show everything";
    from_day = "From";
    to_day = "To";
    project = "Project";
    person = "Person";
    task = "Task";
    billable = "Billable";
    non_billable = "Not billable";
    any = "All";
    search_words = "Search";
    preset_all = "All time";
    preset_this_week = "This week";
    preset_last_week = "Last week";
    preset_this_month = "This month";
    preset_last_month = "Last month";
    preset_this_quarter = "This quarter";
    preset_last_quarter = "Last quarter";
    preset_this_year = "This year";
    presets = "Time range";
    view = "View";
    view_list = "List";
    view_days = "By day";
    day = "Day";
    time = "Time";
    work = "Work";
    amount = "Amount";
    invoice = "Invoice";
    entries_caption = "Time entries, newest first";
    entries_one = "1 entry";
    entries_many = "{} entries";
    total = "Total";
    of_which_billable = "of which billable";
    no_entries_title = "No entries yet";
    no_entries = "Each piece of work will be listed here with its day, project, person and hours.";
    none_match_title = "No entry matches";
    none_match = "Try another time range or fewer filters.";
    bad_day = "`{}` is no day; write it like 2026-11-21.";
    bad_range = "The last day is before the first.";
    bad_choice = "`{}` is no choice here.";
    pages = "Pages";
    page_of = "Page {} of {}";
    newer = "Newer";
    older = "Older";

    projects_empty_title = "No projects yet";
    projects_empty = "Each project will be shown here with its hours, budget, phases and tasks.";
    phases = "Phases";
    tasks = "Tasks";
    team = "Team";
    done = "Done";
    open = "Open";
    state = "State";
    due = "Due";
    project_total = "{} in all";

    retainer_empty_title = "No retainer yet";
    retainer_empty = "The hours of each period, what was used and what is left will be shown here.";
    retainer_terms_week = "{} a week";
    retainer_terms_month = "{} a month";
    retainer_terms_quarter = "{} a quarter";
    retainer_terms_year = "{} a year";
    retainer_terms_term = "{} for the whole term";
    since = "since {}";
    until = "until {}";
    period = "Period";
    current_period = "Running";
    granted = "Granted";
    carried = "Carried over";
    used = "Used";
    overage = "Over";
    left = "Left";
    draws_of = "Draws of {}";
    periods = "Periods";
    periods_caption = "Periods of the retainer, newest first";
    description = "Description";

    invoices_empty_title = "No invoices yet";
    invoices_empty = "Each invoice will be listed here with its state and what is still to be paid, and can be read and downloaded.";
    invoices_caption = "Invoices and credit notes, newest first";
    number = "Number";
    issued = "Issued";
    balance = "To be paid";
    credit_note = "Credit note";
    state_draft = "Draft";
    state_void = "Void";
    state_written_off = "Closed";
    state_overpaid = "Overpaid";
    state_paid = "Paid";
    state_overdue = "Overdue";
    state_partially_paid = "Partly paid";
    state_open = "Open";

    invoice_title = "Invoice {}";
    credit_note_title = "Credit note {}";
    corrects = "Corrects invoice {}";
    download = "Download PDF";
    download_file = "Download file";
    download_e_invoice = "Download e-invoice (XML)";
    from_party = "From";
    to_party = "To";
    attention = "Attn. {}";
    tax_id = "Tax id {}";
    iban = "IBAN {}";
    bic = "BIC {}";
    issue_date = "Date";
    due_date = "Due";
    service_period = "For work from";
    purchase_order = "Your reference";
    project_reference = "Your project";
    credits = "Credit notes";
    lines = "Lines";
    quantity = "Quantity";
    unit_price = "Price";
    net = "Net";
    tax = "Tax";
    line_total = "Sum of lines";
    discount = "Discount";
    surcharge = "Surcharge";
    net_total = "Net total";
    tax_line = "Tax {} on {}";
    tax_exempt = "No tax";
    tax_reverse = "Reverse charge";
    grand_total = "Total";
    payments = "Payments";
    payments_none = "No payment yet.";
    paid = "Paid";
    method = "By";
    back_to_invoices = "All invoices";
    unit_hours = "h";
    unit_pieces = "pcs";
    unit_km = "km";
    unit_lump = "lump sum";
    unit_days = "days";

    documents = "Documents";
    reports = "Reports";
    bytes = "{} bytes";
    kind = "Kind";
    size = "Size";
    year = "Year";
    month = "Month";
    phase = "Phase";
    document = "Document";
    from_time = "From (time)";
    to_time = "To (time)";

    warnings = "Please note";
    warning_approval = "Waits for your approval: {}";
    warning_approval_some = "Something waits for your approval";
    warning_answer = "There is an answer to your question";
    warn_overdue = "Invoice {} was due on {}.";
    warn_retainer_over = "The retainer is exceeded by {}.";
    warn_retainer_near = "Only {} are left in the retainer.";
    warn_expires = "{} in the retainer can be used until {} only.";
    warn_budget_over = "{}: the budget is exceeded, {} is used.";
    warn_budget_near = "{}: {} of the budget is used.";
    warn_budget_early = "{}: at this pace the budget is used up on {}, before the due day, {}.";

    as_table = "As a table";
    burn_title = "{}: hours used against the budget";
    burn_text = "{} of {} used by {}.";
    burn_used = "Used";
    burn_ahead = "At this pace";
    burn_limit = "Budget, {}";
    burn_total = "Up to then";
    from_week = "Week from";
    used_by_period = "Used by period";

    preset_last_year = "Last year";
    view_tasks = "By task";
    view_people = "By person";
    view_tiles = "Tiles";
    only_day = "Only this day";
    available = "What there was";
    without_task = "Without a task";
    without_phase = "Without a phase";
    export = "Save this list as";
    export_as = "{}";
    to_report = "These hours by month, phase and person";
    too_many_title = "Too much for one file";
    too_many = "These are {} rows, and such a file holds {}. Choose a shorter time or more filters.";
    file_timesheet = "timesheet";
    file_invoices = "invoices";
    file_retainer = "retainer";
    file_report = "hours";

    budget = "Budget";
    all_projects = "All projects";
    more_projects = "More projects";
    tasks_done = "{} of {} tasks done";
    doing = "In progress";
    more_tasks = "{} more tasks that are done are not listed here.";

    earlier_periods = "{} earlier periods are in the file only.";
    more_draws = "{} more are in the file only.";

    state_settled = "Settled";
    all_years = "All years";
    outstanding = "To be paid in all";
    no_invoice_title = "No such invoice";
    no_invoice = "Try another state or year.";
    next_invoice = "Next invoice";
    next_would_be = "An invoice today would be";
    next_hint = "This is how it stands today, not an invoice yet.";
    next_beside = "Fees and expenses";
    next_empty_title = "Nothing to bill";
    next_empty = "Work that no invoice holds yet will be shown here.";

    expenses = "Expenses";
    expense = "Expense";
    file_expenses = "expenses";
    category = "Category";
    not_billed_yet = "Not billed yet";
    expenses_caption = "Expenses of the year, newest first";
    expenses_hint = "Amounts without tax, as they are billed.";
    expenses_empty_title = "No expenses yet";
    expenses_empty = "What is spent for you and billed to you will be listed here.";
    no_expense_title = "Nothing here";
    no_expense = "There are no expenses on this page.";
    documents_empty_title = "No documents yet";
    documents_empty = "Contracts, proposals and other files that are shared with you will be listed here, for download.";
    documents_caption = "Documents, newest first";
    kind_estimate = "Estimate";
    kind_proposal = "Proposal";
    kind_contract = "Contract";
    kind_agreement = "Agreement";
    kind_other = "Document";

    reports_empty_title = "Nothing to sum up";
    reports_empty = "Hours by month, phase and person, and what was billed by month, will be shown here. Try another time range if you chose one.";
    by_month = "Hours by month";
    by_project = "Hours by project";
    by_phase = "Hours by phase";
    by_task = "Hours by task";
    by_person = "Hours by person";
    spend_by_month = "Billed by month";
    more_rows = "The file has the rest.";

    not_found_title = "Nothing here";
    not_found = "There is no such page, or it is not meant for you.";
    to_start = "To the start";
    network_title = "Not from this network";
    network = "The people who work for you allow this portal from certain networks only. Please try again from one of those.";
    factor_title = "A second factor is needed";
    factor = "This client asks for a second factor, which a single-use link is not. Please sign in with your address and password.";
    link_dead_title = "This link is not valid";
    link_dead = "It was used already, has expired or was withdrawn. Please ask for a new one.";
    refused_title = "That did not work";
    refused = "The request did not come from a page of this portal, or not in the right form.";
    too_large = "That was more than this portal takes at once.";
    failed_title = "Something went wrong";
    failed = "That is our fault and was written down. If it happens again, tell the people who run this portal this number:";
    busy_title = "One moment, please";
    busy = "The portal is busy. Please try again in a few seconds.";

    account = "Your account";
    remove = "Remove";
    cancel = "Cancel";
    go_on = "Continue";
    code = "Code";
    last_used = "last used {}";
    linked_title = "Please sign in";
    linked = "You came in by a single-use link. Sign in with your address and password to see your account.";

    step_title = "One more step";
    step_lead = "Enter the code that your authenticator app shows now.";
    step_lead_passkey = "Your passkey is needed, too.";
    step_failed = "That code is not right, or was used already. Codes of an app change every 30 seconds.";
    step_over = "Those were too many wrong codes. Please begin again with your password.";
    step_back = "Back to sign-in";
    recovery_use = "Use a recovery code instead";
    recovery_code = "Recovery code";
    recovery_lost = "No code left? The people who work for you can have your second factor taken away.";

    passkey = "Passkey";
    passkeys = "Passkeys";
    passkey_what = "Signs you in with the fingerprint, face or PIN of a device, in place of the password and code.";
    passkey_name = "Name of the passkey, such as the device it is on";
    passkey_add = "Add a passkey";
    passkey_add_lead = "Your browser asks you where to keep it.";
    passkey_use = "Use a passkey";
    passkey_sign_in = "Sign in with a passkey";
    passkey_sign_in_lead = "Your browser asks you for your passkey.";
    passkey_waiting = "Waiting for your browser …";
    passkey_again = "Ask again";
    passkey_back = "Back";
    passkey_failed = "No passkey was given. Try again, or go back.";
    passkey_unsupported = "This browser has no passkeys.";
    passkey_script = "Passkeys need JavaScript. Everything else here works without it.";
    passkey_refused = "That passkey does not sign in here, or not from this network.";

    forgot_title = "Forgot your password?";
    forgot_lead = "Enter your address, and we send you a link to set a new one.";
    forgot_send = "Send the link";
    forgot_sent = "If somebody signs in here with this address, a link is on its way. It works for one hour.";
    forgot_nothing = "Nothing arrives? Look in the folder for spam, or ask the people who work for you for a new invitation.";
    reset_title = "Set a new password";
    reset_set = "Set password";
    reset_done_title = "Your password is set";
    reset_done = "You were signed out everywhere. Sign in with the new password.";

    confirm_title = "Please confirm that it is you";
    confirm_lead = "Changing how you sign in asks for your password again.";
    confirm_code = "Use a code instead";
    confirm_failed = "That is not right.";

    password_about = "Changing it signs you out everywhere else.";
    password_change = "Change password";
    password_change_lead = "It signs you out everywhere else.";
    password_current = "Current password";
    password_wrong = "The current password is not right.";
    password_same = "The new password is the one you have.";

    factor_set_up = "Set up a second factor";
    factor_required = "For {} a second factor is needed. Once it is set up you can go on.";
    factor_lead = "Then a stolen password alone opens nothing. Choose what suits you; you can add the other one later.";
    factor_on = "On";
    factor_since = "since {}";
    authenticator = "Authenticator app";
    authenticator_what = "An app on your phone shows a new code every 30 seconds, which you enter after your password.";
    authenticator_set_up = "Set up an app";
    authenticator_remove = "Remove the app";
    authenticator_lead = "Read this picture with your authenticator app.";
    authenticator_picture = "QR code with the secret for your app; the same secret follows as text";
    authenticator_by_hand = "Or enter this key by hand:";
    authenticator_here = "Open it in an app on this device";
    authenticator_code = "The code that the app shows now";
    authenticator_confirm = "Switch it on";
    code_wrong = "That code is not right. Is the clock of your phone right?";

    codes_title = "Recovery codes";
    codes_lead = "Each of these gets you in once, when your phone or passkey is not at hand. They are shown this once: keep them in a safe place.";
    codes_download = "Download as text";
    codes_kept = "I have kept them";
    codes_file = "Recovery codes for the portal of {}. Each works once, after the password.";
    codes_new = "Make new recovery codes";
    codes_left = "{} codes are left.";
    codes_one = "1 code is left.";
    codes_none = "No codes are left.";

    sessions = "Where you are signed in";
    session_current = "this one";
    session_begun = "since";
    session_used = "last used";
    session_end = "Sign out";
    sessions_end = "Sign out everywhere else";
    browser_on = "{} on {}";
    browser_unknown = "Unknown browser";

    events = "What happened lately";
    events_hint = "Something you did not do? Change your password, and tell the people who work for you.";
    event_signed_in = "Signed in with {}";
    with_password = "a password";
    with_code = "password and code";
    with_recovery_code = "password and recovery code";
    with_passkey = "a passkey";
    event_signed_out = "Signed out";
    event_link_used = "Signed in by a link of those who run the portal";
    event_invitation = "Accepted an invitation";
    event_confirmed = "Password or code confirmed";
    event_authenticator_added = "Authenticator app set up";
    event_authenticator_removed = "Authenticator app removed";
    event_passkey_added = "Passkey added";
    event_passkey_removed = "Passkey removed";
    event_codes = "New recovery codes made";
    event_code_used = "A recovery code was used";
    event_password = "Password changed";
    event_sessions = "Signed out elsewhere";
    event_reset_requested = "A link for a new password was asked for";
    event_failed = "Somebody failed to sign in with your address";

    done_password = "Your password is changed, and you were signed out everywhere else.";
    done_authenticator = "The app is set up. From now on you are asked for its code.";
    done_authenticator_removed = "The app is removed.";
    done_passkey = "The passkey is added.";
    done_passkey_removed = "The passkey is removed. Delete it on its device, too.";
    done_sessions = "Signed out there.";
    done_notices = "Saved. It holds from the next mail on.";
    notices_title = "Notifications";
    notices_about = "What {} tells you by mail about {}";
    notices_save = "Save";
    notices_money = "Invoices and reminders that are mailed to you come all the same.";
    notice_invoice = "new invoices";
    notice_budget = "budgets that are nearly used up";
    notice_retainer = "a retainer that is nearly used up";
    notice_week = "the hours of the week";
    notice_reply = "answers to your questions";
    unsubscribe_title = "No more of these mails?";
    unsubscribe_lead = "{} will then send you no more mail about: {}.";
    unsubscribe_stop = "Stop these mails";
    unsubscribe_done_title = "Done";
    unsubscribe_done = "{} sends you no more mail about: {}. One that is on its way already may still arrive.";
    unsubscribe_again = "Change it again in your account";

    questions = "Questions";
    approvals = "Approvals";
    ask_title = "Ask a question";
    ask_about = "Ask about this";
    ask_short = "Ask";
    about = "About";
    about_general = "General";
    about_client = "The work of {} as a whole";
    about_work = "{}: {}";
    message = "Your message";
    send = "Send";
    you = "You";
    former_user = "A former user";
    author_team = "{}, {}";
    unread = "New";
    messages_one = "1 message";
    messages_many = "{} messages";
    question_open = "Open";
    question_answered = "Answered";
    question_done = "Closed";
    questions_asked = "All questions";
    questions_empty_title = "No questions yet";
    questions_empty = "What you ask here goes to {}, and the answer will stand beside it.";
    back_to_questions = "All questions";
    message_empty = "Please write something first.";
    message_long = "This is too long: {} characters are the most.";
    message_unsafe = "The text has a character that cannot be shown. Please type it again.";
    message_too_many = "Those were many messages in a short time. Please try again later.";
    message_full = "Too many messages wait to be read by {} at present. Please try again later, or call.";
    approval_budget = "{} more for {}";
    approval_budget_monthly = "{} more a month for {}";
    approval_timesheet = "Time sheet of {}";
    approval_asked = "Asked on {}";
    approval_more = "More";
    approval_is = "Budget now";
    approval_will = "Budget then";
    approval_rows = "Every entry";
    approval_waits = "Waiting for an answer";
    approval_approved = "Approved";
    approval_declined = "Declined";
    approval_taken_back = "Taken back";
    approval_partly = "Partly approved";
    approval_in_part = "Some of this work was changed or reopened afterwards: the approval holds for the rest alone.";
    approval_undone = "What followed from this was taken back afterwards: it does not hold any more.";
    approval_by = "Approved by {} on {}";
    approval_declined_by = "Declined by {} on {}";
    approval_note = "A note (optional)";
    approve = "Approve";
    decline = "Decline";
    approval_before = "This was answered already. The answer stands below.";
    approval_changed = "What is asked here was changed since you opened the page. Please look at it again.";
    approvals_empty_title = "Nothing to approve";
    approvals_empty = "When {} asks for more budget or for the approval of a time sheet, it will stand here with one click for yes or no.";
}

/// The text with its `{}` replaced, one after the other.
pub(super) fn fill(text: &str, values: &[&str]) -> String {
    let mut parts = text.split("{}");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    let mut values = values.iter();
    for part in parts {
        filled.push_str(values.next().copied().unwrap_or_default());
        filled.push_str(part);
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words that are written alike in English and in another language.
    const ALIKE: [(&str, &[&str]); 2] = [
        (
            "de",
            &[
                "budgets",
                "budget",
                "team",
                "export_as",
                "burn_limit",
                "iban",
                "bic",
                "unit_km",
                "filter",
                "phase",
                "person",
                "member",
                "code",
                "passkey",
                "passkeys",
                "about_work",
                "author_team",
            ],
        ),
        (
            "fr",
            &[
                "budget",
                "budgets",
                "burn_limit",
                "document",
                "issue_date",
                "kind_other",
                "total",
                "minute",
                "minutes",
                "pages",
                "phases",
                "phase",
                "description",
                "iban",
                "bic",
                "unit_hours",
                "unit_km",
                "documents",
                "export_as",
                "code",
                "questions",
                "author_team",
                "messages_one",
                "messages_many",
            ],
        ),
    ];

    #[test]
    fn every_word_is_translated_and_takes_what_the_english_one_takes() {
        for (tag, alike) in ALIKE {
            let words = Words::of(tag);
            assert_eq!(words.tag, tag);
            for ((name, english), (_, translated)) in ENGLISH.each().into_iter().zip(words.each()) {
                assert!(
                    english != translated || alike.contains(&name),
                    "{tag}: `{name}` is not translated"
                );
                let gaps = |text: &str| text.matches("{}").count();
                assert_eq!(gaps(english), gaps(translated), "{tag}: `{name}`");
            }
        }
    }

    #[test]
    fn a_language_is_found_by_its_first_part() {
        let rows = [
            ("de", "de"),
            ("de-AT", "de"),
            ("FR_ca", "fr"),
            ("en-GB", "en"),
            ("sv", "en"),
            ("", "en"),
        ];
        for (language, tag) in rows {
            assert_eq!(Words::of(language).tag, tag, "{language}");
        }
    }

    #[test]
    fn a_browser_is_answered_in_the_language_it_likes_best() {
        let rows = [
            (vec![], "en"),
            (vec!["de"], "de"),
            (vec!["de-CH,de;q=0.9,en;q=0.8"], "de"),
            (vec!["sv, fr-CA;q=0.7, en;q=0.3, *;q=0.1"], "fr"),
            (vec!["en;q=0.25,de;q=0.5", "fr ; q=0.75"], "fr"),
            (vec!["de;q=0, fr;q=0.001"], "fr"),
            (vec!["de;q=2, fr;q=x, sv"], "en"),
            (vec![",;;q=,\u{fc}"], "en"),
        ];
        for (lines, tag) in rows {
            let mut headers = HeaderMap::new();
            for line in &lines {
                headers.append(ACCEPT_LANGUAGE, line.parse().unwrap());
            }
            assert_eq!(accepted(&headers).tag, tag, "{lines:?}");
        }
    }

    #[test]
    fn values_fill_in_order_and_are_not_read_again() {
        assert_eq!(fill("a {} b {}", &["{}", "2"]), "a {} b 2");
        assert_eq!(fill("a {}", &[]), "a ");
        assert_eq!(fill("a", &["1"]), "a");
    }
}
