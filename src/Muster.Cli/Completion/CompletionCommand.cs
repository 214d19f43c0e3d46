using System.CommandLine;

using Muster.Cli.Commands;
using Muster.Cli.Terminals;

namespace Muster.Cli.Completion;

/// <summary><c>muster completion</c></summary>
internal sealed class CompletionCommand : MusterCommand
{
    private readonly Argument<string> shell = new("SHELL") { Description = "bash, zsh or fish." };

    public CompletionCommand(Terminal terminal)
        : base(
            terminal, "completion", "Print a script that teaches a shell to complete muster's command lines.",
            "source <(muster completion bash)",
            "muster completion zsh > \"${fpath[1]}/_muster\"",
            "muster completion fish > ~/.config/fish/completions/muster.fish")
    {
        shell.CompletionSources.Add([.. Scripts.Keys]);
        shell.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !Scripts.ContainsKey(token.Value))
            {
                result.AddError($"SHELL is '{token.Value}': bash, zsh or fish");
            }
        });
        Add(shell);
    }

    // Each asks muster itself, so that a script never knows less than the program it completes for.
    private static IReadOnlyDictionary<string, string> Scripts { get; } = new Dictionary<string, string>
    {
        ["bash"] = """
            # muster completion for bash: source <(muster completion bash)
            _muster() {
                local IFS=$'\n' current="${COMP_WORDS[COMP_CWORD]}"
                COMPREPLY=($(compgen -W "$(muster "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "$current"))
            }
            complete -o default -F _muster muster

            """,
        ["zsh"] = """
            #compdef muster
            # muster completion for zsh: muster completion zsh > "${fpath[1]}/_muster"
            _muster() {
                local -a found
                found=("${(@f)$(muster "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
                compadd -a found || _files
            }
            if [ "$funcstack[1]" = "_muster" ]; then _muster "$@"; else compdef _muster muster; fi

            """,
        ["fish"] = """
            # muster completion for fish: muster completion fish > ~/.config/fish/completions/muster.fish
            complete -c muster -a '(muster "[suggest:"(commandline -C)"]" (commandline -cp) 2>/dev/null)'

            """,
    };

    protected override Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        Terminal.Out.Write(Scripts[parse.GetRequiredValue(shell)]);
        return Task.FromResult(ExitCode.Ok);
    }
}
