using System.CommandLine;

using Muster.Api;
using Muster.Api.Client;
using Muster.Api.Installation;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Clouds;

/// <summary><c>muster cloud orphans</c></summary>
internal sealed class CloudOrphansCommand : ClientCommand
{
    private readonly NameOption _cloud = new("--cloud", "cloud", "Only instances of this cloud.");

    public CloudOrphansCommand(Terminal terminal)
        : base(
            terminal, "orphans",
            "List instances with this installation's tags that no living group owns or whose launch the store does not know.",
            OutputOptions.Table(),
            "muster cloud orphans", "muster cloud orphans --cloud local --json")
    {
        Add(_cloud);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var answer = await client.ListOrphansAsync(parse.GetValue(_cloud), cancellationToken);
        Write(answer.Items, Format(parse));
        foreach (var unseen in answer.NotLookedAt)
        {
            Terminal.Error.WriteLine(
                $"muster: cloud '{unseen.Cloud}'{(unseen.AccountId is { } account ? $" of account {account}" : "")} could not be "
                + $"looked at: {unseen.Message}");
        }

        // Whoever counts on the list must not take a part of it for the whole.
        return answer.NotLookedAt.Count == 0 ? ExitCode.Ok : ExitCode.Error;
    }

    private void Write(IReadOnlyList<OrphanView> orphans, Output output)
    {
        if (output.IsJson)
        {
            Json.WriteArray(Terminal.Out, orphans, ApiJson.Default.OrphanView);
            return;
        }

        if (output.IsName)
        {
            Names.Write(Terminal, orphans.Select(orphan => orphan.Id));
            return;
        }

        var grid = new Grid(
            "CLOUD", "ID", new Column("NAME", Drop: 3), new Column("STATE", Drop: 2), new Column("AGE", Drop: 1), "GROUP", "WHY");
        var now = Terminal.Time.GetUtcNow();
        foreach (var orphan in orphans)
        {
            grid.Add(
                orphan.Cloud, orphan.Id, orphan.Name, orphan.State, Moments.Age(orphan.CreatedAt, now),
                orphan.GroupName ?? orphan.GroupId?.ToString(), new Cell(Why(orphan.Reason), orphan.Stranger ? Tone.Bad : Tone.Plain));
        }

        grid.Write(Terminal, output);
    }

    private static string Why(string reason) => reason switch
    {
        "group_unknown" => "the store does not know this group",
        "group_archived" => "its group was deleted",
        "launch_unknown" => "the store does not know its launch",
        _ => reason,
    };
}
