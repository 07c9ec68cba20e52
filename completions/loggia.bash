_loggia() {
    local IFS=$'\n'
    COMPREPLY=($(LOGGIA_COMPLETE=bash LOGGIA_COMPLETE_LINE="${COMP_LINE:0:COMP_POINT}" LOGGIA_COMPLETE_WORD="$2" \
        "${1/#\~/$HOME}" 2>/dev/null))
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[/=] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -F _loggia loggia
