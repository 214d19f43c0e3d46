using System.CommandLine;
using System.Text;

using Muster.Cli.Arguments;
using Muster.Cli.Commands;
using Muster.Cli.Composition;
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
    private readonly Option<string> _cloud = new("--cloud")
    {
        Description = "The cloud that /v1/tsg shows; triton unless set.",
        HelpName = "name",
        DefaultValueFactory = _ => "triton",
    };

    public TsgSeedCommand(Terminal terminal)
        : base(
            terminal, "seed", "Make the original's test data in the default account: test-template-1 to 6 and test-group-1 to 6, suspended.",
            "muster tsg seed",
            "muster tsg seed --config muster.toml --cloud east")
    {
        Add(_cloud);
        _store.AddTo(this);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        await using var opened = await StoreFactory.OpenAsync(_store.Find(parse, Terminal), Terminal.Time, Terminal.Random, cancellationToken);
        var now = Terminal.Time.GetUtcNow();
        var account = await opened.EnsureAccountAsync(
            new() { Id = SeedData.Account, Name = Account.DefaultName, CreatedAt = now }, cancellationToken);
        foreach (var template in SeedData.Templates(account.Id, parse.GetRequiredValue(_cloud), now))
        {
            await opened.AddTemplateAsync(template, cancellationToken);
        }

        foreach (var group in SeedData.Groups(account.Id, now))
        {
            await opened.AddGroupAsync(group, Seeded(group), cancellationToken);
        }

        Terminal.Error.WriteLine("muster: test-template-1 to 6 and test-group-1 to 6 are in the default account");
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
