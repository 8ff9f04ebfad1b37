/** The shells that a script is there for. */
export const shells = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof shells)[number];

/*
 * Each script gives the program what was typed and takes lines: the first says of what kind they are, each other is a name
 * that could stand there. Lines are texts to a shell, never commands. `rolebook` is looked for in the PATH, not taken from
 * the line, so that completing `./rolebook` in somebody else's folder runs nothing there.
 */

// Bash takes words apart at colons and `@`, too, so the program gets the whole line and answers for the part that bash
// replaces, quoted as that part is.
const bash = `# bash completion for rolebook
# Put this into ~/.bashrc:  source <(rolebook completion bash)

_rolebook() {
    local kind='' line
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ -z $kind ]]; then
            kind=$line
        else
            COMPREPLY+=("$line")
        fi
    done < <(command rolebook __complete bash "\${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
    if [[ $kind == :files* ]]; then
        compopt -o default 2>/dev/null
    elif [[ $kind == :folders* ]]; then
        compopt -o dirnames 2>/dev/null
    elif [[ $kind == :parts ]]; then
        compopt -o nospace 2>/dev/null
    fi
}

complete -F _rolebook rolebook
`;

const zsh = `#compdef rolebook
# zsh completion for rolebook
# Put this into ~/.zshrc, after compinit:  source <(rolebook completion zsh)

_rolebook() {
    local kind
    local -a typed names
    typed=("\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}")
    names=("\${(@f)$(command rolebook __complete zsh "\${typed[@]}" 2>/dev/null)}")
    kind=$names[1]
    shift names
    while [[ $kind == :f*= ]]; do
        compset -P 1 '*='
        kind=\${kind%=}
    done
    case $kind in
        :files) _files ;;
        :folders) _files -/ ;;
        :parts) compadd -S '' -- "\${names[@]}" ;;
        *) (( $#names )) && compadd -- "\${names[@]}" ;;
    esac
}

if [[ $funcstack[1] == _rolebook ]]; then
    _rolebook "$@"
else
    compdef _rolebook rolebook
fi
`;

const fish = `# fish completion for rolebook
# Put this into ~/.config/fish/config.fish:  rolebook completion fish | source

function __rolebook_complete
    set -l typed (commandline -opc)
    set -e typed[1]
    set -l current (commandline -ct)
    set -l plain (string unescape -- $current 2>/dev/null); or set plain $current
    set -l names (command rolebook __complete fish $typed "$plain" 2>/dev/null)
    set -l kind $names[1]
    set -e names[1]
    switch "$kind"
        case ':files*'
            complete -C "'' $current"
        case ':folders*'
            __fish_complete_directories $current
        case '*'
            string join \\n -- $names
    end
end

complete -c rolebook -f -a '(__rolebook_complete)'
`;

export const shellScripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
