using System.CommandLine;
using System.Globalization;

using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;
using Muster.Storage.Transfer;

namespace Muster.Cli.Commands.Stores;

/// <summary><c>muster store check</c></summary>
internal sealed class StoreCheckCommand : MusterCommand
{
    private readonly StoreOptions _store = new();
    private readonly FileOption _export = new("--file")
    {
        Description = "Look at an export instead of a store.",
    };

    private readonly JsonOption _json = new();

    public StoreCheckCommand(Terminal terminal)
        : base(
            terminal, "check", "Read everything in a store and say whether it is sound; exits with 1 when it is not.",
            "muster store check --config muster.toml",
            "muster store check --file muster.jsonl")
    {
        _store.AddTo(this);
        Add(_export);
        Add(_json);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var summary = await CheckAsync(parse, cancellationToken);
        Write(summary, parse.GetValue(_json));
        return TransferViews.CodeOf(summary);
    }

    private void Write(TransferSummary summary, bool asJson)
    {
        if (asJson)
        {
            Json.Write(
                Terminal.Out,
                new StoreCheckView(
                    summary.Installation.Value,
                    summary.Findings.IsEmpty,
                    summary.Tables.ToDictionary(table => table.Table, table => table.Rows),
                    summary.Sha256,
                    summary.Findings),
                StoreCheckJson.Default.StoreCheckView);
            return;
        }

        var details = new Details()
            .Add("Verdict", summary.Findings.IsEmpty ? new Cell("sound", Tone.Good) : new Cell("not sound", Tone.Bad))
            .Add("Installation", summary.Installation.ToString())
            .Add("Checksum", summary.Sha256);
        foreach (var table in summary.Tables)
        {
            details.Add(table.Table, table.Rows.ToString(CultureInfo.InvariantCulture));
        }

        foreach (var finding in summary.Findings)
        {
            details.Add("Finding", new Cell(finding, Tone.Bad));
        }

        details.Write(Terminal);
    }

    private async Task<TransferSummary> CheckAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        if (parse.GetValue(_export) is { } file)
        {
            if (!file.Exists)
            {
                throw new CliException(ExitCode.NotFound, $"there is no file {file}");
            }

            await using var stream = file.OpenRead();
            return StoreTransfer.Check(stream, cancellationToken);
        }

        await using var opened = await _store.OpenExistingAsync(parse, Terminal, cancellationToken);
        return await StoreTransfer.CheckAsync(opened, cancellationToken);
    }
}
