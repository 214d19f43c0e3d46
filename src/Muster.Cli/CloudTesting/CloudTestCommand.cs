using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;

using Muster.Cli.Arguments;
using Muster.Cli.Commands;
using Muster.Cli.Composition.Clouds;
using Muster.Cli.Configuration;
using Muster.Cli.Configuration.Files;
using Muster.Cli.Exits;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;
using Muster.Cli.Wording;
using Muster.Clouds;
using Muster.Clouds.Conformance;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Templates;

namespace Muster.Cli.CloudTesting;

/// <summary><c>muster cloud test</c></summary>
internal sealed class CloudTestCommand : MusterCommand
{
    /// <summary>What the executable hears that its cloud is called.</summary>
    private const string TriedName = "test";

    private readonly Option<string?> _exec = new("--exec")
    {
        Description = "The executable to try, and its arguments, as a cloud of kind exec.",
        HelpName = "command",
    };

    private readonly FileOption _config = new("--config")
    {
        Description = "A muster.toml whose cloud, named by --cloud, is tried instead.",
    };

    private readonly PairsOption _cloudOptions = new(
        "--cloud-option", "An option of the kind exec, such as environment=HOME; may be repeated.")
    {
        Keys = ("Options for --cloud-option", () => KindOptions.OfConfiguration("exec")),
    };

    private readonly TemplateOptions _template = new();
    private readonly Option<string> _badImage = new("--bad-image")
    {
        Description = "An image that does not exist; muster-no-such-image unless set.",
        HelpName = "image",
        DefaultValueFactory = _ => "muster-no-such-image",
    };

    private readonly Option<string?> _kill = new("--kill")
    {
        Description = "A command that ends an instance behind the cloud's back; its id is added. Rules about that are skipped without one.",
        HelpName = "command",
    };

    private readonly Option<string?> _notice = new("--notice")
    {
        Description = "A command that has the cloud give notice of an interruptible instance; its id and end are added. "
            + "Rules about that are skipped without one.",
        HelpName = "command",
    };

