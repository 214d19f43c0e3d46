using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands;

/// <summary>A command that asks a server.</summary>
internal abstract class ClientCommand : MusterCommand
{
    private readonly AddressOptions server = new();
    private readonly JsonOption json = new();

    protected ClientCommand(Terminal terminal, string name, string description, params string[] examples)
        : base(terminal, name, description, examples)
    {
        server.AddTo(this);
        Add(json);
    }

    /// <summary>Whether the output is JSON.</summary>
    protected bool WantsJson(ParseResult parse) => parse.GetValue(json);

    /// <summary>Does it.</summary>
    protected abstract Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken);

    protected override async Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        using var client = server.Connect(parse, Terminal);
        return await RunAsync(parse, client, cancellationToken);
    }
}
