# bash completion for whalebox; in ~/.bashrc: source <(whalebox completion bash)
_whalebox() {
    local line=${COMP_LINE:0:COMP_POINT} words word candidate trim
    # Bash has broken words at colons and equals signs, which are parts of words here.
    read -ra words <<<"$line"
    [[ $line == *[[:space:]] ]] && words+=("")
    word=${words[-1]}
    trim=${word%"${word##*[:=]}"}
    COMPREPLY=()
    while IFS= read -r candidate; do
        if [[ $candidate == :files ]]; then
            compopt -o default 2>/dev/null
        else
            candidate=${candidate%%$'\t'*}
            COMPREPLY+=("${candidate#"$trim"}")
        fi
    done < <("${words[0]}" completion words -- "${words[@]:1}" 2>/dev/null)
}
complete -F _whalebox whalebox
