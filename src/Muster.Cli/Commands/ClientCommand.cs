using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands;

/// <summary>A command that asks a server.</summary>
internal abstract class ClientCommand : MusterCommand
{
    private readonly AddressOptions _server = new();
    private readonly OutputOptions _output;

    protected ClientCommand(Terminal terminal, string name, string description, params string[] examples)
        : this(terminal, name, description, OutputOptions.Plain(), examples)
    {
    }

    /// <param name="terminal">What is around it.</param>
    /// <param name="name">Its word.</param>
    /// <param name="description">What it does.</param>
    /// <param name="output">How it prints.</param>
    /// <param name="examples">Command lines that work.</param>
    protected ClientCommand(Terminal terminal, string name, string description, OutputOptions output, params string[] examples)
        : base(terminal, name, description, examples)
    {
        _output = output;
        _server.AddTo(this);
        output.AddTo(this);
    }

    /// <summary>How it prints.</summary>
    protected Output Format(ParseResult parse) => _output.Read(parse);

    /// <summary>Whether the output is JSON.</summary>
    protected bool WantsJson(ParseResult parse) => Format(parse).IsJson;

    /// <summary>Refuses the output options beside one that prints in a form of its own.</summary>
    protected void RefuseBeside(Option other, string form, bool takesJson) => _output.RefuseBeside(this, other, form, takesJson);

    /// <summary>Does it.</summary>
    protected abstract Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken);

    protected override async Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        using var client = _server.Connect(parse, Terminal);
        return await RunAsync(parse, client, cancellationToken);
    }
}
