# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_loggia_global_optspecs
    string join \n store= json q/quiet as-of= y/yes no-input color= h/help V/version
end

function __fish_loggia_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_loggia_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_loggia_using_subcommand
    set -l cmd (__fish_loggia_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c loggia -n "__fish_loggia_needs_command" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_needs_command" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_needs_command" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_needs_command" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_needs_command" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_needs_command" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_needs_command" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_needs_command" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_needs_command" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_needs_command" -f -a "init" -d 'Set up the business: name, currency, zone, rate and tax'
complete -c loggia -n "__fish_loggia_needs_command" -f -a "demo" -d 'Set up a sample agency, bill a month, publish it, and let a client look at it'
complete -c loggia -n "__fish_loggia_needs_command" -f -a "settings" -d 'Settings of the business'
complete -c loggia -n "__fish_loggia_needs_command" -f -a "client" -d 'Clients and their contacts'
complete -c loggia -n "__fish_loggia_needs_command" -f -a "user" -d 'People who may see a client\'s portal'
complete -c loggia -n "__fish_loggia_needs_command" -f -a "member" -d 'Members of the team'
complete -c loggia -n "__fish_loggia_needs_command" -f -a "rate" -d 'Rates per hour'
complete -c loggia -n "__fish_loggia_needs_command" -f -a "project" -d 'Projects, tasks and hour budgets'
complete -c loggia -n "__fish_loggia_needs_command" -f -a "time" -d 'Log time, run a timer, list and report'
complete -c loggia -n "__fish_loggia_needs_command" -f -a "retainer" -d 'Retainers: hours agreed per period'
complete -c loggia -n "__fish_loggia_needs_command" -f -a "invoice" -d 'Preview, issue, pay and void invoices'
complete -c loggia -n "__fish_loggia_needs_command" -f -a "portal-settings" -d 'What clients may see on the portal, globally and per client'
complete -c loggia -n "__fish_loggia_needs_command" -f -a "portal" -d 'Serve the portal, manage its accounts, connect to one'
complete -c loggia -n "__fish_loggia_needs_command" -f -a "sync" -d 'Publish to the portal what each client may see, and fetch what clients did there'
complete -c loggia -n "__fish_loggia_needs_command" -f -a "undo" -d 'Take back the latest operation, or a named one'
complete -c loggia -n "__fish_loggia_needs_command" -f -a "history" -d 'Show the latest operations, or what one of them changed'
complete -c loggia -n "__fish_loggia_needs_command" -f -a "backup" -d 'Copy the store to a file'
complete -c loggia -n "__fish_loggia_needs_command" -f -a "restore" -d 'Put the content of a backup in the place of the store'
complete -c loggia -n "__fish_loggia_needs_command" -f -a "check" -d 'Check that the file is whole and every invariant of the books holds'
complete -c loggia -n "__fish_loggia_needs_command" -f -a "completions" -d 'Print the completion script of a shell'
complete -c loggia -n "__fish_loggia_needs_command" -f -a "man" -d 'Write the manual pages into a folder'
complete -c loggia -n "__fish_loggia_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c loggia -n "__fish_loggia_using_subcommand init" -l business -d 'Name of the business, as on invoices' -r
complete -c loggia -n "__fish_loggia_using_subcommand init" -l currency -d 'Currency of clients who have no other, ISO 4217 [default: EUR]' -r
complete -c loggia -n "__fish_loggia_using_subcommand init" -l zone -d 'IANA zone in which days are counted [default: the machine\'s]' -r
complete -c loggia -n "__fish_loggia_using_subcommand init" -l rate -d 'Rate per hour where nothing else sets one' -r
complete -c loggia -n "__fish_loggia_using_subcommand init" -l tax -d 'Percent of tax on invoice lines' -r
complete -c loggia -n "__fish_loggia_using_subcommand init" -l owner -d 'Name of the owner, who becomes the first member [default: the login name]' -r
complete -c loggia -n "__fish_loggia_using_subcommand init" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand init" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand init" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand init" -l if-missing -d 'Leave a business that is set up already as it is'
complete -c loggia -n "__fish_loggia_using_subcommand init" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand init" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand init" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand init" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand init" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand init" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand demo" -l port -d 'Port of the portal on loopback; 0 takes a free one' -r
complete -c loggia -n "__fish_loggia_using_subcommand demo" -l folder -d 'Folder to make everything in; it must be empty or not there [default: a new one among the temporary files]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand demo" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand demo" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand demo" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand demo" -l serve -d 'Keep the portal open until Ctrl-C (the default)'
complete -c loggia -n "__fish_loggia_using_subcommand demo" -l no-serve -d 'Look at the client\'s console through the portal, and end'
complete -c loggia -n "__fish_loggia_using_subcommand demo" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand demo" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand demo" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand demo" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand demo" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand demo" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and not __fish_seen_subcommand_from show set unset help" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand settings; and not __fish_seen_subcommand_from show set unset help" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand settings; and not __fish_seen_subcommand_from show set unset help" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand settings; and not __fish_seen_subcommand_from show set unset help" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and not __fish_seen_subcommand_from show set unset help" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and not __fish_seen_subcommand_from show set unset help" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and not __fish_seen_subcommand_from show set unset help" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and not __fish_seen_subcommand_from show set unset help" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and not __fish_seen_subcommand_from show set unset help" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and not __fish_seen_subcommand_from show set unset help" -f -a "show" -d 'Show every setting with the value that holds'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and not __fish_seen_subcommand_from show set unset help" -f -a "set" -d 'Set settings, all or none'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and not __fish_seen_subcommand_from show set unset help" -f -a "unset" -d 'Unset settings: their defaults hold again'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and not __fish_seen_subcommand_from show set unset help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from show" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from show" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from show" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from show" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from set" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from set" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from set" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from set" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from set" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from set" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from set" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from unset" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from unset" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from unset" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from unset" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from unset" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from unset" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from unset" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from unset" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from unset" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show every setting with the value that holds'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from help" -f -a "set" -d 'Set settings, all or none'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from help" -f -a "unset" -d 'Unset settings: their defaults hold again'
complete -c loggia -n "__fish_loggia_using_subcommand settings; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c loggia -n "__fish_loggia_using_subcommand client; and not __fish_seen_subcommand_from add list ls show edit archive restore contact help" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand client; and not __fish_seen_subcommand_from add list ls show edit archive restore contact help" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and not __fish_seen_subcommand_from add list ls show edit archive restore contact help" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand client; and not __fish_seen_subcommand_from add list ls show edit archive restore contact help" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand client; and not __fish_seen_subcommand_from add list ls show edit archive restore contact help" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand client; and not __fish_seen_subcommand_from add list ls show edit archive restore contact help" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand client; and not __fish_seen_subcommand_from add list ls show edit archive restore contact help" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand client; and not __fish_seen_subcommand_from add list ls show edit archive restore contact help" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand client; and not __fish_seen_subcommand_from add list ls show edit archive restore contact help" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand client; and not __fish_seen_subcommand_from add list ls show edit archive restore contact help" -f -a "add" -d 'Add a client'
complete -c loggia -n "__fish_loggia_using_subcommand client; and not __fish_seen_subcommand_from add list ls show edit archive restore contact help" -f -a "list" -d 'List clients; archived ones only with --all'
complete -c loggia -n "__fish_loggia_using_subcommand client; and not __fish_seen_subcommand_from add list ls show edit archive restore contact help" -f -a "ls" -d 'List clients; archived ones only with --all'
complete -c loggia -n "__fish_loggia_using_subcommand client; and not __fish_seen_subcommand_from add list ls show edit archive restore contact help" -f -a "show" -d 'Show a client with its contacts'
complete -c loggia -n "__fish_loggia_using_subcommand client; and not __fish_seen_subcommand_from add list ls show edit archive restore contact help" -f -a "edit" -d 'Change a client; an empty text takes a value away'
complete -c loggia -n "__fish_loggia_using_subcommand client; and not __fish_seen_subcommand_from add list ls show edit archive restore contact help" -f -a "archive" -d 'Archive a client: hidden from lists, no new projects, time or expenses'
complete -c loggia -n "__fish_loggia_using_subcommand client; and not __fish_seen_subcommand_from add list ls show edit archive restore contact help" -f -a "restore" -d 'Restore an archived client'
complete -c loggia -n "__fish_loggia_using_subcommand client; and not __fish_seen_subcommand_from add list ls show edit archive restore contact help" -f -a "contact" -d 'Contacts of a client'
complete -c loggia -n "__fish_loggia_using_subcommand client; and not __fish_seen_subcommand_from add list ls show edit archive restore contact help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from add" -l slug -d 'Short name used in commands [default: made of the name]' -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from add" -l email -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from add" -l phone -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from add" -l website -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from add" -l currency -d 'Currency of invoices, ISO 4217 [default: the business\'s]' -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from add" -l language -d 'Language of invoices and pages: en or de [default: the business\'s]' -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from add" -l address -d 'Lines of the postal address, without the country' -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from add" -l country -d 'Country, ISO 3166 code' -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from add" -l tax-id -d 'VAT id or other tax id' -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from add" -l notes -d 'Internal notes' -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from add" -l rate -d 'Rate per hour for this client' -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from add" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from add" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from add" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from add" -l company -d 'A company (the default)'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from add" -l individual -d 'A single person'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from add" -l lead -d 'Not yet a client: a lead'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from add" -l non-billable -d 'No work for this client is billable'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from add" -l if-missing -d 'Keep a client that is there already, and print it'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from add" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from add" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from add" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from list" -l stage -d 'Only clients in this stage' -r -f -a "lead\t''
active\t''
archived\t''"
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from list" -l search -d 'Only clients with this text in any field' -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from list" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from list" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from list" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from list" -l all -d 'Archived clients too'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from list" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from ls" -l stage -d 'Only clients in this stage' -r -f -a "lead\t''
active\t''
archived\t''"
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from ls" -l search -d 'Only clients with this text in any field' -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from ls" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from ls" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from ls" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from ls" -l all -d 'Archived clients too'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from ls" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from ls" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from ls" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from ls" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from ls" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from show" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from show" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from show" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from show" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from edit" -l name -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from edit" -l slug -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from edit" -l email -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from edit" -l phone -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from edit" -l website -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from edit" -l currency -d 'Currency of invoices, ISO 4217 [default: the business\'s]' -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from edit" -l language -d 'Language of invoices and pages: en or de [default: the business\'s]' -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from edit" -l address -d 'Lines of the postal address, without the country' -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from edit" -l country -d 'Country, ISO 3166 code' -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from edit" -l tax-id -d 'VAT id or other tax id' -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from edit" -l notes -d 'Internal notes' -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from edit" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from edit" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from edit" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from edit" -l company
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from edit" -l individual
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from edit" -l billable -d 'Work is billable again'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from edit" -l non-billable -d 'No work for this client is billable'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from edit" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from edit" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from edit" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from edit" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from edit" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from archive" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from archive" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from archive" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from archive" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from archive" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from archive" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from archive" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from archive" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from archive" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from restore" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from restore" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from restore" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from restore" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from restore" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from restore" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from restore" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from restore" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from restore" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from contact" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from contact" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from contact" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from contact" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from contact" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from contact" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from contact" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from contact" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from contact" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from contact" -f -a "add" -d 'Add a contact; the first one is the point of contact'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from contact" -f -a "list" -d 'List contacts'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from contact" -f -a "edit" -d 'Change a contact, named by name or mail address'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from contact" -f -a "remove" -d 'Remove a contact'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from contact" -f -a "primary" -d 'Make a contact the point of contact'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from contact" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from help" -f -a "add" -d 'Add a client'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from help" -f -a "list" -d 'List clients; archived ones only with --all'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a client with its contacts'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from help" -f -a "edit" -d 'Change a client; an empty text takes a value away'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from help" -f -a "archive" -d 'Archive a client: hidden from lists, no new projects, time or expenses'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from help" -f -a "restore" -d 'Restore an archived client'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from help" -f -a "contact" -d 'Contacts of a client'
complete -c loggia -n "__fish_loggia_using_subcommand client; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c loggia -n "__fish_loggia_using_subcommand user; and not __fish_seen_subcommand_from invite list help" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand user; and not __fish_seen_subcommand_from invite list help" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand user; and not __fish_seen_subcommand_from invite list help" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand user; and not __fish_seen_subcommand_from invite list help" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand user; and not __fish_seen_subcommand_from invite list help" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand user; and not __fish_seen_subcommand_from invite list help" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand user; and not __fish_seen_subcommand_from invite list help" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand user; and not __fish_seen_subcommand_from invite list help" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand user; and not __fish_seen_subcommand_from invite list help" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand user; and not __fish_seen_subcommand_from invite list help" -f -a "invite" -d 'Invite a person to see a client on the portal'
complete -c loggia -n "__fish_loggia_using_subcommand user; and not __fish_seen_subcommand_from invite list help" -f -a "list" -d 'List users with their state'
complete -c loggia -n "__fish_loggia_using_subcommand user; and not __fish_seen_subcommand_from invite list help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c loggia -n "__fish_loggia_using_subcommand user; and __fish_seen_subcommand_from invite" -l client -r
complete -c loggia -n "__fish_loggia_using_subcommand user; and __fish_seen_subcommand_from invite" -l role -d 'full: all that is on; finance: invoices, retainer, unbilled, documents; work: hours, budgets, projects' -r -f -a "full\t''
finance\t''
work\t''"
complete -c loggia -n "__fish_loggia_using_subcommand user; and __fish_seen_subcommand_from invite" -l name -r
complete -c loggia -n "__fish_loggia_using_subcommand user; and __fish_seen_subcommand_from invite" -l party -d 'The client itself, or an outside party' -r -f -a "client\t''
accountant\t''
bookkeeper\t''"
complete -c loggia -n "__fish_loggia_using_subcommand user; and __fish_seen_subcommand_from invite" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand user; and __fish_seen_subcommand_from invite" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand user; and __fish_seen_subcommand_from invite" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand user; and __fish_seen_subcommand_from invite" -l if-missing -d 'Keep a user who is there already'
complete -c loggia -n "__fish_loggia_using_subcommand user; and __fish_seen_subcommand_from invite" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand user; and __fish_seen_subcommand_from invite" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand user; and __fish_seen_subcommand_from invite" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand user; and __fish_seen_subcommand_from invite" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand user; and __fish_seen_subcommand_from invite" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand user; and __fish_seen_subcommand_from invite" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand user; and __fish_seen_subcommand_from list" -l client -d 'Only this client\'s' -r
complete -c loggia -n "__fish_loggia_using_subcommand user; and __fish_seen_subcommand_from list" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand user; and __fish_seen_subcommand_from list" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand user; and __fish_seen_subcommand_from list" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand user; and __fish_seen_subcommand_from list" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand user; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand user; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand user; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand user; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand user; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "invite" -d 'Invite a person to see a client on the portal'
complete -c loggia -n "__fish_loggia_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "list" -d 'List users with their state'
complete -c loggia -n "__fish_loggia_using_subcommand user; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c loggia -n "__fish_loggia_using_subcommand member; and not __fish_seen_subcommand_from add list edit archive help" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand member; and not __fish_seen_subcommand_from add list edit archive help" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand member; and not __fish_seen_subcommand_from add list edit archive help" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand member; and not __fish_seen_subcommand_from add list edit archive help" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand member; and not __fish_seen_subcommand_from add list edit archive help" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand member; and not __fish_seen_subcommand_from add list edit archive help" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand member; and not __fish_seen_subcommand_from add list edit archive help" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand member; and not __fish_seen_subcommand_from add list edit archive help" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand member; and not __fish_seen_subcommand_from add list edit archive help" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand member; and not __fish_seen_subcommand_from add list edit archive help" -f -a "add" -d 'Add a member'
complete -c loggia -n "__fish_loggia_using_subcommand member; and not __fish_seen_subcommand_from add list edit archive help" -f -a "list" -d 'List members'
complete -c loggia -n "__fish_loggia_using_subcommand member; and not __fish_seen_subcommand_from add list edit archive help" -f -a "edit" -d 'Change a member'
complete -c loggia -n "__fish_loggia_using_subcommand member; and not __fish_seen_subcommand_from add list edit archive help" -f -a "archive" -d 'Archive a member: their time stays, they take no new entries'
complete -c loggia -n "__fish_loggia_using_subcommand member; and not __fish_seen_subcommand_from add list edit archive help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from add" -l slug -d 'Short name used in commands [default: made of the name]' -r
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from add" -l email -r
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from add" -l role -d 'What the member does, in words a client may read: Developer' -r
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from add" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from add" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from add" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from add" -l if-missing -d 'Keep a member that is there already'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from add" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from add" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from add" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from list" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from list" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from list" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from list" -l all -d 'Archived members too'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from list" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from edit" -l name -r
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from edit" -l slug -r
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from edit" -l email -r
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from edit" -l role -r
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from edit" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from edit" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from edit" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from edit" -l restore -d 'Take new time again'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from edit" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from edit" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from edit" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from edit" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from edit" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from archive" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from archive" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from archive" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from archive" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from archive" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from archive" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from archive" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from archive" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from archive" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from help" -f -a "add" -d 'Add a member'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from help" -f -a "list" -d 'List members'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from help" -f -a "edit" -d 'Change a member'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from help" -f -a "archive" -d 'Archive a member: their time stays, they take no new entries'
complete -c loggia -n "__fish_loggia_using_subcommand member; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c loggia -n "__fish_loggia_using_subcommand rate; and not __fish_seen_subcommand_from set list help" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand rate; and not __fish_seen_subcommand_from set list help" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand rate; and not __fish_seen_subcommand_from set list help" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand rate; and not __fish_seen_subcommand_from set list help" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand rate; and not __fish_seen_subcommand_from set list help" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand rate; and not __fish_seen_subcommand_from set list help" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand rate; and not __fish_seen_subcommand_from set list help" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand rate; and not __fish_seen_subcommand_from set list help" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand rate; and not __fish_seen_subcommand_from set list help" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand rate; and not __fish_seen_subcommand_from set list help" -f -a "set" -d 'Set a rate: of the business, or of a client, project, task or member; from a day on, or from the beginning'
complete -c loggia -n "__fish_loggia_using_subcommand rate; and not __fish_seen_subcommand_from set list help" -f -a "list" -d 'List rates'
complete -c loggia -n "__fish_loggia_using_subcommand rate; and not __fish_seen_subcommand_from set list help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c loggia -n "__fish_loggia_using_subcommand rate; and __fish_seen_subcommand_from set" -l client -r
complete -c loggia -n "__fish_loggia_using_subcommand rate; and __fish_seen_subcommand_from set" -l project -d 'CLIENT/PROJECT' -r
complete -c loggia -n "__fish_loggia_using_subcommand rate; and __fish_seen_subcommand_from set" -l task -r
complete -c loggia -n "__fish_loggia_using_subcommand rate; and __fish_seen_subcommand_from set" -l member -r
complete -c loggia -n "__fish_loggia_using_subcommand rate; and __fish_seen_subcommand_from set" -l from -d 'First day on which it holds' -r
complete -c loggia -n "__fish_loggia_using_subcommand rate; and __fish_seen_subcommand_from set" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand rate; and __fish_seen_subcommand_from set" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand rate; and __fish_seen_subcommand_from set" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand rate; and __fish_seen_subcommand_from set" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand rate; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand rate; and __fish_seen_subcommand_from set" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand rate; and __fish_seen_subcommand_from set" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand rate; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand rate; and __fish_seen_subcommand_from set" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand rate; and __fish_seen_subcommand_from list" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand rate; and __fish_seen_subcommand_from list" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand rate; and __fish_seen_subcommand_from list" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand rate; and __fish_seen_subcommand_from list" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand rate; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand rate; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand rate; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand rate; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand rate; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand rate; and __fish_seen_subcommand_from help" -f -a "set" -d 'Set a rate: of the business, or of a client, project, task or member; from a day on, or from the beginning'
complete -c loggia -n "__fish_loggia_using_subcommand rate; and __fish_seen_subcommand_from help" -f -a "list" -d 'List rates'
complete -c loggia -n "__fish_loggia_using_subcommand rate; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c loggia -n "__fish_loggia_using_subcommand project; and not __fish_seen_subcommand_from add list show close reopen task help" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand project; and not __fish_seen_subcommand_from add list show close reopen task help" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand project; and not __fish_seen_subcommand_from add list show close reopen task help" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand project; and not __fish_seen_subcommand_from add list show close reopen task help" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand project; and not __fish_seen_subcommand_from add list show close reopen task help" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand project; and not __fish_seen_subcommand_from add list show close reopen task help" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand project; and not __fish_seen_subcommand_from add list show close reopen task help" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand project; and not __fish_seen_subcommand_from add list show close reopen task help" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand project; and not __fish_seen_subcommand_from add list show close reopen task help" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand project; and not __fish_seen_subcommand_from add list show close reopen task help" -f -a "add" -d 'Add a project to a client'
complete -c loggia -n "__fish_loggia_using_subcommand project; and not __fish_seen_subcommand_from add list show close reopen task help" -f -a "list" -d 'List projects with their budgets; closed ones only with --all'
complete -c loggia -n "__fish_loggia_using_subcommand project; and not __fish_seen_subcommand_from add list show close reopen task help" -f -a "show" -d 'Show a project'
complete -c loggia -n "__fish_loggia_using_subcommand project; and not __fish_seen_subcommand_from add list show close reopen task help" -f -a "close" -d 'Close a project: it takes no new time'
complete -c loggia -n "__fish_loggia_using_subcommand project; and not __fish_seen_subcommand_from add list show close reopen task help" -f -a "reopen" -d 'Open a closed project again'
complete -c loggia -n "__fish_loggia_using_subcommand project; and not __fish_seen_subcommand_from add list show close reopen task help" -f -a "task" -d 'Tasks of a project'
complete -c loggia -n "__fish_loggia_using_subcommand project; and not __fish_seen_subcommand_from add list show close reopen task help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from add" -l slug -d 'Short name used in commands [default: made of the name]' -r
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from add" -l budget -d 'Hours agreed for the whole project, such as 120h' -r
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from add" -l due -d 'Day on which it is due' -r
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from add" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from add" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from add" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from add" -l non-billable -d 'No work on it is billable'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from add" -l if-missing -d 'Keep a project that is there already'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from add" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from add" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from add" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from list" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from list" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from list" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from list" -l all -d 'Closed projects and those of archived clients too'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from list" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from show" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from show" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from show" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from show" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from close" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from close" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from close" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from close" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from close" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from close" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from close" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from close" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from close" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from reopen" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from reopen" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from reopen" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from reopen" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from reopen" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from reopen" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from reopen" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from reopen" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from reopen" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from task" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from task" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from task" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from task" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from task" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from task" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from task" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from task" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from task" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from task" -f -a "add" -d 'Add a task'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from task" -f -a "list" -d 'List tasks'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from task" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from help" -f -a "add" -d 'Add a project to a client'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from help" -f -a "list" -d 'List projects with their budgets; closed ones only with --all'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show a project'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from help" -f -a "close" -d 'Close a project: it takes no new time'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from help" -f -a "reopen" -d 'Open a closed project again'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from help" -f -a "task" -d 'Tasks of a project'
complete -c loggia -n "__fish_loggia_using_subcommand project; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c loggia -n "__fish_loggia_using_subcommand time; and not __fish_seen_subcommand_from start stop cancel status log list show edit delete report import help" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand time; and not __fish_seen_subcommand_from start stop cancel status log list show edit delete report import help" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and not __fish_seen_subcommand_from start stop cancel status log list show edit delete report import help" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand time; and not __fish_seen_subcommand_from start stop cancel status log list show edit delete report import help" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand time; and not __fish_seen_subcommand_from start stop cancel status log list show edit delete report import help" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand time; and not __fish_seen_subcommand_from start stop cancel status log list show edit delete report import help" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand time; and not __fish_seen_subcommand_from start stop cancel status log list show edit delete report import help" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand time; and not __fish_seen_subcommand_from start stop cancel status log list show edit delete report import help" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand time; and not __fish_seen_subcommand_from start stop cancel status log list show edit delete report import help" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand time; and not __fish_seen_subcommand_from start stop cancel status log list show edit delete report import help" -f -a "start" -d 'Start a timer; a running one is stopped'
complete -c loggia -n "__fish_loggia_using_subcommand time; and not __fish_seen_subcommand_from start stop cancel status log list show edit delete report import help" -f -a "stop" -d 'Stop the running timer: it becomes an entry'
complete -c loggia -n "__fish_loggia_using_subcommand time; and not __fish_seen_subcommand_from start stop cancel status log list show edit delete report import help" -f -a "cancel" -d 'Give up the running timer without an entry'
complete -c loggia -n "__fish_loggia_using_subcommand time; and not __fish_seen_subcommand_from start stop cancel status log list show edit delete report import help" -f -a "status" -d 'Show running timers'
complete -c loggia -n "__fish_loggia_using_subcommand time; and not __fish_seen_subcommand_from start stop cancel status log list show edit delete report import help" -f -a "log" -d 'Log worked time'
complete -c loggia -n "__fish_loggia_using_subcommand time; and not __fish_seen_subcommand_from start stop cancel status log list show edit delete report import help" -f -a "list" -d 'List entries [default period: this week]'
complete -c loggia -n "__fish_loggia_using_subcommand time; and not __fish_seen_subcommand_from start stop cancel status log list show edit delete report import help" -f -a "show" -d 'Show one entry'
complete -c loggia -n "__fish_loggia_using_subcommand time; and not __fish_seen_subcommand_from start stop cancel status log list show edit delete report import help" -f -a "edit" -d 'Change an entry; an empty text takes a value away'
complete -c loggia -n "__fish_loggia_using_subcommand time; and not __fish_seen_subcommand_from start stop cancel status log list show edit delete report import help" -f -a "delete" -d 'Delete an entry'
complete -c loggia -n "__fish_loggia_using_subcommand time; and not __fish_seen_subcommand_from start stop cancel status log list show edit delete report import help" -f -a "report" -d 'Sum up time [default period: this month]'
complete -c loggia -n "__fish_loggia_using_subcommand time; and not __fish_seen_subcommand_from start stop cancel status log list show edit delete report import help" -f -a "import" -d 'Import entries from another program\'s file'
complete -c loggia -n "__fish_loggia_using_subcommand time; and not __fish_seen_subcommand_from start stop cancel status log list show edit delete report import help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from start" -l at -d 'Time of day at which work began, such as 9:15' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from start" -l task -d 'A task of the project' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from start" -l by -d 'Who worked [default: the setting time.member, else the first member]' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from start" -l tag -d 'A tag; may be given several times' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from start" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from start" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from start" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from start" -l billable -d 'Billable, whatever task, project and client say'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from start" -l non-billable -d 'Not billable'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from start" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from start" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from start" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from start" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from start" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from start" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from stop" -l at -d 'Time of day at which work ended, such as 17:30' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from stop" -l note -d 'What was done, in words the client may read' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from stop" -l by -d 'The member whose timer it is' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from stop" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from stop" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from stop" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from stop" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from stop" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from stop" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from stop" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from stop" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from stop" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from cancel" -l by -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from cancel" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from cancel" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from cancel" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from cancel" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from cancel" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from cancel" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from cancel" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from cancel" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from cancel" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from status" -l by -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from status" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from status" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from status" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from status" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from status" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from status" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from status" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from log" -l date -d 'Day of the work [default: today]' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from log" -l task -d 'A task of the project' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from log" -l by -d 'Who worked [default: the setting time.member, else the first member]' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from log" -l tag -d 'A tag; may be given several times' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from log" -l internal -d 'A note for the owner\'s eyes' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from log" -l rate -d 'A rate for this entry alone' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from log" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from log" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from log" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from log" -l billable -d 'Billable, whatever task, project and client say'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from log" -l non-billable -d 'Not billable'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from log" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from log" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from log" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from log" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from log" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from log" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from list" -l client -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from list" -l project -d 'CLIENT/PROJECT' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from list" -l task -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from list" -l member -l by-member -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from list" -l tag -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from list" -l limit -d 'The latest so many' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from list" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from list" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from list" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from list" -l billable -d 'Only billable entries'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from list" -l non-billable -d 'Only entries that are not billable'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from list" -l unbilled -d 'Only entries on no invoice'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from list" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from show" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from show" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from show" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from show" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from edit" -l time -d 'New duration or interval' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from edit" -l date -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from edit" -l project -d 'CLIENT/PROJECT' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from edit" -l task -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from edit" -l by -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from edit" -l note -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from edit" -l internal -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from edit" -l rate -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from edit" -l tag -d 'Replaces all tags; may be given several times' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from edit" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from edit" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from edit" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from edit" -l billable
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from edit" -l non-billable
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from edit" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from edit" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from edit" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from edit" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from edit" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from delete" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from delete" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from delete" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from delete" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from delete" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from delete" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from delete" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from delete" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from report" -l by -d 'Up to four, in order: client, project, task, member, tag, day, week, month' -r -f -a "client\t''
project\t''
task\t''
member\t''
tag\t''
day\t''
week\t''
month\t''"
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from report" -l client -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from report" -l project -d 'CLIENT/PROJECT' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from report" -l task -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from report" -l member -l by-member -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from report" -l tag -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from report" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from report" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from report" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from report" -l billable -d 'Only billable entries'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from report" -l non-billable -d 'Only entries that are not billable'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from report" -l unbilled -d 'Only entries on no invoice'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from report" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from report" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from report" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from report" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from report" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from report" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from import" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from import" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from import" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from import" -l dry-run -d 'Tell what would happen, and change nothing'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from import" -l create-missing -d 'Add clients, projects, tasks and members that are not there'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from import" -l skip-bad -d 'Import the good rows although others have problems'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from import" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from import" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from import" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from import" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from import" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from help" -f -a "start" -d 'Start a timer; a running one is stopped'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from help" -f -a "stop" -d 'Stop the running timer: it becomes an entry'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from help" -f -a "cancel" -d 'Give up the running timer without an entry'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show running timers'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from help" -f -a "log" -d 'Log worked time'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from help" -f -a "list" -d 'List entries [default period: this week]'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show one entry'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from help" -f -a "edit" -d 'Change an entry; an empty text takes a value away'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete an entry'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from help" -f -a "report" -d 'Sum up time [default period: this month]'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from help" -f -a "import" -d 'Import entries from another program\'s file'
complete -c loggia -n "__fish_loggia_using_subcommand time; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and not __fish_seen_subcommand_from add status help" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and not __fish_seen_subcommand_from add status help" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and not __fish_seen_subcommand_from add status help" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and not __fish_seen_subcommand_from add status help" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and not __fish_seen_subcommand_from add status help" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and not __fish_seen_subcommand_from add status help" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and not __fish_seen_subcommand_from add status help" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and not __fish_seen_subcommand_from add status help" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and not __fish_seen_subcommand_from add status help" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and not __fish_seen_subcommand_from add status help" -f -a "add" -d 'Agree on a retainer with a client'
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and not __fish_seen_subcommand_from add status help" -f -a "status" -d 'Show how retainers stand in the current period'
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and not __fish_seen_subcommand_from add status help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from add" -l hours -d 'Hours granted in a whole period' -r
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from add" -l per -d 'Length of a period' -r -f -a "week\t''
month\t''
quarter\t''
year\t''
term\t'One period from --from to --to'"
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from add" -l fee -d 'Fee of a whole period, in the client\'s currency' -r
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from add" -l from -d 'First day' -r
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from add" -l to -d 'Last day' -r
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from add" -l project -d 'Only work on this project draws from it; may be given several times' -r
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from add" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from add" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from add" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from add" -l no-prorate -d 'Grant the whole allowance in a first or last partial period too'
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from add" -l if-missing -d 'Keep a retainer with the same first day that is there already'
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from add" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from add" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from add" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from status" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from status" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from status" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Every period'
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from status" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from status" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from status" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from status" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from help" -f -a "add" -d 'Agree on a retainer with a client'
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show how retainers stand in the current period'
complete -c loggia -n "__fish_loggia_using_subcommand retainer; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and not __fish_seen_subcommand_from preview create issue delete list show pay void export help" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and not __fish_seen_subcommand_from preview create issue delete list show pay void export help" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and not __fish_seen_subcommand_from preview create issue delete list show pay void export help" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and not __fish_seen_subcommand_from preview create issue delete list show pay void export help" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and not __fish_seen_subcommand_from preview create issue delete list show pay void export help" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and not __fish_seen_subcommand_from preview create issue delete list show pay void export help" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and not __fish_seen_subcommand_from preview create issue delete list show pay void export help" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and not __fish_seen_subcommand_from preview create issue delete list show pay void export help" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and not __fish_seen_subcommand_from preview create issue delete list show pay void export help" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and not __fish_seen_subcommand_from preview create issue delete list show pay void export help" -f -a "preview" -d 'Show what would be billed; nothing is kept'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and not __fish_seen_subcommand_from preview create issue delete list show pay void export help" -f -a "create" -d 'Bill unbilled work and issue the invoice; with --draft, keep it as a draft'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and not __fish_seen_subcommand_from preview create issue delete list show pay void export help" -f -a "issue" -d 'Issue a draft: it gets its number and does not change any more'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and not __fish_seen_subcommand_from preview create issue delete list show pay void export help" -f -a "delete" -d 'Delete a draft; its entries are open again'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and not __fish_seen_subcommand_from preview create issue delete list show pay void export help" -f -a "list" -d 'List invoices, newest first'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and not __fish_seen_subcommand_from preview create issue delete list show pay void export help" -f -a "show" -d 'Show an invoice'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and not __fish_seen_subcommand_from preview create issue delete list show pay void export help" -f -a "pay" -d 'Record a payment'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and not __fish_seen_subcommand_from preview create issue delete list show pay void export help" -f -a "void" -d 'Take an invoice back by a credit note; its entries are open again'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and not __fish_seen_subcommand_from preview create issue delete list show pay void export help" -f -a "export" -d 'Write an invoice to a file'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and not __fish_seen_subcommand_from preview create issue delete list show pay void export help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from preview" -l group-by -d 'What makes a line' -r -f -a "project\t''
task\t''
member\t''
day\t''
entry\t''"
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from preview" -l date -d 'Date of the invoice [default: today]' -r
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from preview" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from preview" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from preview" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from preview" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from preview" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from preview" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from preview" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from preview" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from preview" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from create" -l group-by -d 'What makes a line' -r -f -a "project\t''
task\t''
member\t''
day\t''
entry\t''"
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from create" -l date -d 'Date of the invoice [default: today]' -r
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from create" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from create" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from create" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from create" -l draft -d 'Keep it as a draft without a number'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from create" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from create" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from create" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from create" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from issue" -l date -d 'Date of the invoice [default: that of the draft]' -r
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from issue" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from issue" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from issue" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from issue" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from issue" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from issue" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from issue" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from issue" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from issue" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from delete" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from delete" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from delete" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from delete" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from delete" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from delete" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from delete" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from delete" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from list" -l client -d 'The same, as a flag' -r
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from list" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from list" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from list" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from list" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from show" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from show" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from show" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from show" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from pay" -l date -d 'Day of the payment [default: today]' -r
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from pay" -l method -d 'transfer, card, cash…' -r
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from pay" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from pay" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from pay" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from pay" -l overpay -d 'Take more than is open'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from pay" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from pay" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from pay" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from pay" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from pay" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from pay" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from void" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from void" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from void" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from void" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from void" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from void" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from void" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from void" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from void" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from export" -l format -r -f -a "pdf\t''
json\t''"
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from export" -s o -l output -d 'The file; `-` is standard output [default: NUMBER.pdf or NUMBER.json in this folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from export" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from export" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from export" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from export" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from export" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from export" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from export" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from help" -f -a "preview" -d 'Show what would be billed; nothing is kept'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from help" -f -a "create" -d 'Bill unbilled work and issue the invoice; with --draft, keep it as a draft'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from help" -f -a "issue" -d 'Issue a draft: it gets its number and does not change any more'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete a draft; its entries are open again'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from help" -f -a "list" -d 'List invoices, newest first'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show an invoice'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from help" -f -a "pay" -d 'Record a payment'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from help" -f -a "void" -d 'Take an invoice back by a credit note; its entries are open again'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from help" -f -a "export" -d 'Write an invoice to a file'
complete -c loggia -n "__fish_loggia_using_subcommand invoice; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and not __fish_seen_subcommand_from show set unset preview help" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and not __fish_seen_subcommand_from show set unset preview help" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and not __fish_seen_subcommand_from show set unset preview help" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and not __fish_seen_subcommand_from show set unset preview help" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and not __fish_seen_subcommand_from show set unset preview help" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and not __fish_seen_subcommand_from show set unset preview help" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and not __fish_seen_subcommand_from show set unset preview help" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and not __fish_seen_subcommand_from show set unset preview help" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and not __fish_seen_subcommand_from show set unset preview help" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and not __fish_seen_subcommand_from show set unset preview help" -f -a "show" -d 'Show every key with the value that holds and where it comes from'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and not __fish_seen_subcommand_from show set unset preview help" -f -a "set" -d 'Set keys, globally or for a client'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and not __fish_seen_subcommand_from show set unset preview help" -f -a "unset" -d 'Unset keys: what stands behind them holds again'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and not __fish_seen_subcommand_from show set unset preview help" -f -a "preview" -d 'Show what the client will see after the next sync'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and not __fish_seen_subcommand_from show set unset preview help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from show" -l client -r
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from show" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from show" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from show" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from show" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from set" -l client -r
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from set" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from set" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from set" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from set" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from set" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from set" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from set" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from unset" -l client -r
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from unset" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from unset" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from unset" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from unset" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from unset" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from unset" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from unset" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from unset" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from unset" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from preview" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from preview" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from preview" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from preview" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from preview" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from preview" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from preview" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from preview" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from preview" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show every key with the value that holds and where it comes from'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from help" -f -a "set" -d 'Set keys, globally or for a client'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from help" -f -a "unset" -d 'Unset keys: what stands behind them holds again'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from help" -f -a "preview" -d 'Show what the client will see after the next sync'
complete -c loggia -n "__fish_loggia_using_subcommand portal-settings; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and not __fish_seen_subcommand_from serve account connect disconnect link help" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand portal; and not __fish_seen_subcommand_from serve account connect disconnect link help" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand portal; and not __fish_seen_subcommand_from serve account connect disconnect link help" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand portal; and not __fish_seen_subcommand_from serve account connect disconnect link help" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and not __fish_seen_subcommand_from serve account connect disconnect link help" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and not __fish_seen_subcommand_from serve account connect disconnect link help" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and not __fish_seen_subcommand_from serve account connect disconnect link help" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and not __fish_seen_subcommand_from serve account connect disconnect link help" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and not __fish_seen_subcommand_from serve account connect disconnect link help" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and not __fish_seen_subcommand_from serve account connect disconnect link help" -f -a "serve" -d 'Serve the portal'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and not __fish_seen_subcommand_from serve account connect disconnect link help" -f -a "account" -d 'Accounts of a portal: one for each business that publishes to it'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and not __fish_seen_subcommand_from serve account connect disconnect link help" -f -a "connect" -d 'Connect this store to a portal; the token is read from --token-file, LOGGIA_PORTAL_TOKEN or standard input'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and not __fish_seen_subcommand_from serve account connect disconnect link help" -f -a "disconnect" -d 'Forget the portal; what is published stays there'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and not __fish_seen_subcommand_from serve account connect disconnect link help" -f -a "link" -d 'Make a link that signs one user in, once: for whoever runs the portal'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and not __fish_seen_subcommand_from serve account connect disconnect link help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from serve" -l database -d 'sqlite:PATH' -r
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from serve" -l listen -d 'Address to listen on; port 0 takes a free one and tells it' -r
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from serve" -l public-url -d 'Address under which people open the portal [default: that it listens on, if loopback]' -r
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from serve" -l trusted-proxy -d 'Networks of proxies whose X-Forwarded-For is believed' -r
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from serve" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from serve" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from serve" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from serve" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from serve" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from serve" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from serve" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from serve" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from serve" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from account" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from account" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from account" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from account" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from account" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from account" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from account" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from account" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from account" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from account" -f -a "create" -d 'Make an account; its token is shown this once'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from account" -f -a "list" -d 'List accounts'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from account" -f -a "disable" -d 'Switch an account off: its token and its clients\' pages end at once'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from account" -f -a "limit" -d 'Limit how many clients with a console an account may publish'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from account" -f -a "token" -d 'Give an account a new token; the old one dies at once'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from account" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from connect" -l token-file -d 'A file that holds the token' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from connect" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from connect" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from connect" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from connect" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from connect" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from connect" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from connect" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from connect" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from connect" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from disconnect" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from disconnect" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from disconnect" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from disconnect" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from disconnect" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from disconnect" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from disconnect" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from disconnect" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from disconnect" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from link" -l account -r
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from link" -l client -r
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from link" -l minutes -d 'Minutes until it ends, up to a day' -r
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from link" -l database -d 'sqlite:PATH' -r
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from link" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from link" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from link" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from link" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from link" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from link" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from link" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from link" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from link" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from help" -f -a "serve" -d 'Serve the portal'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from help" -f -a "account" -d 'Accounts of a portal: one for each business that publishes to it'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from help" -f -a "connect" -d 'Connect this store to a portal; the token is read from --token-file, LOGGIA_PORTAL_TOKEN or standard input'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from help" -f -a "disconnect" -d 'Forget the portal; what is published stays there'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from help" -f -a "link" -d 'Make a link that signs one user in, once: for whoever runs the portal'
complete -c loggia -n "__fish_loggia_using_subcommand portal; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c loggia -n "__fish_loggia_using_subcommand sync" -l client -d 'Only this client' -r
complete -c loggia -n "__fish_loggia_using_subcommand sync" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand sync" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand sync" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand sync" -l dry-run -d 'Tell what would change for each client, and send nothing'
complete -c loggia -n "__fish_loggia_using_subcommand sync" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand sync" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand sync" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand sync" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand sync" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand sync" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand undo" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand undo" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand undo" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand undo" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand undo" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand undo" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand undo" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand undo" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand undo" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand history" -l client -d 'Only operations that concern this client' -r
complete -c loggia -n "__fish_loggia_using_subcommand history" -l limit -d 'How many' -r
complete -c loggia -n "__fish_loggia_using_subcommand history" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand history" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand history" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand history" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand history" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand history" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand history" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand history" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand history" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand backup" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand backup" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand backup" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand backup" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand backup" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand backup" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand backup" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand backup" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand backup" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand restore" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand restore" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand restore" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand restore" -l lose-documents -d 'Restore although invoices were issued after the backup, whose numbers would be given again'
complete -c loggia -n "__fish_loggia_using_subcommand restore" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand restore" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand restore" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand restore" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand restore" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand restore" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand check" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand check" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand check" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand check" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand check" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand check" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand check" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand check" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand check" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand completions" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand completions" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand completions" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand completions" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand completions" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand completions" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand completions" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand completions" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand completions" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand man" -l store -d 'The store [env: LOGGIA_STORE] [default: books.db in the platform\'s data folder]' -r -F
complete -c loggia -n "__fish_loggia_using_subcommand man" -l as-of -d 'The day for which the command runs [env: LOGGIA_NOW, an RFC 3339 instant]' -r
complete -c loggia -n "__fish_loggia_using_subcommand man" -l color -d 'Colour of the output [env: NO_COLOR]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c loggia -n "__fish_loggia_using_subcommand man" -l json -d 'One JSON document instead of text'
complete -c loggia -n "__fish_loggia_using_subcommand man" -s q -l quiet -d 'Only the reference of what was made'
complete -c loggia -n "__fish_loggia_using_subcommand man" -s y -l yes -d 'Answer every confirmation with yes'
complete -c loggia -n "__fish_loggia_using_subcommand man" -l no-input -d 'Never ask, not even on a terminal'
complete -c loggia -n "__fish_loggia_using_subcommand man" -s h -l help -d 'Print help'
complete -c loggia -n "__fish_loggia_using_subcommand man" -s V -l version -d 'Print version'
complete -c loggia -n "__fish_loggia_using_subcommand help; and not __fish_seen_subcommand_from init demo settings client user member rate project time retainer invoice portal-settings portal sync undo history backup restore check completions man help" -f -a "init" -d 'Set up the business: name, currency, zone, rate and tax'
complete -c loggia -n "__fish_loggia_using_subcommand help; and not __fish_seen_subcommand_from init demo settings client user member rate project time retainer invoice portal-settings portal sync undo history backup restore check completions man help" -f -a "demo" -d 'Set up a sample agency, bill a month, publish it, and let a client look at it'
complete -c loggia -n "__fish_loggia_using_subcommand help; and not __fish_seen_subcommand_from init demo settings client user member rate project time retainer invoice portal-settings portal sync undo history backup restore check completions man help" -f -a "settings" -d 'Settings of the business'
complete -c loggia -n "__fish_loggia_using_subcommand help; and not __fish_seen_subcommand_from init demo settings client user member rate project time retainer invoice portal-settings portal sync undo history backup restore check completions man help" -f -a "client" -d 'Clients and their contacts'
complete -c loggia -n "__fish_loggia_using_subcommand help; and not __fish_seen_subcommand_from init demo settings client user member rate project time retainer invoice portal-settings portal sync undo history backup restore check completions man help" -f -a "user" -d 'People who may see a client\'s portal'
complete -c loggia -n "__fish_loggia_using_subcommand help; and not __fish_seen_subcommand_from init demo settings client user member rate project time retainer invoice portal-settings portal sync undo history backup restore check completions man help" -f -a "member" -d 'Members of the team'
complete -c loggia -n "__fish_loggia_using_subcommand help; and not __fish_seen_subcommand_from init demo settings client user member rate project time retainer invoice portal-settings portal sync undo history backup restore check completions man help" -f -a "rate" -d 'Rates per hour'
complete -c loggia -n "__fish_loggia_using_subcommand help; and not __fish_seen_subcommand_from init demo settings client user member rate project time retainer invoice portal-settings portal sync undo history backup restore check completions man help" -f -a "project" -d 'Projects, tasks and hour budgets'
complete -c loggia -n "__fish_loggia_using_subcommand help; and not __fish_seen_subcommand_from init demo settings client user member rate project time retainer invoice portal-settings portal sync undo history backup restore check completions man help" -f -a "time" -d 'Log time, run a timer, list and report'
complete -c loggia -n "__fish_loggia_using_subcommand help; and not __fish_seen_subcommand_from init demo settings client user member rate project time retainer invoice portal-settings portal sync undo history backup restore check completions man help" -f -a "retainer" -d 'Retainers: hours agreed per period'
complete -c loggia -n "__fish_loggia_using_subcommand help; and not __fish_seen_subcommand_from init demo settings client user member rate project time retainer invoice portal-settings portal sync undo history backup restore check completions man help" -f -a "invoice" -d 'Preview, issue, pay and void invoices'
complete -c loggia -n "__fish_loggia_using_subcommand help; and not __fish_seen_subcommand_from init demo settings client user member rate project time retainer invoice portal-settings portal sync undo history backup restore check completions man help" -f -a "portal-settings" -d 'What clients may see on the portal, globally and per client'
complete -c loggia -n "__fish_loggia_using_subcommand help; and not __fish_seen_subcommand_from init demo settings client user member rate project time retainer invoice portal-settings portal sync undo history backup restore check completions man help" -f -a "portal" -d 'Serve the portal, manage its accounts, connect to one'
complete -c loggia -n "__fish_loggia_using_subcommand help; and not __fish_seen_subcommand_from init demo settings client user member rate project time retainer invoice portal-settings portal sync undo history backup restore check completions man help" -f -a "sync" -d 'Publish to the portal what each client may see, and fetch what clients did there'
complete -c loggia -n "__fish_loggia_using_subcommand help; and not __fish_seen_subcommand_from init demo settings client user member rate project time retainer invoice portal-settings portal sync undo history backup restore check completions man help" -f -a "undo" -d 'Take back the latest operation, or a named one'
complete -c loggia -n "__fish_loggia_using_subcommand help; and not __fish_seen_subcommand_from init demo settings client user member rate project time retainer invoice portal-settings portal sync undo history backup restore check completions man help" -f -a "history" -d 'Show the latest operations, or what one of them changed'
complete -c loggia -n "__fish_loggia_using_subcommand help; and not __fish_seen_subcommand_from init demo settings client user member rate project time retainer invoice portal-settings portal sync undo history backup restore check completions man help" -f -a "backup" -d 'Copy the store to a file'
complete -c loggia -n "__fish_loggia_using_subcommand help; and not __fish_seen_subcommand_from init demo settings client user member rate project time retainer invoice portal-settings portal sync undo history backup restore check completions man help" -f -a "restore" -d 'Put the content of a backup in the place of the store'
complete -c loggia -n "__fish_loggia_using_subcommand help; and not __fish_seen_subcommand_from init demo settings client user member rate project time retainer invoice portal-settings portal sync undo history backup restore check completions man help" -f -a "check" -d 'Check that the file is whole and every invariant of the books holds'
complete -c loggia -n "__fish_loggia_using_subcommand help; and not __fish_seen_subcommand_from init demo settings client user member rate project time retainer invoice portal-settings portal sync undo history backup restore check completions man help" -f -a "completions" -d 'Print the completion script of a shell'
complete -c loggia -n "__fish_loggia_using_subcommand help; and not __fish_seen_subcommand_from init demo settings client user member rate project time retainer invoice portal-settings portal sync undo history backup restore check completions man help" -f -a "man" -d 'Write the manual pages into a folder'
complete -c loggia -n "__fish_loggia_using_subcommand help; and not __fish_seen_subcommand_from init demo settings client user member rate project time retainer invoice portal-settings portal sync undo history backup restore check completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from settings" -f -a "show" -d 'Show every setting with the value that holds'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from settings" -f -a "set" -d 'Set settings, all or none'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from settings" -f -a "unset" -d 'Unset settings: their defaults hold again'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from client" -f -a "add" -d 'Add a client'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from client" -f -a "list" -d 'List clients; archived ones only with --all'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from client" -f -a "show" -d 'Show a client with its contacts'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from client" -f -a "edit" -d 'Change a client; an empty text takes a value away'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from client" -f -a "archive" -d 'Archive a client: hidden from lists, no new projects, time or expenses'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from client" -f -a "restore" -d 'Restore an archived client'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from client" -f -a "contact" -d 'Contacts of a client'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "invite" -d 'Invite a person to see a client on the portal'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from user" -f -a "list" -d 'List users with their state'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from member" -f -a "add" -d 'Add a member'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from member" -f -a "list" -d 'List members'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from member" -f -a "edit" -d 'Change a member'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from member" -f -a "archive" -d 'Archive a member: their time stays, they take no new entries'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from rate" -f -a "set" -d 'Set a rate: of the business, or of a client, project, task or member; from a day on, or from the beginning'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from rate" -f -a "list" -d 'List rates'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from project" -f -a "add" -d 'Add a project to a client'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from project" -f -a "list" -d 'List projects with their budgets; closed ones only with --all'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from project" -f -a "show" -d 'Show a project'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from project" -f -a "close" -d 'Close a project: it takes no new time'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from project" -f -a "reopen" -d 'Open a closed project again'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from project" -f -a "task" -d 'Tasks of a project'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from time" -f -a "start" -d 'Start a timer; a running one is stopped'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from time" -f -a "stop" -d 'Stop the running timer: it becomes an entry'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from time" -f -a "cancel" -d 'Give up the running timer without an entry'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from time" -f -a "status" -d 'Show running timers'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from time" -f -a "log" -d 'Log worked time'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from time" -f -a "list" -d 'List entries [default period: this week]'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from time" -f -a "show" -d 'Show one entry'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from time" -f -a "edit" -d 'Change an entry; an empty text takes a value away'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from time" -f -a "delete" -d 'Delete an entry'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from time" -f -a "report" -d 'Sum up time [default period: this month]'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from time" -f -a "import" -d 'Import entries from another program\'s file'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from retainer" -f -a "add" -d 'Agree on a retainer with a client'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from retainer" -f -a "status" -d 'Show how retainers stand in the current period'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from invoice" -f -a "preview" -d 'Show what would be billed; nothing is kept'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from invoice" -f -a "create" -d 'Bill unbilled work and issue the invoice; with --draft, keep it as a draft'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from invoice" -f -a "issue" -d 'Issue a draft: it gets its number and does not change any more'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from invoice" -f -a "delete" -d 'Delete a draft; its entries are open again'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from invoice" -f -a "list" -d 'List invoices, newest first'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from invoice" -f -a "show" -d 'Show an invoice'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from invoice" -f -a "pay" -d 'Record a payment'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from invoice" -f -a "void" -d 'Take an invoice back by a credit note; its entries are open again'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from invoice" -f -a "export" -d 'Write an invoice to a file'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from portal-settings" -f -a "show" -d 'Show every key with the value that holds and where it comes from'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from portal-settings" -f -a "set" -d 'Set keys, globally or for a client'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from portal-settings" -f -a "unset" -d 'Unset keys: what stands behind them holds again'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from portal-settings" -f -a "preview" -d 'Show what the client will see after the next sync'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from portal" -f -a "serve" -d 'Serve the portal'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from portal" -f -a "account" -d 'Accounts of a portal: one for each business that publishes to it'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from portal" -f -a "connect" -d 'Connect this store to a portal; the token is read from --token-file, LOGGIA_PORTAL_TOKEN or standard input'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from portal" -f -a "disconnect" -d 'Forget the portal; what is published stays there'
complete -c loggia -n "__fish_loggia_using_subcommand help; and __fish_seen_subcommand_from portal" -f -a "link" -d 'Make a link that signs one user in, once: for whoever runs the portal'
