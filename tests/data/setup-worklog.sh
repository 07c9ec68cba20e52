#!/bin/sh
# Sets up the agency of worklog-toggl.csv as its owner would: the business, five clients, nine members, projects and tasks.
# It can run again: what is there is left as it is.
set -eu

loggia=${LOGGIA:-loggia}

"$loggia" init --business "Loggia Worklog" --currency EUR --zone Europe/Berlin --tax 19 --owner member-01 --if-missing
"$loggia" rate set 95

# client SHORT-NAME NAME
client() {
    "$loggia" client add "$2" --slug "$1" --company --if-missing
}

# project CLIENT/PROJECT NAME TASK...
project() {
    reference=$1
    "$loggia" project add "${reference%%/*}" "$2" --slug "${reference##*/}" --if-missing
    shift 2
    for task in "$@"; do
        "$loggia" project task add "$reference" "$task" --if-missing
    done
}

for number in 01 02 03 04 05 06 07 08 09; do
    "$loggia" member add "member-$number" --email "member-$number@example.com" --if-missing
done
# The owner is there since `init`, which asks for no address.
"$loggia" member edit member-01 --email member-01@example.com

client jay "Jay & Jay Versionworks"
project jay/product "Product" "Development" "Bug fixing"
project jay/quality "Quality" "Testing"
project jay/documentation "Documentation" "Documentation"
project jay/operations "Operations" "Operations"

client ledger "H. Ledger, Accountants"
project ledger/product "Product" "Development" "Bug fixing"
project ledger/documentation "Documentation" "Documentation"
project ledger/operations "Operations" "Operations"

client just "Just Commands Inc."
project just/product "Product" "Development"

client turtle "Turtle Shell Ltd"
project turtle/product "Product" "Development" "Bug fixing"
project turtle/quality "Quality" "Testing"
project turtle/documentation "Documentation" "Documentation"
project turtle/operations "Operations" "Operations"

client kimai "Kimaï Zeitdienste GmbH"
project kimai/product "Product" "Development"
