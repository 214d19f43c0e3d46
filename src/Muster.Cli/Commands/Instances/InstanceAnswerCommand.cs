using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Core.Life;

namespace Muster.Cli.Commands.Instances;

/// <summary>What a hook is told of an instance that waits for it: <c>muster instance continue</c> and its kin.</summary>
internal sealed class InstanceAnswerCommand : InstanceCommand
{
    private readonly Option<string> _hook = new("--hook")
    {
        Description = "The hook, by name; drain for the group's drain.",
        HelpName = "name",
        Required = true,
    };

    private readonly DurationOption? _for;
    private readonly Option<string?> _reason = CommonOptions.Reason();

    private InstanceAnswerCommand(Terminal terminal, string answer, string description, bool takesTime, params string[] examples)
        : base(terminal, answer, description, takesNames: true, examples)
    {
        Add(_hook);
        if (takesTime)
        {
            _for = new(
                "--for", "How long it is to wait from now on; once more the hook's time-out unless set.",
                HookRules.TimeoutMin, HookRules.TimeoutMax);
            Add(_for);
        }

        Add(_reason);
    }

    /// <summary><c>muster instance continue</c></summary>
    public static InstanceAnswerCommand Continue(Terminal terminal) => new(
        terminal, "continue", "Let an instance go on that waits for a hook, or drains.", takesTime: false,
        "muster instance continue web-3 --hook bake",
        "muster instance continue web-3 --hook drain --reason 'nobody uses it any more'");

    /// <summary><c>muster instance abandon</c></summary>
    public static InstanceAnswerCommand Abandon(Terminal terminal) => new(
        terminal, "abandon", "Give up an instance that waits for a hook: it is terminated without waiting for others.", takesTime: false,
        "muster instance abandon web-3 --hook bake --reason 'its smoke test fails'");

    /// <summary><c>muster instance extend</c></summary>
    public static InstanceAnswerCommand Extend(Terminal terminal) => new(
        terminal, "extend", "Have a hook wait longer for an instance.", takesTime: true,
        "muster instance extend web-3 --hook bake",
        "muster instance extend web-3 --hook bake --for 10m");

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        InstanceViews.WriteLine(
            Terminal,
            await client.AnswerHookAsync(
                Id(parse), parse.GetRequiredValue(_hook),
                new()
                {
                    Result = Name,
                    ForS = _for is null ? null : parse.GetValue(_for)?.TotalSeconds,
                    Reason = parse.GetValue(_reason),
                },
                Cloud(parse), cancellationToken),
            Format(parse));
        return ExitCode.Ok;
    }
}
