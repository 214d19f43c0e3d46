using System.CommandLine;

using Muster.Api.Client;
using Muster.Api.Groups;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Cli.Wording;
using Muster.Core.Groups;

namespace Muster.Cli.Commands.Groups;

/// <summary><c>muster group scale</c></summary>
internal sealed class GroupScaleCommand : ClientCommand
{
    private readonly NameArgument _name = new("group");
    private readonly CapacityArgument _desired = new();
    private readonly Option<string?> _reason = CommonOptions.Reason();
    private readonly DurationOption _hold = new(
        "--hold", "For how long policies and schedules leave the level alone; they are free to move it unless set.",
        TimeSpan.Zero, GroupRules.HoldMax);

    private readonly Option<long?> _ifVersion = CommonOptions.IfVersion();
    private readonly Option<bool> _dryRun = CommonOptions.DryRun();
    private readonly Option<bool> _yes = CommonOptions.Yes();

    public GroupScaleCommand(Terminal terminal)
        : base(
            terminal, "scale", "Set how many instances a group keeps, or how many more or fewer.",
            "muster group scale web 5",
            "muster group scale web +2 --dry-run",
            "muster group scale web -10%",
            "muster group scale web 0 --reason 'closed for the night'",
            "muster group scale web 12 --hold 2h --reason 'the sale begins'")
    {
        Add(_name);
        Add(_desired);
        Add(_reason);
        Add(_hold);
        Add(_ifVersion);
        Add(_dryRun);
        Add(_yes);
    }

    protected override FieldNames Fields(ParseResult parse) =>
        FieldNames.OfGroup.With(("desired", "N"), ("capacity.desired", "N"), ("hold_s", "--hold"));

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var which = parse.GetRequiredValue(_name);
        var target = parse.GetRequiredValue(_desired);
        var version = parse.GetValue(_ifVersion);
        var bounds = new CapacityInput { Reason = parse.GetValue(_reason), HoldS = parse.GetValue(_hold)?.TotalSeconds };
        var change = new CarefulChange(Terminal, client, which, version);
        if (parse.GetValue(_dryRun))
        {
            var plan = await change.MakeAsync(
                _ => null,
                (group, seen) => client.PlanChangeAsync(
                    group.Id.ToString(), new() { Capacity = change.Resolve(target, group, bounds) }, seen, cancellationToken),
                isAgreed: true, cancellationToken);
            GroupPlanCommand.Write(Terminal, plan, Format(parse));
            return ExitCode.Ok;
        }

        var isAgreed = parse.GetValue(_yes) || !Terminal.CanAsk;
        // A number is the same whatever the group is: where nobody is asked either, it is set without a look.
        var scaled = isAgreed && target is CapacityTarget.Exactly { Count: var count }
            ? await client.SetCapacityAsync(which, bounds with { Desired = count }, version, cancellationToken)
            : await change.MakeAsync(
                group => CarefulChange.Stay(target, group, bounds),
                (group, seen) =>
                    client.SetCapacityAsync(group.Id.ToString(), change.Resolve(target, group, bounds), seen, cancellationToken),
                isAgreed, cancellationToken);
        GroupViews.WriteLine(Terminal, scaled, Format(parse));
        return ExitCode.Ok;
    }
}
