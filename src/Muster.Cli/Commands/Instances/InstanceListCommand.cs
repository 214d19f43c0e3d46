using System.CommandLine;

using Muster.Api.Client;
using Muster.Api.Instances;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;
using Muster.Core;

namespace Muster.Cli.Commands.Instances;

/// <summary><c>muster instance list</c></summary>
internal sealed class InstanceListCommand : ClientCommand
{
    private readonly NameOption _group = new("--group", "group", "Only instances of this group.");

    public InstanceListCommand(Terminal terminal)
        : base(
            terminal, "list", "List the instances of all groups as their clouds show them now, with phase and health.",
            OutputOptions.Table(),
            "muster instance list", "muster instance list --group web --json") => Add(_group);

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var (instances, unlisted) = (new List<InstanceView>(), new Dictionary<string, string>(StringComparer.Ordinal));
        if (parse.GetValue(_group) is { } group)
        {
            Take(await client.ListInstancesAsync(group, cancellationToken));
        }
        else
        {
            string? cursor = null;
            do
            {
                var page = await client.ListAllInstancesAsync(new(Cursor: cursor), cancellationToken);
                Take(page);
                cursor = page.NextCursor;
            }
            while (cursor is not null);
        }

        foreach (var (cloud, reason) in unlisted)
        {
            Terminal.Error.WriteLine(VisibleText.OneLine(
                $"muster: cloud {cloud} cannot be listed, its instances are left out: {reason}"));
        }

        InstanceViews.Write(Terminal, instances, Format(parse), ofAll: true);
        return ExitCode.Ok;

        void Take(InstancesView page)
        {
            instances.AddRange(page.Items);
            foreach (var cloud in page.Unlisted ?? [])
            {
                unlisted[cloud.Cloud] = cloud.Reason;
            }
        }
    }
}
