#compdef whalebox
# zsh completion for whalebox; in ~/.zshrc: source <(whalebox completion zsh)
_whalebox() {
    local -a answers described
    local answer files=
    answers=("${(@f)$("${words[1]}" completion words -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    for answer in "${answers[@]}"; do
        if [[ $answer == :files ]]; then
            files=1
        elif [[ -n $answer ]]; then
            described+=("${${answer%%$'\t'*}//:/\\:}${${(M)answer:#*$'\t'*}:+:${answer#*$'\t'}}")
        fi
    done
    (( $#described )) && _describe whalebox described
    [[ -n $files ]] && _files
}
compdef _whalebox whalebox