    private readonly NumberOption _crowd =
        new("--crowd", "How many instances to launch at once in the rule about many; 10 unless set.", 1, 1000);
    private readonly DurationOption _patience = new(
        "--patience", "How long to wait for something to happen; 1m unless set.", TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
    private readonly Option<string?> _only = new("--only") { Description = "Try the rules whose sentence holds this.", HelpName = "text" };
    private readonly JsonOption _json = new();

    public CloudTestCommand(Terminal terminal)
        : base(
            terminal, "test", "Try on a cloud every rule that Muster relies on, with real instances, and clean up.",
            "muster cloud test --exec ./my-cloud --image small-linux --kill ./kill-it",
            "muster cloud test --config muster.toml --cloud lab --image small-linux --only terminat")
    {
        Add(_exec);
        Add(_config);
        Add(_cloudOptions);
        _template.AddTo(this);
        Add(_badImage);
        Add(_kill);
        Add(_notice);
        Add(_crowd);
        Add(_patience);
        Add(_only);
        Add(_json);
    }

    protected override FieldNames Fields(ParseResult parse) => parse.GetValue(_exec) is null
        ? FieldNames.None
        : new(($"clouds.{TriedName}.command", "--exec"), ($"clouds.{TriedName}", "--cloud-option"));

    protected override async Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        using var stop = new StopSignals(cancellationToken);
        var rules = Rules(parse.GetValue(_only));
        var kind = Template(parse);
        var directory = Directory.CreateTempSubdirectory("muster-cloud-test-");
        try
        {
            var entry = await CloudFactory.OpenAsync(
                Cloud(parse, kind),
                directory.FullName,
                Terminal.Time,
                Terminal.Random,
                line => Terminal.Error.WriteLine($"  {VisibleText.OneLine(line)}"),
                stop.Token);
            await using var cloud = entry.Cloud;
            await using var harness = new TrialHarness(cloud, Terminal.Random)
            {
                Template = kind,
                BadImage = parse.GetRequiredValue(_badImage),
                KillCommand = parse.GetValue(_kill) is { } killing ? Words("--kill", killing) : [],
                NoticeCommand = parse.GetValue(_notice) is { } giving ? Words("--notice", giving) : [],
                Directory = Directory.GetCurrentDirectory(),
                PatienceMax = parse.GetValue(_patience) ?? TimeSpan.FromMinutes(1),
                CrowdSize = parse.GetValue(_crowd) ?? 10,
            };
            return await RunAsync(new CloudSuite(harness, Terminal.Time), rules, parse.GetValue(_json), stop.Token);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private async Task<ExitCode> RunAsync(CloudSuite suite, string[] rules, bool asJson, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<RuleVerdict, int>();
        await foreach (var outcome in suite.RunAsync(rules, cancellationToken))
        {
            counts[outcome.Verdict] = counts.GetValueOrDefault(outcome.Verdict) + 1;
            Print(outcome, asJson);
        }

        var (kept, broken, skipped) =
            (
                counts.GetValueOrDefault(RuleVerdict.Kept),
                counts.GetValueOrDefault(RuleVerdict.Broken),
                counts.GetValueOrDefault(RuleVerdict.Skipped));
        Terminal.Error.WriteLine($"{kept} kept, {broken} broken, {skipped} skipped");
        return broken == 0 && kept > 0 ? ExitCode.Ok : ExitCode.Error;
    }

    private void Print(RuleOutcome outcome, bool asJson)
    {
        var word = outcome.Verdict switch
        {
            RuleVerdict.Kept => "kept",
            RuleVerdict.Broken => "broken",
            RuleVerdict.Skipped => "skipped",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        if (asJson)
        {
            Json.WriteLine(
                Terminal.Out,
                new(outcome.Rule, word, outcome.Reason, outcome.Duration.TotalMilliseconds),
                CloudTestJson.Default.RuleOutcomeView);
            return;
        }

        var mark = outcome.Verdict switch { RuleVerdict.Kept => "✓", RuleVerdict.Broken => "✗", _ => "-" };
        Terminal.Out.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{mark} {outcome.Rule} ({outcome.Duration.TotalSeconds:0.0} s)"));
        if (outcome.Reason is { } reason)
        {
            Terminal.Out.WriteLine($"    {word}: {VisibleText.OneLine(reason)}");
        }
    }

    private CloudConfig Cloud(ParseResult parse, Template kind)
    {
        var options = parse.GetValue(_cloudOptions) ?? [];
        if (parse.GetValue(_config) is { } beside && (parse.GetValue(_exec) is not null || options.Count > 0))
        {
            throw new CliException(
                ExitCode.Usage, $"--config is '{beside}': not together with --exec or --cloud-option; the file says what the cloud is");
        }

        if (parse.GetValue(_exec) is { } command)
        {
            var cloud = new CloudConfig { Name = TriedName, Kind = "exec" };
            foreach (var (key, value) in options)
            {
                cloud.Options[key] = value;
            }

            cloud.Options["command"] = CommandLine.Join(Words("--exec", command));
            return cloud;
        }

        if (parse.GetValue(_config) is not { } file)
        {
            throw new CliException(ExitCode.Usage, "--exec is missing: the executable to try, or --config and --cloud");
        }

        var settings = ConfigReader.Read(file.ToString(), Terminal);
        return settings.Clouds.FirstOrDefault(cloud => cloud.Name == kind.Cloud)
            ?? throw new CliException(
                ExitCode.Usage,
                $"--cloud is '{kind.Cloud}': one of the configured clouds: "
                + $"{string.Join(", ", settings.Clouds.Select(cloud => cloud.Name))}");
    }

    /// <summary>The words of a command; a program that is named by a relative path counts from where the user is.</summary>
    private static ImmutableArray<string> Words(string option, string command)
    {
        if (!CommandLine.TrySplit(command, out var words, out var error))
        {
            throw new CliException(ExitCode.Usage, $"{option} is '{command}': {error}");
        }

        return words[0].Contains('/', StringComparison.Ordinal) ? words.SetItem(0, Path.GetFullPath(words[0])) : words;
    }

    private Template Template(ParseResult parse)
    {
        var given = TemplateOptions.Make(_template.Read(parse, new()));
        if (given.Image.Length == 0)
        {
            throw new CliException(ExitCode.Usage, "--image is missing: one whose instances come up and stay up");
        }

        var made = given with
        {
            Account = new(Terminal.Random.NextId()),
            Name = "conformance",
            Cloud = given.Cloud.Length > 0 ? given.Cloud : "test",
            CreatedAt = Terminal.Time.GetUtcNow(),
        };
        TemplateRules.ThrowIfWrong(made);
        return made;
    }

    private static string[] Rules(string? text)
    {
        string[] rules = [.. CloudRules.Sentences.Where(rule => text is null || rule.Contains(text, StringComparison.OrdinalIgnoreCase))];
        return rules.Length > 0
            ? rules
            : throw new CliException(
                ExitCode.Usage, $"--only is '{text}': a part of one of\n  {string.Join("\n  ", CloudRules.Sentences)}");
    }
}
