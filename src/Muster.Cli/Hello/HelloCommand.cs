using System.CommandLine;
using System.Runtime.InteropServices;

using Muster.Cli.Arguments;
using Muster.Cli.Commands;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Cli.Wording;
using Muster.Core;

namespace Muster.Cli.Hello;

/// <summary><c>muster hello</c></summary>
internal sealed class HelloCommand : MusterCommand
{
    private const int PortMax = 65535;

    private static readonly TimeSpan InterruptMax = TimeSpan.FromHours(24);
    private static readonly TimeSpan NoticeDefault = TimeSpan.FromMinutes(2);

    private readonly NumberOption _port = new("--port", "The port; PORT, or any free one, unless set.", 0, PortMax);
    private readonly DurationOption _interruptAfter = new(
        "--interrupt-after", "Pretend to be taken back by the cloud: give notice after this time, and then end.",
        TimeSpan.Zero, InterruptMax);
    private readonly DurationOption _interruptNotice = new(
        "--interrupt-notice", "How long before the end notice is given; 0s for none, 2m unless set.", TimeSpan.Zero, InterruptMax);

    public HelloCommand(Terminal terminal)
        : base(
            terminal, "hello", "Serve a greeting over HTTP: an image to try groups with.",
            "muster hello --port 8080",
            "muster template create web --cloud local --image 'muster hello'",
            "muster template create web-spot --cloud local --image 'muster hello --interrupt-after 5m'")
    {
        Add(_port);
        Add(_interruptAfter);
        Add(_interruptNotice);
    }

    protected override async Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var interruption = ReadInterruption(parse);
        using var server = new HelloServer(Terminal.Environment("MUSTER_INSTANCE_NAME") ?? "muster");
        server.Listen(parse.GetValue(_port) ?? PortFromEnvironment());
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var cancelled = cancellationToken.Register(server.Stop);
        Terminal.Out.WriteLine($"listening on http://127.0.0.1:{server.Port}");
        using var served = new CancellationTokenSource();
        var interrupting = interruption?.RunAsync(server.Stop, served.Token) ?? Task.CompletedTask;
        server.Serve();
        await served.CancelAsync();
        await interrupting;
        return ExitCode.Ok;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            server.Stop();
        }
    }

    private Interruption? ReadInterruption(ParseResult parse)
    {
        var notice = parse.GetValue(_interruptNotice);
        return parse.GetValue(_interruptAfter) is { } after ? new(Terminal, after, notice ?? NoticeDefault)
            : notice is null ? null
            : throw new CliException(
                ExitCode.Usage, $"--interrupt-notice is '{DurationText.Format(notice.Value)}': only together with --interrupt-after");
    }

    private int PortFromEnvironment()
    {
        var text = Terminal.Environment("PORT");
        return string.IsNullOrEmpty(text) ? 0
            : WholeNumber.TryParse(text, 0, PortMax, out var value) ? value
            : throw new CliException(ExitCode.Usage, $"PORT is '{text}': {WholeNumber.Allowed(0, PortMax)}");
    }
}
