using System.CommandLine;

using Muster.Api.Client;
using Muster.Api.Groups;
using Muster.Cli.Arguments;
using Muster.Cli.Terminals;
using Muster.Core.Groups;

namespace Muster.Cli.Commands.Groups;

/// <summary><c>muster group update</c></summary>
internal sealed class GroupUpdateCommand : ClientCommand
{
    private readonly NameArgument name = new("group");
    private readonly Option<string?> rename = new("--name") { Description = "A new name.", HelpName = "name" };
    private readonly NameOption template = new(
        "--template", "template", "Launch from this template from now on; running instances stay as they are.");

    private readonly CapacityOption capacity = new();
    private readonly NumberOption min = new("--min", "Nothing may set the capacity below this.");
    private readonly NumberOption max = new("--max", "Nothing may set the capacity above this.");
    private readonly DurationOption interval = new("--interval", "Time between level checks.", Group.IntervalMin, Group.IntervalMax);
    private readonly ChoiceOption<ScaleInOrder> scaleIn = new(
        "--scale-in", "Who goes first when there are too many.", Words.ScaleIn);

    private readonly BrakesOptions brakes = new();
    private readonly Option<long?> ifVersion = CommonOptions.IfVersion();
    private readonly Option<bool> dryRun = CommonOptions.DryRun();
    private readonly Option<bool> yes = CommonOptions.Yes();

    public GroupUpdateCommand(Terminal terminal)
        : base(
            terminal, "update", "Change a group: template, bounds, interval, scale-in order, brakes or name.",
            "muster group update web --template web-2",
            "muster group update web --capacity +5 --max 20 --dry-run",
            "muster group update web --max 20 --interval 30s")
    {
        Add(name);
        Add(template);
        Add(capacity);
        Add(min);
        Add(max);
        Add(interval);
        Add(scaleIn);
        Add(rename);
        brakes.AddTo(this);
        Add(ifVersion);
        Add(dryRun);
        Add(yes);
    }

    protected override FieldNames Fields(ParseResult parse) => FieldNames.OfGroup.With(("name", "--name"));

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var which = parse.GetRequiredValue(name);
        var version = parse.GetValue(ifVersion);
        var target = parse.GetValue(capacity);
        var bounds = new CapacityInput { Min = parse.GetValue(min), Max = parse.GetValue(max) };
        var update = new GroupUpdate
        {
            Name = parse.GetValue(rename),
            Template = parse.GetValue(template),
            IntervalS = parse.GetValue(interval)?.TotalSeconds,
            ScaleIn = parse.GetValue(scaleIn) is { } order ? Words.ScaleIn.Word(order) : null,
            Brakes = brakes.Read(parse),
        };
        if (update == new GroupUpdate() && bounds == new CapacityInput() && target is null)
        {
            throw new CliException(ExitCode.Usage, "nothing to change: give at least one option, such as --template or --max");
        }

        var change = new CarefulChange(Terminal, client, which, version);
        if (parse.GetValue(dryRun))
        {
            var plan = await change.MakeAsync(
                _ => null,
                (group, seen) => client.PlanChangeAsync(
                    group.Id.ToString(),
                    new()
                    {
                        Capacity = change.Resolve(target, group, bounds) is var wanted && wanted != new CapacityInput() ? wanted : null,
                        Update = update == new GroupUpdate() ? null : update,
                    },
                    seen, cancellationToken),
                isAgreed: true, cancellationToken);
            GroupPlanCommand.Write(Terminal, plan, Format(parse));
            return ExitCode.Ok;
        }

        GroupView? changed = null;
        // The API changes capacity and the rest apart. Capacity first: it is the one that is refused for its bounds.
        if (target is not null || bounds != new CapacityInput())
        {
            var isAgreed = target is null || parse.GetValue(yes) || !Terminal.CanAsk;
            changed = isAgreed && target is null or CapacityTarget.Exactly
                ? await client.SetCapacityAsync(
                    which, bounds with { Desired = (target as CapacityTarget.Exactly)?.Count }, version, cancellationToken)
                : await change.MakeAsync(
                    group => CarefulChange.Stay(target!, group, bounds),
                    (group, seen) => client.SetCapacityAsync(group.Id.ToString(), change.Resolve(target, group, bounds), seen, cancellationToken),
                    isAgreed, cancellationToken);
            version = version is null ? null : changed.Version;
        }

        if (update != new GroupUpdate())
        {
            changed = await client.UpdateGroupAsync(which, update, version, cancellationToken);
        }

        GroupViews.WriteLine(Terminal, changed!, Format(parse));
        return ExitCode.Ok;
    }
}
