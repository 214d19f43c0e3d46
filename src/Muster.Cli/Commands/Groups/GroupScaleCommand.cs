using System.CommandLine;

using Muster.Api.Client;
using Muster.Api.Groups;
using Muster.Cli.Arguments;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Groups;

/// <summary><c>muster group scale</c></summary>
internal sealed class GroupScaleCommand : ClientCommand
{
    private readonly NameArgument name = new("group");
    private readonly NumberArgument desired = new("N", "How many instances there must be.");
    private readonly Option<string?> reason = CommonOptions.Reason();
    private readonly Option<long?> ifVersion = CommonOptions.IfVersion();

    public GroupScaleCommand(Terminal terminal)
        : base(
            terminal, "scale", "Set how many instances a group keeps.",
            "muster group scale web 5",
            "muster group scale web 0 --reason 'closed for the night'")
    {
        Add(name);
        Add(desired);
        Add(reason);
        Add(ifVersion);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var change = new CapacityInput { Desired = parse.GetValue(desired), Reason = parse.GetValue(reason) };
        var group = await client.SetCapacityAsync(parse.GetRequiredValue(name), change, parse.GetValue(ifVersion), cancellationToken);
        GroupViews.WriteLine(Terminal, group, WantsJson(parse));
        return ExitCode.Ok;
    }
}
