using System.CommandLine;
using System.Globalization;

using Muster.Api.Groups;
using Muster.Cli.Arguments;
using Muster.Cli.Wording;
using Muster.Core.Health;

namespace Muster.Cli.Commands.Groups;

/// <summary>How <c>group create</c> and <c>group update</c> are told how it is found out whether instances work, and what then.</summary>
internal sealed class HealthOptions
{
    private static readonly TimeSpan LongMax = TimeSpan.FromHours(24);

    private readonly ChoiceOption<HealthKind> _kind;
    private readonly Option<string?> _port;
    private readonly Option<string?> _path = Text("--health-path", "path", "What is asked for over HTTP, with a slash in front.");
    private readonly Option<string?> _method = Text("--health-method", "method", "GET, HEAD, POST or OPTIONS.");
    private readonly HeaderOption _headers = new("--health-header", "A header to send, all of them in place of those before. Repeated.");
    private readonly Option<string?> _expect;
    private readonly Option<string?> _body = Text(
        "--health-body-contains", "text", "What the beginning of the answer must contain; '' for nothing.");

    private readonly Option<string?> _busy = Text(
        "--busy-header", "name",
        "The header of the answer that says how busy an instance is, for --scale-in least-busy; '' for none.");

    private readonly Option<bool> _verifyTls = new("--health-verify-tls")
    {
        Description = "Take only certificates that the server trusts.",
    };

    private readonly Option<bool> _noVerifyTls = new("--health-no-verify-tls") { Description = "Take any certificate." };
    private readonly Option<string?> _service = Text(
        "--health-service", "name", "The gRPC service asked about; '' for the server as a whole.");

    private readonly Option<string?> _network = Text(
        "--health-network", "network", "Ask the first address within this network, such as 10.0.0.0/8; '' for the first of all.");

    private readonly DurationOption _interval;
    private readonly DurationOption _timeout;
    private readonly NumberOption _healthyAfter;
    private readonly NumberOption _unhealthyAfter;
    private readonly DurationOption _grace;
    private readonly DurationOption _bootTimeout;
    private readonly ChoiceOption<RepairMode> _repair;
    private readonly ChoiceOption<ReplaceOrder> _replace;
    private readonly Option<string?> _unavailableMax;
    private readonly ChoiceOption<MassVerdict> _whenMost;

