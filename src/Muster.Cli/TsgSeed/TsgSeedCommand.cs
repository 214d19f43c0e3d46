using System.CommandLine;
using System.Text;

using Muster.Cli.Arguments;
using Muster.Cli.Commands;
using Muster.Cli.Composition.Stores;
using Muster.Cli.Exits;
using Muster.Cli.Simulating;
using Muster.Cli.Terminals;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Storage;

namespace Muster.Cli.TsgSeed;

/// <summary><c>muster tsg seed</c></summary>
internal sealed class TsgSeedCommand : MusterCommand
{
    private const string Author = "tsg seed";

    private readonly StoreOptions _store = new();
    private readonly Option<string?> _cloud = new("--cloud")
    {
        Description = "The triton cloud that the templates are for; that of /v1/tsg unless set.",
        HelpName = "name",
    };

    public TsgSeedCommand(Terminal terminal)
        : base(
            terminal, "seed", "Make the original's test data in the default account: test-template-1 to 6 and test-group-1 to 6, suspended.",
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
        var cloud = config is null ? parse.GetValue(_cloud) ?? SimulatedTriton.CloudName : config.FindTsgCloud(parse.GetValue(_cloud)).Name;
        await using var opened = await StoreFactory.OpenAsync(
            config?.Store ?? _store.Find(parse, Terminal), Terminal.Time, Terminal.Random, cancellationToken);
        var now = Terminal.Time.GetUtcNow();
        var account = await opened.EnsureAccountAsync(
            new() { Id = SeedData.Account, Name = Account.DefaultName, CreatedAt = now }, cancellationToken);
        foreach (var template in SeedData.Templates(account.Id, cloud, now))
        {
            if (!await opened.AddTemplateAsync(template, cancellationToken)
                && await opened.FindTemplateAsync(template.Id, cancellationToken) is { } there
                && there.Cloud != cloud)
            {
                throw new CliException(
                    ExitCode.Conflict,
                    $"{there.Name} is there already, for the cloud '{there.Cloud}', and not for '{cloud}': templates never change, so seed another store");
            }
        }

        foreach (var group in SeedData.Groups(account.Id, now))
        {
            await opened.AddGroupAsync(group, Seeded(group), cancellationToken);
        }

        Terminal.Error.WriteLine(VisibleText.OneLine(
            $"muster: test-template-1 to 6, for the cloud '{cloud}', and test-group-1 to 6, suspended, are in the account '{account.Name}'"));
        return ExitCode.Ok;
    }

    private static Activity Seeded(Group group) => new()
    {
        Id = new(StableId.From(Encoding.UTF8.GetBytes($"muster tsg seed {group.Id}"))),
        Account = group.Account,
        Group = group.Id,
        Type = ActivityType.Change,
        Status = ActivityStatus.Succeeded,
        Description = $"created suspended, as test data by {Author}",
        Author = Author,
        FirstAt = group.CreatedAt,
        LastAt = group.CreatedAt,
    };
}
