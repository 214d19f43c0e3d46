using System.Text;
using System.Threading.Channels;

using Microsoft.Extensions.Time.Testing;

using Muster.Cli.Exits;
using Muster.Cli.Hello;
using Muster.Cli.Terminals;
using Muster.Cli.Tests.Running;
using Muster.Clouds.Local;

namespace Muster.Cli.Tests.Hello;

public sealed class InterruptionTests : IDisposable
{
    private static readonly TimeSpan After = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Notice = TimeSpan.FromMinutes(2);

    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _timeProvider = new(new(2031, 5, 6, 7, 8, 9, TimeSpan.Zero));
    private readonly Lines _said = new();
    private readonly Dictionary<string, string> _environment = [];
    private readonly CancellationTokenSource _served = new();
    private int _stops;

    private string NoticeFile => Path.Combine(_directory.Path, "leaving");

    public void Dispose()
    {
        _served.Dispose();
        _said.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Notice_is_the_time_of_the_file_and_the_end_comes_then()
    {
        _environment[LocalNotice.Variable] = NoticeFile;
        var running = RunAsync(Notice);

        _timeProvider.Advance(After - TimeSpan.FromSeconds(1));
        Assert.False(File.Exists(NoticeFile));
        _timeProvider.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("will be taken back at 2031-05-06T07:15:09Z", await _said.NextAsync());
        Assert.Equal(new DateTime(2031, 5, 6, 7, 15, 9, DateTimeKind.Utc), File.GetLastWriteTimeUtc(NoticeFile));
        Assert.Equal(0, _stops);

        _timeProvider.Advance(Notice);
        Assert.Equal("taken back", await _said.NextAsync());
        await Patiently.ForAsync(running, "it ends");
        Assert.Equal(1, _stops);
    }

    [Fact]
    public async Task Where_nobody_looks_it_says_so_and_ends_all_the_same()
    {
        var running = RunAsync(Notice);

        _timeProvider.Advance(After);
        Assert.Equal(
            "will be taken back at 2031-05-06T07:15:09Z; nobody is told: MUSTER_NOTICE_FILE is not set", await _said.NextAsync());
        _timeProvider.Advance(Notice);
        await Patiently.ForAsync(running, "it ends");

        Assert.Equal(1, _stops);
    }

    [Fact]
    public async Task Without_notice_it_ends_at_once()
    {
        _environment[LocalNotice.Variable] = NoticeFile;
        var running = RunAsync(TimeSpan.Zero);

        _timeProvider.Advance(After);
        await Patiently.ForAsync(running, "it ends");

        Assert.Equal((1, "taken back"), (_stops, await _said.NextAsync()));
        Assert.False(File.Exists(NoticeFile));
    }

    [Fact]
    public async Task One_that_was_ended_before_is_not_taken_back()
    {
        var running = RunAsync(Notice);

        await _served.CancelAsync();
        await Patiently.ForAsync(running, "it lets be");

        Assert.Equal(0, _said.Waiting);
    }

    [Fact]
    public async Task Notice_that_cannot_be_given_ends_the_trial()
    {
        var nowhere = _environment[LocalNotice.Variable] = Path.Combine(_directory.Path, "nowhere", "leaving");
        var running = RunAsync(Notice);

        _timeProvider.Advance(After);
        var error = await Assert.ThrowsAsync<CliException>(() => Patiently.ForAsync(running, "it fails"));

        Assert.Equal(ExitCode.Error, error.Code);
        Assert.StartsWith($"MUSTER_NOTICE_FILE is '{nowhere}': notice cannot be given there: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, _stops);
    }

    [Fact]
    public async Task The_command_ends_when_it_is_taken_back()
    {
        var run = await Patiently.ForAsync(
            CliRun.Of("hello", "--interrupt-after", "0s", "--interrupt-notice", "0s"), "hello ends");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.EndsWith("taken back\n", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notice_of_nothing_is_refused()
    {
        var run = await CliRun.Of("hello", "--interrupt-notice", "30s");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Equal("muster: --interrupt-notice is '30s': only together with --interrupt-after", run.ErrorLines[0]);
    }

    private Task RunAsync(TimeSpan notice) => new Interruption(
        new Terminal
        {
            Out = _said,
            Error = TextWriter.Null,
            OutIsTerminal = false,
            ErrorIsTerminal = false,
            Environment = _environment.GetValueOrDefault,
            Time = _timeProvider,
        },
        After,
        notice).RunAsync(() => Interlocked.Increment(ref _stops), _served.Token);

    /// <summary>What is said, line by line, to whoever waits for it.</summary>
    private sealed class Lines : TextWriter
    {
        private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

        public override Encoding Encoding => Encoding.UTF8;

        public int Waiting => _lines.Reader.Count;

        public override void WriteLine(string? value) => _lines.Writer.TryWrite(value ?? "");

        public Task<string> NextAsync() =>
            Patiently.ForAsync(_lines.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask(), "it says something");
    }
}