    private HealthOptions(Func<string, string> unless)
    {
        _kind = new(
            "--health", $"How it is found out whether instances work, beside what their cloud says{unless("none")}.", Words.HealthKinds);
        _port = new("--health-port")
        {
            Description = "The port that is probed, or the attribute of each instance that has it.",
            HelpName = "n|attribute:name",
            CustomParser = result =>
            {
                var text = result.Tokens[^1].Value;
                if (!WholeNumber.TryParse(text, 1, 65535, out int _) && PortText.AttributeOf(text) is null)
                {
                    result.AddError($"--health-port is '{text}': a whole number from 1 to 65535, or attribute:NAME");
                }

                return text;
            },
        };
        _expect = Text("--health-expect", "codes", $"Status codes that mean healthy, such as 200,204{unless("200-299")}.");
        _interval = new(
            "--health-interval", $"From one probe of an instance to the next{unless("10s")}.",
            TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        _timeout = new(
            "--health-timeout", $"How long one probe may take{unless("2s")}.", TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        _healthyAfter = new("--healthy-after", $"Probes in a row that must succeed{unless("2")}.", 1, HealthRules.InRowMax);
        _unhealthyAfter = new("--unhealthy-after", $"Probes in a row that must fail{unless("3")}.", 1, HealthRules.InRowMax);
        _grace = new(
            "--grace", $"The time after a launch in which nothing that is found counts{unless("0s")}.", TimeSpan.Zero, LongMax);
        _bootTimeout = new(
            "--boot-timeout", $"The time after a launch by which an instance must have been healthy{unless("15m")}.",
            TimeSpan.FromSeconds(10), LongMax);
        _repair = new(
            "--repair", $"What is done about instances that run and do not work{unless("replace")}.", Words.RepairModes);
        _replace = new("--replace", $"What comes first when one is replaced{unless("launch-first")}.", Words.ReplaceOrders);
        _unavailableMax = new("--unavailable-max")
        {
            Description = $"How many running instances there may be too few of while unhealthy ones are replaced{unless("1")}.",
            HelpName = "n|n%",
            CustomParser = result => LayoutOptions.PortionOrNone("--unavailable-max", result),
        };
        _whenMost = new(
            "--when-most-unhealthy", $"What it means when most of a group are unhealthy at once{unless("hold")}.", Words.MassVerdicts);
    }

    /// <summary>Those of a new group.</summary>
    public static HealthOptions OfNew() => new(value => $"; {value} unless set");

    /// <summary>Those of a group that is changed.</summary>
    public static HealthOptions OfChange() => new(_ => "");

    /// <summary>How old instances become.</summary>
    /// <param name="unless">What holds where nobody says.</param>
    public static TimeOrOffOption Lifetime(string unless) => new(
        "--lifetime-max", $"How old an instance becomes at most before another takes its place, one at a time{unless}.",
        Core.Members.Lifetime.Min, Core.Members.Lifetime.Max);

    /// <summary>All of them.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _kind, _port, _path, _method, _headers, _expect, _body, _busy, _verifyTls, _noVerifyTls, _service, _network, _interval,
            _timeout, _healthyAfter, _unhealthyAfter, _grace, _bootTimeout, _repair, _replace, _unavailableMax, _whenMost,
        })
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(_verifyTls) && result.GetValue(_noVerifyTls))
            {
                result.AddError($"{_verifyTls.Name} and {_noVerifyTls.Name} cannot be combined");
            }
        });
    }

    /// <summary>What was given of the health check; null when nothing was.</summary>
    public HealthCheckInput? ReadHealth(ParseResult parse)
    {
        var port = parse.GetValue(_port);
        var attribute = PortText.AttributeOf(port);
        var given = new HealthCheckInput
        {
            Kind = parse.GetValue(_kind) is { } kind ? Words.HealthKinds.Word(kind) : null,
            Port = port is null || attribute is not null ? null : int.Parse(port, CultureInfo.InvariantCulture),
            Attribute = attribute,
            Path = parse.GetValue(_path),
            Method = parse.GetValue(_method),
            Headers = parse.GetValue(_headers),
            Expect = parse.GetValue(_expect),
            BodyContains = parse.GetValue(_body),
            BusyHeader = parse.GetValue(_busy),
            VerifyTls = parse.GetValue(_verifyTls) ? true : parse.GetValue(_noVerifyTls) ? false : null,
            Service = parse.GetValue(_service),
            Network = parse.GetValue(_network),
            IntervalS = parse.GetValue(_interval)?.TotalSeconds,
            TimeoutS = parse.GetValue(_timeout)?.TotalSeconds,
            HealthyAfter = parse.GetValue(_healthyAfter),
            UnhealthyAfter = parse.GetValue(_unhealthyAfter),
            GraceS = parse.GetValue(_grace)?.TotalSeconds,
            BootTimeoutS = parse.GetValue(_bootTimeout)?.TotalSeconds,
        };
        return given == new HealthCheckInput() ? null : given;
    }

    /// <summary>What was given of repair; null when nothing was. How many may live beyond the level is the group's own --surge.</summary>
    public RepairInput? ReadRepair(ParseResult parse)
    {
        var given = new RepairInput
        {
            Mode = parse.GetValue(_repair) is { } mode ? RepairRules.Word(mode) : null,
            Order = parse.GetValue(_replace) is { } order ? RepairRules.Word(order) : null,
            UnavailableMax = parse.GetValue(_unavailableMax),
            WhenMost = parse.GetValue(_whenMost) is { } most ? RepairRules.Word(most) : null,
        };
        return given == new RepairInput() ? null : given;
    }

    private static Option<string?> Text(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value };
}
