using System.CommandLine;
using System.Runtime.InteropServices;

using Muster.Cli.Arguments;
using Muster.Cli.Commands;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Cli.Wording;

namespace Muster.Cli.Hello;

/// <summary><c>muster hello</c></summary>
internal sealed class HelloCommand : MusterCommand
{
    private const int PortMax = 65535;

    private readonly NumberOption _port = new("--port", "The port; PORT, or any free one, unless set.", 0, PortMax);

    public HelloCommand(Terminal terminal)
        : base(
            terminal, "hello", "Serve a greeting over HTTP: an image to try groups with.",
            "muster hello --port 8080",
            "muster template create web --cloud local --image 'muster hello'")
    {
        Add(_port);
    }

    protected override Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        using var server = new HelloServer(Terminal.Environment("MUSTER_INSTANCE_NAME") ?? "muster");
        server.Listen(parse.GetValue(_port) ?? PortFromEnvironment());
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var cancelled = cancellationToken.Register(server.Stop);
        Terminal.Out.WriteLine($"listening on http://127.0.0.1:{server.Port}");
        server.Serve();
        return Task.FromResult(ExitCode.Ok);

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            server.Stop();
        }
    }

    private int PortFromEnvironment()
    {
        var text = Terminal.Environment("PORT");
        return string.IsNullOrEmpty(text) ? 0
            : WholeNumber.TryParse(text, 0, PortMax, out var value) ? value
            : throw new CliException(ExitCode.Usage, $"PORT is '{text}': {WholeNumber.Allowed(0, PortMax)}");
    }
}
