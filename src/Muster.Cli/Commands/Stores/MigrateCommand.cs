using System.CommandLine;

using Muster.Cli.Arguments;
using Muster.Cli.Composition.Stores;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Stores;

/// <summary><c>muster migrate</c></summary>
internal sealed class MigrateCommand : MusterCommand
{
    private readonly StoreOptions _store = new();

    public MigrateCommand(Terminal terminal)
        : base(
            terminal, "migrate", "Make a store, or bring it to this version's schema; one that is current is left as it is.",
            "muster migrate --config muster.toml")
    {
        _store.AddTo(this);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var facts = await StoreFactory.MigrateAsync(_store.Find(parse, Terminal), Terminal.Time, Terminal.Random, cancellationToken);
        Terminal.Error.WriteLine($"muster: the {facts.Kind} store is at schema {facts.Schema}");
        return ExitCode.Ok;
    }
}
