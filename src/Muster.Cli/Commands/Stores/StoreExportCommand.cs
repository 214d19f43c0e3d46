using System.CommandLine;

using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Storage.Transfer;

namespace Muster.Cli.Commands.Stores;

/// <summary><c>muster store export</c></summary>
internal sealed class StoreExportCommand : MusterCommand
{
    private readonly StoreOptions _store = new();
    // Hashes of tokens and whatever users put into user data are in it.
    private readonly FileOption _output = new("--output")
    {
        Description = "A new file to write, for its owner alone; standard output unless set.",
    };

    public StoreExportCommand(Terminal terminal)
        : base(
            terminal, "export", "Write everything in a store as JSON lines, with counts and a checksum at the end.",
            "muster store export --config muster.toml --output muster.jsonl",
            "muster store export | muster store import --config postgres.toml -")
    {
        _store.AddTo(this);
        Add(_output);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var file = parse.GetValue(_output);
        if (file is null && Terminal.OutIsTerminal)
        {
            throw new CliException(ExitCode.Usage, "standard output is a terminal: write to a file with --output FILE, or into a pipe");
        }

        await using var opened = await _store.OpenExistingAsync(parse, Terminal, cancellationToken);
        TransferSummary summary;
        await using (var stream = file is null ? Terminal.OpenOut() : OwnersFile.Create(file))
        {
            summary = await StoreTransfer.ExportAsync(opened, stream, Terminal.Time, cancellationToken);
        }

        TransferViews.Write(Terminal, "exported", summary);
        return TransferViews.CodeOf(summary);
    }
}
