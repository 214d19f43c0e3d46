using System.CommandLine;

using Muster.Cli.Arguments;
using Muster.Cli.Composition.Stores;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Storage.Transfer;

namespace Muster.Cli.Commands.Stores;

/// <summary><c>muster store import</c></summary>
internal sealed class StoreImportCommand : MusterCommand
{
    private const string StandardInput = "-";

    private readonly StoreOptions _store = new();
    private readonly FileArgument _input = new("file")
    {
        Description = "What 'muster store export' of this or an older version wrote; - for standard input.",
    };

    public StoreImportCommand(Terminal terminal)
        : base(
            terminal, "import", "Take an export into a new store, all or nothing, and prove it by count and checksum.",
            "muster store import --config postgres.toml muster.jsonl",
            "muster store export --config sqlite.toml | muster store import --config postgres.toml -")
    {
        Add(_input);
        _store.AddTo(this);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        await using var export = await OpenAsync(parse.GetRequiredValue(_input), cancellationToken);
        await using var opened = await StoreFactory.OpenForImportAsync(
            _store.Find(parse, Terminal), Terminal.Time, Terminal.Random, cancellationToken);
        var summary = await StoreTransfer.ImportAsync(opened, export, cancellationToken);
        TransferViews.Write(Terminal, "imported", summary);
        return ExitCode.Ok;
    }

    private async Task<Stream> OpenAsync(string path, CancellationToken cancellationToken)
    {
        if (path != StandardInput)
        {
            return File.Exists(path)
                ? File.OpenRead(path)
                : throw new CliException(ExitCode.NotFound, $"there is no file {path}");
        }

        // It is read twice, to look before anything is written; a pipe can be read once. The file ends with this process.
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var kept = new FileStream(Path.Combine(Path.GetTempPath(), $"muster-import-{Terminal.Random.NextId():N}"), options);
        try
        {
            await using var piped = Terminal.OpenIn();
            await piped.CopyToAsync(kept, cancellationToken);
            return kept;
        }
        catch
        {
            await kept.DisposeAsync();
            throw;
        }
    }
}
