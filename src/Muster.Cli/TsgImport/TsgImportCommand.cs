using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;

using Muster.Cli.Arguments;
using Muster.Cli.Commands;
using Muster.Cli.Composition.Clouds;
using Muster.Cli.Composition.Stores;
using Muster.Cli.Configuration.Files;
using Muster.Cli.Exits;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Storage.Postgres;
using Muster.Triton;
using Muster.Triton.Import;

namespace Muster.Cli.TsgImport;

/// <summary><c>muster tsg import</c></summary>
internal sealed class TsgImportCommand : MusterCommand
{
    private const string PasswordVariable = "MUSTER_TSG_PASSWORD";

    private readonly Option<string> _database = new("--database")
    {
        Description = "The original's database, without a password: postgres://USER@HOST:26257/triton?sslmode=verify-full.",
        HelpName = "url",
        Required = true,
    };

    private readonly FileOption _config = new("--config")
    {
        Description = "The configuration file whose store and cloud take everything in.",
        Required = true,
    };

    private readonly Option<string?> _cloud = new("--cloud")
    {
        Description = "The triton cloud that the machines are on; that of /v1/tsg unless set.",
        HelpName = "name",
    };

    private readonly FileOption _passwordFile = new("--password-file")
    {
        Description = $"A file with the database's password and nothing else; {PasswordVariable} unless set.",
    };

    private readonly Option<bool> _yes = new("--yes") { Description = "Do it. Without it nothing is written, here or there." };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Say what would come, and write nothing: as without --yes." };

    private readonly JsonOption _json = new();

    public TsgImportCommand(Terminal terminal)
        : base(
            terminal, "import", "Take over accounts, templates, groups and running machines of an original Triton Service Groups.",
            "muster tsg import --database 'postgres://tsg@db:26257/triton' --config muster.toml",
            "muster tsg import --database 'postgres://tsg@db:26257/triton' --config muster.toml --yes")
    {
        Add(_database);
        Add(_config);
        Add(_cloud);
        Add(_passwordFile);
        Add(_dryRun);
        Add(_yes);
        Add(_json);
        Validators.Add(result =>
        {
            if (result.GetValue(_yes) && result.GetValue(_dryRun))
            {
                result.AddError("--yes does it and --dry-run does not: give one of them");
            }
        });
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var settings = ConfigReader.Read(parse.GetRequiredValue(_config)!.ToString(), Terminal);
        var cloudConfig = settings.FindTsgCloud(parse.GetValue(_cloud));
        var contents = await TsgDatabase.ReadAsync(Source(parse), cancellationToken);
        await using var store = await StoreFactory.OpenAsync(settings.Store, Terminal.Time, Terminal.Random, cancellationToken);
        // The others have no part in this, and need not be there.
        settings.Clouds.RemoveAll(other => other != cloudConfig);
        using var sealer = new LazySealer(settings.Secrets);
        await using var clouds = await CloudDirectory.OpenAsync(
            settings, store, new(store, sealer, TsgFace.CredentialRemedy), Terminal.Time, Terminal.Random,
            line => Terminal.Error.WriteLine(VisibleText.OneLine(line)));
        var login = clouds.FindByAccount(cloudConfig.Name) is null ? cloudConfig.Options.GetValueOrDefault("account", "") : null;

        var importer = new TsgImporter(store, clouds, cloudConfig.Name, login, Terminal.Time, Terminal.Random);
        try
        {
            var known = await importer.FindKnownAsync(contents.Accounts.Select(account => account.Name), cancellationToken);
            var accounts = ImportPlan.Make(contents, cloudConfig.Name, known);
            await importer.CheckAsync(accounts, cancellationToken);
            var isReal = parse.GetValue(_yes);
            var outcomes = isReal
                ? await importer.RunAsync(accounts, cancellationToken)
                : await importer.PreviewAsync(accounts, cancellationToken);
            ImportViews.Write(Terminal, outcomes, isReal, parse.GetValue(_json));
            return Tell(accounts, outcomes, isReal);
        }
        catch (TakeOverException error)
        {
            throw new CliException(error.IsConflict ? ExitCode.Conflict : ExitCode.Usage, error.Message, error);
        }
    }

    private ExitCode Tell(ImmutableArray<ImportedAccount> accounts, ImmutableArray<GroupOutcome> outcomes, bool isReal)
    {
        var words = ImportViews.Sum(accounts);
        if (!isReal)
        {
            Terminal.Error.WriteLine(VisibleText.OneLine($"muster: {words}; nothing was written: stop the original, then add --yes"));
            return ExitCode.Ok;
        }

        Terminal.Error.WriteLine(VisibleText.OneLine($"muster: {words}"));
        foreach (var key in ImportViews.OldKeys(accounts))
        {
            Terminal.Error.WriteLine(VisibleText.OneLine($"muster: {key}"));
        }

        var held = outcomes.Count(outcome => outcome.Held is not null);
        if (held == 0)
        {
            return ExitCode.Ok;
        }

        Terminal.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"muster: {held} {(held == 1 ? "group stays" : "groups stay")} suspended: mend it and run this again, "
            + $"or resume by 'muster group resume'"));
        return ExitCode.Error;
    }

    private PostgresStoreOptions Source(ParseResult parse) => new()
    {
        Url = PostgresUrl.Parse(parse.GetRequiredValue(_database), "--database"),
        Password = parse.GetValue(_passwordFile) is { } file
            ? File.ReadAllText(file.FullName).TrimEnd('\r', '\n')
            : Terminal.Environment(PasswordVariable) is { Length: > 0 } password ? password : null,
    };
}
