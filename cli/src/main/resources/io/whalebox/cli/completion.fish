# fish completion for whalebox; in ~/.config/fish/config.fish: whalebox completion fish | source
function __whalebox_complete
    set -l words (commandline -opc) (commandline -ct)
    for answer in ($words[1] completion words -- $words[2..-1] 2>/dev/null)
        if test "$answer" = :files
            __fish_complete_path (commandline -ct)
        else
            echo $answer
        end
    end
end
complete -c whalebox -f -a '(__whalebox_complete)'
