using System.CommandLine;

using Muster.Cli.Arguments;
using Muster.Cli.Commands;
using Muster.Cli.Composition.Stores;
using Muster.Cli.Exits;
using Muster.Cli.Simulating;
using Muster.Cli.Terminals;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Storage;
using Muster.Triton.Import;
using Muster.Triton.Seeding;

namespace Muster.Cli.TsgSeed;

/// <summary><c>muster tsg seed</c></summary>
internal sealed class TsgSeedCommand : MusterCommand
{
    private readonly StoreOptions _store = new();
    private readonly Option<string?> _cloud = new("--cloud")
    {
        Description = "The triton cloud that the templates are for; that of /v1/tsg unless set.",
        HelpName = "name",
    };

    public TsgSeedCommand(Terminal terminal)
        : base(
            terminal,
            "seed",
            "Make the original's test data in the default account: test-template-1 to 6 and test-group-1 to 6, suspended.",
            "muster tsg seed",
            "muster tsg seed --config muster.toml")
    {
        Add(_cloud);
        _store.AddTo(this);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var config = _store.FindConfig(parse, Terminal);
        // What no file names is the cloud that 'muster dev --simulate triton' pretends.
        var cloud = config is null ? parse.GetValue(_cloud) ?? SimulatedTriton.Kind : config.FindTsgCloud(parse.GetValue(_cloud)).Name;
        await using var opened = await StoreFactory.OpenAsync(
            config?.Store ?? _store.Find(parse, Terminal), Terminal.Time, Terminal.Random, cancellationToken);
        var account = await WriteAsync(opened, cloud, cancellationToken);
        Terminal.Error.WriteLine(VisibleText.OneLine(
            $"muster: test-template-1 to 6, for the cloud '{cloud}', and test-group-1 to 6, suspended, "
            + $"are in the account '{account.Name}'"));
        return ExitCode.Ok;
    }

    private async Task<Account> WriteAsync(IStore store, string cloud, CancellationToken cancellationToken)
    {
        try
        {
            return await SeedData.WriteAsync(store, cloud, Terminal.Time.GetUtcNow(), cancellationToken);
        }
        catch (TakeOverException error)
        {
            throw new CliException(ExitCode.Conflict, error.Message, error);
        }
    }
}
