using System.CommandLine;

using Muster.Api;
using Muster.Api.Client;
using Muster.Api.Groups;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Cli.Wording;
using Muster.Core.Groups;

namespace Muster.Cli.Commands.Groups;

/// <summary><c>muster group update</c></summary>
internal sealed class GroupUpdateCommand : ClientCommand
{
    private readonly NameArgument _name = new("group");
    private readonly InputFileOption _file = CommonOptions.InputFile("; its name field renames nothing");
    private readonly Option<string?> _rename = new("--name") { Description = "A new name.", HelpName = "name" };
    private readonly NameOption _template = new(
        "--template", "template", "Launch from this template from now on; running instances stay as they are.");

    private readonly LayoutOptions _layout = LayoutOptions.OfChange();

    private readonly CapacityOption _capacity = new();
    private readonly NumberOption _min = new("--min", "Nothing may set the capacity below this.");
    private readonly NumberOption _max = new("--max", "Nothing may set the capacity above this.");
    private readonly DurationOption _interval = new("--interval", "Time between level checks.", Group.IntervalMin, Group.IntervalMax);
    private readonly ChoiceOption<ScaleInOrder> _scaleIn = new(
        "--scale-in", "Who goes first when there are too many.", Words.ScaleIn);

    private readonly BrakesOptions _brakes = new();
    private readonly HealthOptions _health = HealthOptions.OfChange();
    private readonly TrafficOption _traffic = new(
        "--traffic", "What takes instances in and out of service, all of it in place of what there is. Repeated, once a source.");

    private readonly Option<bool> _noTraffic = new("--no-traffic") { Description = "Nothing takes instances in and out of service." };
    private readonly LifeOptions _life = LifeOptions.OfChange();
    private readonly PoolOptions _pool = PoolOptions.OfChange();
    private readonly TimeOrOffOption _lifetime = HealthOptions.Lifetime("");
    private readonly Option<long?> _ifVersion = CommonOptions.IfVersion();
    private readonly Option<bool> _dryRun = CommonOptions.DryRun();
    private readonly Option<bool> _yes = CommonOptions.Yes();

    public GroupUpdateCommand(Terminal terminal)
        : base(
            terminal, "update",
            "Change a group: template, placements, bounds, interval, scale-in order, health check, drain, hooks, warm pool, brakes or "
            + "name.",
            "muster group update web --template web-2",
            "muster group update web --capacity +5 --max 20 --dry-run",
            "muster group update web --max 20 --interval 30s",
            "muster group update web --health tcp --health-port 8080 --grace 30s --repair tell",
            "muster group update web --hook bake:launch:10m --drain-wait 30s",
            "muster group update web --placement home=web,max=4 --placement away=web-elsewhere",
            "muster group update web -f web.toml --dry-run")
    {
        Add(_name);
        Add(_file);
        Add(_template);
        _layout.AddTo(this);
        Add(_capacity);
        Add(_min);
        Add(_max);
        Add(_interval);
        Add(_scaleIn);
        Add(_rename);
        _health.AddTo(this);
        Add(_traffic);
        Add(_noTraffic);
        Validators.Add(result =>
        {
            if (result.GetValue(_noTraffic) && result.GetResult(_traffic) is { Implicit: false })
            {
                result.AddError($"{_traffic.Name} and {_noTraffic.Name} cannot be combined");
            }
        });
        _life.AddTo(this);
        Add(_lifetime);
        _pool.AddTo(this);
        _brakes.AddTo(this);
        Add(_ifVersion);
        Add(_dryRun);
        Add(_yes);
    }

    protected override FieldNames Fields(ParseResult parse) =>
        _layout.Fields(parse).With([("name", "--name"), .. TrafficOption.Fields(parse.GetValue(_traffic))]).In(_file.Places);

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var which = parse.GetRequiredValue(_name);
        var version = parse.GetValue(_ifVersion);
        var update = _layout.Read(parse, new GroupUpdate
        {
            Capacity = new() { Min = parse.GetValue(_min), Max = parse.GetValue(_max) },
            Name = parse.GetValue(_rename),
            Template = parse.GetValue(_template),
            IntervalS = parse.GetValue(_interval)?.TotalSeconds,
            ScaleIn = parse.GetValue(_scaleIn) is { } order ? Words.ScaleIn.Word(order) : null,
            Brakes = _brakes.Read(parse),
            Health = _health.ReadHealth(parse),
            Repair = _health.ReadRepair(parse),
            Traffic = parse.GetValue(_noTraffic) ? [] : parse.GetValue(_traffic),
            Drain = _life.ReadDrain(parse),
            Hooks = _life.ReadHooks(parse),
            LifetimeMaxS = parse.GetValue(_lifetime),
            Pool = _pool.Read(parse),
        });
        // The file that made a group may change another: its name says which it was written for.
        string[] typed = parse.GetResult(_capacity) is null ? [] : ["capacity.desired"];
        update = _file.Read(parse, update, ApiJson.Default.GroupUpdate, typed) with { Name = parse.GetValue(_rename) };
        update = _life.IsDrainOff(parse) ? update with { Drain = _life.ReadDrain(parse) } : update;
        update = _pool.IsOff(parse) ? update with { Pool = _pool.Read(parse) } : update;

        // How many is worked out from how many there are, where a change of that is asked for.
        var capacity = update.Capacity ?? new();
        var target = parse.GetValue(_capacity) ?? (capacity.Desired is { } count ? new CapacityTarget.Exactly(count) : null);
        var bounds = capacity with { Desired = null };
        update = update with { Capacity = null };
        if (update == new GroupUpdate() && bounds == new CapacityInput() && target is null)
        {
            throw new CliException(ExitCode.Usage, "nothing to change: give at least one option, such as --template or --max");
        }

        var change = new CarefulChange(Terminal, client, which, version);
        if (parse.GetValue(_dryRun))
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

        // All of it in one request, so that what is refused of one leaves the other as it was.
        Task<GroupView> SendAsync(string group, CapacityInput? wanted, long? seen) =>
            wanted is null ? client.UpdateGroupAsync(group, update, seen, cancellationToken)
            : update == new GroupUpdate() ? client.SetCapacityAsync(group, wanted, seen, cancellationToken)
            : client.UpdateGroupAsync(group, update with { Capacity = wanted }, seen, cancellationToken);

        var isAgreed = target is null || parse.GetValue(_yes) || !Terminal.CanAsk;
        var changed = target is null && bounds == new CapacityInput() ? await SendAsync(which, wanted: null, version)
            : isAgreed && target is null or CapacityTarget.Exactly
                ? await SendAsync(which, bounds with { Desired = (target as CapacityTarget.Exactly)?.Count }, version)
            : await change.MakeAsync(
                group => CarefulChange.Stay(target!, group, bounds),
                (group, seen) => SendAsync(group.Id.ToString(), change.Resolve(target, group, bounds), seen),
                isAgreed, cancellationToken);
        GroupViews.WriteLine(Terminal, changed, Format(parse));
        return ExitCode.Ok;
    }
}
