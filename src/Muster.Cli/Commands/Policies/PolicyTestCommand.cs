using System.Collections.Immutable;
using System.CommandLine;

using Muster.Api;
using Muster.Api.Client;
using Muster.Api.Groups;
using Muster.Api.Policies;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;
using Muster.Cli.Wording;
using Muster.Core;
using Muster.Core.Backtesting;
using Muster.Core.Metrics;
using Muster.Core.Steering;
using Muster.Server.Policies;

namespace Muster.Cli.Commands.Policies;

/// <summary><c>muster policy test</c></summary>
internal sealed class PolicyTestCommand : ClientCommand
{
    private static readonly TimeSpan BootDefault = TimeSpan.FromMinutes(1);

    private readonly Argument<string?> _name = new("NAME")
    {
        Description = "A policy of the group; left out for one that is described by a file or by options.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly NameOption _group = CommonOptions.Group();
    private readonly Option<string?> _against = new("--against")
    {
        Description = "Another policy of the group, shown beside it.",
        HelpName = "name",
    };

    private readonly InputFileOption _file = new("--file", "-f")
    {
        Description = "A TOML file with a policy; with NAME, what changes in it.",
    };

    private readonly Option<string?> _kind = new("--kind")
    {
        Description = "Without NAME and file: what the policy goes by.",
        HelpName = "schedule|step|target|backlog|predictive",
    };

    private readonly FileOption _from = new("--from")
    {
        Description = "The load: lines of time,value[,instances], or Prometheus' answer to a range query; what the group has kept "
            + "unless set.",
    };

    private readonly Option<string?> _last = new("--last")
    {
        Description = "Which kept readings: hour, day (unless set) or weeks: as they came, by the minute, or by the hour for five weeks.",
        HelpName = "hour|day|weeks",
    };

    private readonly ValueOption _each = new("--each", "How much of the load one instance carries; what the policy says unless set.");
    private readonly DurationOption _boot = new(
        "--boot", "How long an instance takes until it is up; what was measured of the group, or 1m, unless set.",
        TimeSpan.Zero, TimeSpan.FromHours(1));

    private readonly PolicyOptions _policy = new();

    public PolicyTestCommand(Terminal terminal)
        : base(
            terminal, "test", "Show what a policy would have done: replays a load through it, and changes nothing.",
            "muster policy test level --group web",
            "muster policy test level --group web --target 50",
            "muster policy test level --group web --against alarm --last hour",
            "muster policy test --group web --kind target --metric cpu --target 60 --from load.csv")
    {
        Add(_name);
        Add(_group);
        Add(_against);
        Add(_file);
        Add(_kind);
        Add(_from);
        Add(_last);
        Add(_each);
        Add(_boot);
        _policy.AddTo(this);
    }

    protected override FieldNames Fields(ParseResult parse) =>
        PolicyOptions.Fields.With(("each_carries", "--each")).In(_file.Places);

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var group = await client.GetGroupAsync(parse.GetRequiredValue(_group)!, cancellationToken);
        var policies = Chosen(parse, group);
        var metric = policies[0].Rule.Metrics is [var first, ..]
            ? first
            : throw new CliException(ExitCode.Usage, $"{policies[0].Name} reads no metric: there is no load to replay it on");
        var loads = await LoadsAsync(parse, client, group, policies, cancellationToken);
        var explained = parse.GetValue(_boot) is null ? await client.ExplainAsync(group.Id.ToString(), at: null, cancellationToken) : null;
        var setting = new BacktestSetting
        {
            Loads = loads,
            Min = group.Capacity.Min,
            Max = group.Capacity.Max,
            Level = group.Capacity.Desired,
            BootTime = parse.GetValue(_boot) ?? (explained?.BootS is { } measured ? TimeSpan.FromSeconds(measured) : BootDefault),
            EachCarries = parse.GetValue(_each)
                ?? policies.Select(policy => Backtest.EachCarries(policy.Rule)).FirstOrDefault(each => each is not null),
        };
        var results = policies.Select(policy => (policy.Name, Backtest.Run(setting, [policy]))).ToList();
        if (WantsJson(parse))
        {
            Json.WriteArray(
                Terminal.Out, results.Select(one => PolicyTestView.Of(one.Name, one.Item2)), PolicyTestJson.Default.PolicyTestView);
        }
        else
        {
            BacktestReport.Write(Terminal, metric, results);
            Terminal.Error.WriteLine(VisibleText.OneLine(
                $"muster: an instance takes {DurationText.Format(setting.BootTime)} until it is up; nothing was changed"));
        }

        return ExitCode.Ok;
    }

