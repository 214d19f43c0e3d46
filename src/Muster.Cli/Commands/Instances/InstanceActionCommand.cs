using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Instances;

/// <summary>What is said of an instance in one word: <c>muster instance protect</c> and its kin.</summary>
internal sealed class InstanceActionCommand : InstanceCommand
{
    private readonly Option<string?> _reason = CommonOptions.Reason();

    private InstanceActionCommand(Terminal terminal, string action, string description, params string[] examples)
        : base(terminal, action, description, takesNames: true, examples) => Add(_reason);

    /// <summary><c>muster instance protect</c></summary>
    public static InstanceActionCommand Protect(Terminal terminal) => new(
        terminal, "protect", "Keep an instance whatever a check wants: none ends it.",
        "muster instance protect web-3 --reason 'the backup runs on it'");

    /// <summary><c>muster instance unprotect</c></summary>
    public static InstanceActionCommand Unprotect(Terminal terminal) => new(
        terminal, "unprotect", "End the protection of an instance: it may end like any other.",
        "muster instance unprotect web-3");

    /// <summary><c>muster instance standby</c></summary>
    public static InstanceActionCommand Standby(Terminal terminal) => new(
        terminal, "standby", "Take an instance out of its group's count and leave it alone.",
        "muster instance standby web-3 --reason 'looking at its disk'");

    /// <summary><c>muster instance return</c></summary>
    public static InstanceActionCommand Return(Terminal terminal) => new(
        terminal, "return", "Have an instance on standby count again.",
        "muster instance return web-3");

    /// <summary><c>muster instance replace</c></summary>
    public static InstanceActionCommand Replace(Terminal terminal) => new(
        terminal, "replace", "Have another take an instance's place, as with an unhealthy one.",
        "muster instance replace web-3 --reason 'its disk is slow'");

    /// <summary><c>muster instance keep</c></summary>
    public static InstanceActionCommand Keep(Terminal terminal) => new(
        terminal, "keep", "Take back that an instance is to be replaced, or drains, as long as it has not ended.",
        "muster instance keep web-3 --reason 'it was the wrong one'");

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        InstanceViews.WriteLine(
            Terminal,
            await client.ActOnInstanceAsync(
                Name, Id(parse), new() { Reason = parse.GetValue(_reason) }, Cloud(parse), cancellationToken),
            Format(parse));
        return ExitCode.Ok;
    }
}
