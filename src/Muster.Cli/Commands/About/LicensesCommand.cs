using System.CommandLine;

using Muster.Cli.Exits;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.About;

/// <summary><c>muster licenses</c></summary>
internal sealed class LicensesCommand : MusterCommand
{
    private const string Notices = "Muster.Cli.ThirdPartyNotices.txt";
    private const string Own = "Muster.Cli.License.txt";

    public LicensesCommand(Terminal terminal)
        : base(terminal, "licenses", "Print Muster's licence, and the notices of everything it contains.", "muster licenses | less")
    {
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        foreach (var name in new[] { Own, Notices })
        {
            await PrintAsync(name, cancellationToken);
            await Terminal.Out.WriteLineAsync();
        }

        return ExitCode.Ok;
    }

    private async Task PrintAsync(string name, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(
            typeof(LicensesCommand).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the build left out {name}"));
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            await Terminal.Out.WriteLineAsync(line.AsMemory(), cancellationToken);
        }
    }
}