    /// <summary>The policies to compare: the one named, what becomes of it with the options, and another.</summary>
    private ImmutableArray<Policy> Chosen(ParseResult parse, GroupView group)
    {
        var given = _policy.Read(parse) with { Kind = parse.GetValue(_kind) };
        var changes = _file.Read(parse, given, ApiJson.Default.PolicyInput);
        var now = Terminal.Time.GetUtcNow();
        var chosen = ImmutableArray.CreateBuilder<Policy>();
        if (parse.GetValue(_name) is { } name)
        {
            var named = Find(group, name, now);
            chosen.Add(named);
            if (changes with { Name = null } != new PolicyInput())
            {
                chosen.Add(PolicyRules.Change(
                    named, PolicyDrafts.Of(changes with { Name = null }), now) with { Name = $"{name}, changed" });
            }
        }
        else
        {
            var draft = PolicyDrafts.Of(changes with { Name = changes.Name ?? "new" });
            chosen.Add(PolicyRules.Make(draft, now, secretHash: new string('0', 64)));
        }

        if (parse.GetValue(_against) is { } other)
        {
            chosen.Add(Find(group, other, now));
        }

        return chosen.ToImmutable();
    }

    private static Policy Find(GroupView group, string name, DateTimeOffset now)
    {
        var view = (group.Policies ?? []).FirstOrDefault(policy => policy.Name == name)
            ?? throw new CliException(ExitCode.NotFound, $"group {group.Name} has no policy '{name}'");
        var draft = PolicyDrafts.Of(view.Rule with { Name = view.Name, Kind = view.Kind, Mode = view.Mode });
        return PolicyRules.Make(draft, now, secretHash: new string('0', 64));
    }

    private async Task<ImmutableArray<ReplayedLoad>> LoadsAsync(
        ParseResult parse, MusterClient client, GroupView group, ImmutableArray<Policy> policies, CancellationToken cancellationToken)
    {
        var metrics = policies.SelectMany(policy => policy.Rule.Metrics).Distinct(StringComparer.Ordinal).ToList();
        if (parse.GetValue(_from) is { } file)
        {
            return metrics.Count == 1
                ? [new(metrics[0], LoadReader.Read("--from", await ReadAsync(file, cancellationToken)))]
                : throw new CliException(
                    ExitCode.Usage, $"--from has one load, and the policies read several metrics: {string.Join(", ", metrics)}");
        }

        var resolution = parse.GetValue(_last) switch
        {
            "hour" => "raw",
            null or "day" => "minute",
            "weeks" => "hour",
            var other => throw new CliException(ExitCode.Usage, $"--last is '{other}': hour, day or weeks"),
        };
        var loads = ImmutableArray.CreateBuilder<ReplayedLoad>();
        foreach (var metric in metrics)
        {
            var kept = await client.ListReadingsAsync(group.Id.ToString(), metric, resolution, cancellationToken);
            if (kept.Readings.Count == 0)
            {
                throw new CliException(
                    ExitCode.NotFound,
                    $"group {group.Name} has kept no readings of {metric}: the first is kept with the next round after a "
                    + "policy that reads it is made; --from replays a file");
            }

            loads.Add(new(metric, [.. kept.Readings.Select(reading => new Reading(reading.At, reading.Value, reading.Instances))]));
        }

        return loads.ToImmutable();
    }

    private static async Task<string> ReadAsync(FileInfo file, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(file.FullName, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"--from is '{file}': {error.Message}", error);
        }
    }
}
