using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;

using Muster.Api.Client;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Core.Instances;

namespace Muster.Cli.Commands.Instances;

/// <summary><c>muster instance ssh</c></summary>
internal sealed class InstanceSshCommand : InstanceCommand
{
    private readonly Option<string?> _client = new("--client")
    {
        Description = "The ssh client to run; ssh unless set.",
        HelpName = "program",
    };

    private readonly Argument<string[]> _more = new("ARGS")
    {
        Description = "What the ssh client gets behind the address: its options, and a command.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public InstanceSshCommand(Terminal terminal)
        : base(
            terminal, "ssh", "Run the ssh client to an instance's first address; ends as that does.", takesNames: true,
            "muster instance ssh web-3",
            "muster instance ssh web-3 -- -l admin uptime")
    {
        Add(_more);
        Add(_client);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, MusterClient client, CancellationToken cancellationToken)
    {
        var instance = await client.GetInstanceAsync(Id(parse), Cloud(parse), cancellationToken);

        // What a cloud says is not to become an option of a program that runs here.
        var address = instance.Addresses.Select(InstanceAddress.HostOf)
            .FirstOrDefault(host => host.Length > 0 && host[0] != '-' && !host.Any(char.IsWhiteSpace))
            ?? throw new CliException(ExitCode.Error, $"instance {instance.Name} has no address: it is {instance.State}");
        var program = parse.GetValue(_client) ?? "ssh";
        var start = new ProcessStartInfo(program, [address, .. parse.GetValue(_more) ?? []]) { UseShellExecute = false };
        try
        {
            using var ssh = Process.Start(start) ?? throw new CliException(ExitCode.Error, $"{program} could not be started");
            await ssh.WaitForExitAsync(cancellationToken);
            return (ExitCode)ssh.ExitCode;
        }
        catch (Win32Exception error)
        {
            throw new CliException(ExitCode.Error, $"{program} could not be started: {error.Message}; is an ssh client installed?");
        }
    }
}
