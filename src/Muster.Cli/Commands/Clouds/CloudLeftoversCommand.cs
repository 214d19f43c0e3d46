using System.CommandLine;

using Muster.Api;
using Muster.Api.Client;
using Muster.Api.Clouds;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;
using Muster.Core;

namespace Muster.Cli.Commands.Clouds;

/// <summary><c>muster cloud leftovers</c></summary>
internal sealed class CloudLeftoversCommand : ClientCommand
{
    private readonly NameArgument _name = new("cloud") { Description = "Name of the cloud, as the server's configuration has it." };

    private readonly Option<bool> _remove = new("--remove")
    {
        Description = "Remove them, except those that a launch may still be on its way to.",
    };

    private readonly Option<bool> _yes = CommonOptions.Yes();

    public CloudLeftoversCommand(Terminal terminal)
        : base(
            terminal, "leftovers",
            "List the disks, addresses and interfaces that instances of this installation left behind at a cloud, and remove them.",
            OutputOptions.NamelessTable(),
            "muster cloud leftovers aws",
            "muster cloud leftovers aws --remove --yes")
    {
        Add(_name);
        Add(_remove);
        Add(_yes);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var cloud = parse.GetRequiredValue(_name);
        var parts = (await client.ListLeftoversAsync(cloud, cancellationToken)).Items;
        if (!parse.GetValue(_remove))
        {
            Write(parts, Format(parse));
            return ExitCode.Ok;
        }

        var (kept, chosen) = (parts.Where(part => part.Kept is not null).ToList(), parts.Where(part => part.Kept is null).ToList());
        if (chosen.Count > 0)
        {
            Ask(parse, cloud, chosen);
        }

        var removed = new List<LeftoverView>();
        foreach (var part in chosen)
        {
            // One after the other: a refusal ends it, and what is gone by then has been told.
            removed.Add(await client.RemoveLeftoverAsync(cloud, part.Kind, part.Id, cancellationToken));
            if (!WantsJson(parse))
            {
                Terminal.Out.WriteLine(VisibleText.OneLine($"removed {part.Kind} {part.Id}"));
            }
        }

        if (WantsJson(parse))
        {
            Json.WriteArray(Terminal.Out, removed, ApiJson.Default.LeftoverView);
        }

        foreach (var part in kept)
        {
            Terminal.Error.WriteLine(VisibleText.OneLine($"muster: kept {part.Kind} {part.Id}: {part.Kept}"));
        }

        return ExitCode.Ok;
    }

    private void Ask(ParseResult parse, string cloud, List<LeftoverView> chosen)
    {
        if (parse.GetValue(_yes))
        {
            return;
        }

        if (!Terminal.CanAsk)
        {
            throw new CliException(ExitCode.Usage, $"--remove removes {chosen.Count} parts for good: --yes says that you mean it");
        }

        foreach (var part in chosen)
        {
            Terminal.Error.WriteLine(VisibleText.OneLine($"  {part.Kind} {part.Id} {part.Name}".TrimEnd()));
        }

        Terminal.Error.Write(VisibleText.OneLine($"{cloud}: this removes {chosen.Count} parts for good. Go on? [y/N] "));
        if (Terminal.ReadLine()?.Trim().ToUpperInvariant() is not ("Y" or "YES"))
        {
            throw new CliException(ExitCode.Error, "nothing was changed");
        }
    }

    private void Write(IReadOnlyList<LeftoverView> parts, Output output)
    {
        if (output.IsJson)
        {
            Json.WriteArray(Terminal.Out, parts, ApiJson.Default.LeftoverView);
            return;
        }

        var grid = new Grid("KIND", "ID", new Column("NAME", Drop: 2), new Column("AGE", Drop: 1), "KEPT");
        var now = Terminal.Time.GetUtcNow();
        foreach (var part in parts)
        {
            grid.Add(part.Kind, part.Id, part.Name, part.CreatedAt is { } madeAt ? Moments.Age(madeAt, now) : null, part.Kept);
        }

        grid.Write(Terminal, output);
    }
}
