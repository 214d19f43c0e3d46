using System.Globalization;

using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Core;
using Muster.Storage.Transfer;

namespace Muster.Cli.Commands.Stores;

/// <summary>What was moved or looked through, on stderr: stdout may be the export itself.</summary>
internal static class TransferViews
{
    public static void Write(Terminal terminal, string done, TransferSummary summary)
    {
        terminal.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"muster: {done} {summary.Rows} rows of installation {summary.Installation}, sha256 {summary.Sha256}"));
        var tables = summary.Tables.Select(table => string.Create(CultureInfo.InvariantCulture, $"{table.Rows} {table.Table}"));
        terminal.Error.WriteLine($"muster: {string.Join(", ", tables)}");
        foreach (var finding in summary.Findings)
        {
            terminal.Error.WriteLine(VisibleText.OneLine($"muster: not sound: {finding}"));
        }
    }

    public static ExitCode CodeOf(TransferSummary summary) => summary.Findings.IsEmpty ? ExitCode.Ok : ExitCode.Error;
}
