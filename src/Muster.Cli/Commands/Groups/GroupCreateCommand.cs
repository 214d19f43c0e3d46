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

/// <summary><c>muster group create</c></summary>
internal sealed class GroupCreateCommand : ClientCommand
{
    private readonly NewNameArgument _name = new("group", "the file's name field unless given") { Arity = ArgumentArity.ZeroOrOne };
    private readonly InputFileOption _file = CommonOptions.InputFile();
    private readonly NameOption _template = new("--template", "template", "The template to launch from, by name or id.");
    private readonly LayoutOptions _layout = LayoutOptions.OfNew();

    private readonly NumberOption _capacity = new("--capacity", "How many instances there must be.");
    private readonly NumberOption _min = new("--min", "Nothing may set the capacity below this; 0 unless set.");
    private readonly NumberOption _max = new("--max", "Nothing may set the capacity above this; the installation's limit unless set.");
    private readonly DurationOption _interval = new(
        "--interval", "Time between level checks; 1m unless set.", Group.IntervalMin, Group.IntervalMax);

    private readonly ChoiceOption<ScaleInOrder> _scaleIn = new(
        "--scale-in", "Who goes first when there are too many; oldest unless set.", Words.ScaleIn);

    private readonly BrakesOptions _brakes = new();
    private readonly HealthOptions _health = HealthOptions.OfNew();
    private readonly TrafficOption _traffic = new("--traffic", "What takes instances in and out of service. Repeated, once a source.");
    private readonly LifeOptions _life = LifeOptions.OfNew();
    private readonly PoolOptions _pool = PoolOptions.OfNew();
    private readonly TimeOrOffOption _lifetime = HealthOptions.Lifetime("; off unless set");
    private readonly Option<bool> _dryRun = CommonOptions.DryRun();

    public GroupCreateCommand(Terminal terminal)
        : base(
            terminal, "create", "Make a group: from then on it is kept at its capacity.",
            "muster group create web --template web --capacity 3",
            "muster group create web --template web --capacity 3 --min 1 --max 10 --interval 30s",
            "muster group create web --template web --capacity 3 --health http --health-port 8080 --health-path /healthz",
            "muster group create web --template web --capacity 3 --drain-wait 30s --hook bake:launch:10m:abandon",
            "muster group create web --template web --capacity 10 --pool 20% --pool-takes-surplus --pool-age-max 7d",
            "muster group create web --template web --capacity 6 --zones a,b,c",
            "muster group create web --capacity 6 --placement home=web,max=4 --placement away=web-elsewhere",
            "muster group create -f web.toml --capacity 5 --dry-run")
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
        _health.AddTo(this);
        Add(_traffic);
        _life.AddTo(this);
        Add(_lifetime);
        _pool.AddTo(this);
        _brakes.AddTo(this);
        Add(_dryRun);
        Validators.Add(result =>
        {
            if (result.GetResult(_file) is not null)
            {
                return;
            }

            if (result.GetResult(_name) is not { Tokens.Count: > 0 })
            {
                result.AddError("NAME is missing: the name of the group; or -f, for a file that has it");
            }

            if (result.GetResult(_capacity) is null)
            {
                result.AddError("--capacity is missing: how many instances there must be");
            }

            if (result.GetResult(_template) is null && !_layout.NamesTemplates(result))
            {
                result.AddError("--template is missing: the template to launch from, by name or id; or --placement, for several places");
            }
        });
    }

    protected override FieldNames Fields(ParseResult parse) =>
        _layout.Fields(parse).With(TrafficOption.Fields(parse.GetValue(_traffic))).In(_file.Places);

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var given = _layout.Read(parse, new GroupInput
        {
            Name = parse.GetValue(_name),
            Template = parse.GetValue(_template),
            Capacity = new() { Desired = parse.GetValue(_capacity), Min = parse.GetValue(_min), Max = parse.GetValue(_max) },
            IntervalS = parse.GetValue(_interval)?.TotalSeconds,
            ScaleIn = parse.GetValue(_scaleIn) is { } order ? Words.ScaleIn.Word(order) : null,
            Brakes = _brakes.Read(parse),
            Health = _health.ReadHealth(parse),
            Repair = _health.ReadRepair(parse),
            Traffic = parse.GetValue(_traffic),
            Drain = _life.ReadDrain(parse),
            Hooks = _life.ReadHooks(parse),
            LifetimeMaxS = parse.GetValue(_lifetime),
            Pool = _pool.Read(parse),
        });
        var input = _file.Read(parse, given, ApiJson.Default.GroupInput);
        NewNameArgument.Check(_file.Places, input.Name);
        if (parse.GetValue(_dryRun))
        {
            GroupPlanCommand.Write(Terminal, await client.PlanNewGroupAsync(input, cancellationToken), Format(parse));
            return ExitCode.Ok;
        }

        GroupViews.WriteLine(Terminal, await client.CreateGroupAsync(input, cancellationToken: cancellationToken), Format(parse));
        return ExitCode.Ok;
    }
}
