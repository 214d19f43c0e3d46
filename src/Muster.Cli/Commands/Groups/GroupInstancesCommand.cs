using System.CommandLine;

using Muster.Api.Client;
using Muster.Api.Instances;
using Muster.Cli.Arguments;
using Muster.Cli.Commands.Instances;
using Muster.Cli.Exits;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;
using Muster.Core;

namespace Muster.Cli.Commands.Groups;

/// <summary><c>muster group instances</c></summary>
internal sealed class GroupInstancesCommand : ClientCommand
{
    /// <summary>What every cloud tells of an instance; the rest are attributes, each cloud's own.</summary>
    private static readonly OrderedDictionary<string, Func<InstanceView, string>> Known = new()
    {
        ["id"] = instance => instance.Id,
        ["name"] = instance => instance.Name,
        ["state"] = instance => instance.State,
        ["phase"] = instance => instance.Phase,
        ["health"] = instance => instance.Health,
        ["placement"] = instance => instance.Placement ?? "",
        ["zone"] = instance => instance.Zone ?? "",
        ["address"] = instance => instance.Addresses.Count > 0 ? instance.Addresses[0] : "",
    };

    private readonly NameArgument _name = new("group");
    private readonly Option<string?> _only = new("--only")
    {
        Description = "Print one field alone, a line an instance: id, name, state, phase, health, placement, zone, address, or an "
            + "attribute such as pid.",
        HelpName = "field",
    };

    public GroupInstancesCommand(Terminal terminal)
        : base(
            terminal, "instances", "List a group's instances as their clouds show them now, oldest first.", OutputOptions.Table(),
            "muster group instances web",
            "kill -9 $(muster group instances web --only pid | head -n 1)")
    {
        Add(_name);
        Add(_only);
        RefuseBeside(_only, "one field, a line an instance", takesJson: false);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var page = await client.ListInstancesAsync(parse.GetRequiredValue(_name), cancellationToken);
        foreach (var cloud in page.Unlisted ?? [])
        {
            Terminal.Error.WriteLine(VisibleText.OneLine(
                $"muster: cloud {cloud.Cloud} cannot be listed, its instances are left out: {cloud.Reason}"));
        }

        if (parse.GetValue(_only) is { } field)
        {
            WriteOnly(page.Items, field);
        }
        else
        {
            InstanceViews.Write(Terminal, page.Items, Format(parse));
        }

        return ExitCode.Ok;
    }

    private void WriteOnly(IReadOnlyList<InstanceView> instances, string field)
    {
        var isFixed = Known.TryGetValue(field, out var read);
        var attributes = instances.SelectMany(instance => instance.Attributes.Keys).Distinct().Order(StringComparer.Ordinal).ToList();
        // Where nothing runs, nobody can say which attributes there would be.
        if (!isFixed && instances.Count > 0 && !attributes.Contains(field))
        {
            throw new CliException(ExitCode.Usage, $"--only is '{field}': one of {string.Join(", ", Known.Keys.Concat(attributes))}");
        }

        Names.Write(
            Terminal, instances.Select(instance => read is null ? instance.Attributes.GetValueOrDefault(field) ?? "" : read(instance)));
    }
}
