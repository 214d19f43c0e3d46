using System.CommandLine;

using Muster.Cli.Arguments;
using Muster.Cli.Commands;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;

namespace Muster.Cli.Completion;

/// <summary><c>muster completion</c></summary>
internal sealed class CompletionCommand : MusterCommand
{
    private readonly ShellArgument _shell = new();

    public CompletionCommand(Terminal terminal)
        : base(
            terminal, "completion", "Print a script that teaches a shell to complete muster's command lines.",
            "source <(muster completion bash)",
            "muster completion zsh > \"${fpath[1]}/_muster\"",
            "muster completion fish > ~/.config/fish/completions/muster.fish")
    {
        Add(_shell);
    }

    // Each asks muster itself, so that a script never knows less than the program it completes for.
    private static Dictionary<string, string> Scripts { get; } = new Dictionary<string, string>
    {
        ["bash"] = """
            # muster completion for bash: source <(muster completion bash)
            _muster() {
                local IFS=$'\n' current="${COMP_WORDS[COMP_CWORD]}" found word
                COMPREPLY=()
                # bash makes a word of its own of the = in --option=value.
                [ "$current" = "=" ] && current=""
                found="$(muster "[suggest:${COMP_POINT}]" "${COMP_LINE}" bash 2>/dev/null)"
                case "$found" in
                    :files) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")) ;;
                    :directories) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$current")) ;;
                    # compgen -W would run a $(...) that a word holds.
                    *) while IFS= read -r word; do [[ -n $word && $word == "$current"* ]] && COMPREPLY+=("$word"); done <<<"$found" ;;
                esac
            }
            complete -F _muster muster

            """,
        ["zsh"] = """
            #compdef muster
            # muster completion for zsh: muster completion zsh > "${fpath[1]}/_muster"
            _muster() {
                local line="${(j: :)words[1,CURRENT-1]} $PREFIX"
                local -a found
                found=("${(@f)$(muster "[suggest:${#line}]" "$line" zsh 2>/dev/null)}")
                case "${found[1]}" in
                    :files) _files ;;
                    :directories) _files -/ ;;
                    "") return 1 ;;
                    *) compadd -a found ;;
                esac
            }
            if [ "$funcstack[1]" = "_muster" ]; then _muster "$@"; else compdef _muster muster; fi

            """,
        ["fish"] = """
            # muster completion for fish: muster completion fish > ~/.config/fish/completions/muster.fish
            function __muster_complete
                set -l line (commandline -cp | string collect)
                set -l found (muster "[suggest:"(string length -- "$line")"]" "$line" fish 2>/dev/null)
                switch "$found[1]"
                    case ':files'
                        __fish_complete_path (commandline -ct)
                    case ':directories'
                        __fish_complete_directories (commandline -ct)
                    case '*'
                        printf '%s\n' $found
                end
            end
            complete -c muster -f -a '(__muster_complete)'

            """,
    };

    protected override Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        Terminal.Out.Write(Scripts[parse.GetRequiredValue(_shell)]);
        return Task.FromResult(ExitCode.Ok);
    }

    private sealed class ShellArgument : Argument<string>, IOffersWords
    {
        public ShellArgument()
            : base("SHELL")
        {
            Description = "bash, zsh or fish.";
            Validators.Add(result =>
            {
                if (result.Tokens is [var token] && !Scripts.ContainsKey(token.Value))
                {
                    result.AddError($"SHELL is '{token.Value}': bash, zsh or fish");
                }
            });
        }

        public IEnumerable<string> Offered => Scripts.Keys;
    }
}
