using System.Diagnostics;
using System.Threading.Channels;

namespace Muster.Bench;

/// <summary>
/// Listens to a daemon's own events, so that nobody has to ask whether an instance runs, and takes time from what is measured.
/// </summary>
internal sealed class DaemonEvents : IAsyncDisposable
{
    private readonly Channel<long> _starts = Channel.CreateUnbounded<long>();
    private readonly Channel<long> _deaths = Channel.CreateUnbounded<long>();
    private readonly Process _process;
    private readonly Task _reading;

    public DaemonEvents(RealCloud cloud)
    {
        _process = Process.Start(new ProcessStartInfo(cloud.Watch[0], cloud.Watch[1..]) { RedirectStandardOutput = true })!;
        _reading = ReadAsync(cloud);
    }

    /// <summary>Waits until so many more were started, or go on with their memory.</summary>
    /// <returns>The timestamp of the last of them.</returns>
    public async Task<long> StartedAsync(int count = 1)
    {
        var last = 0L;
        for (; count > 0; count--)
        {
            last = await _starts.Reader.ReadAsync();
        }

        return last;
    }

    /// <summary>Forgets the deaths until now.</summary>
    public void ForgetDeaths()
    {
        while (_deaths.Reader.TryRead(out _))
        {
        }
    }

    /// <summary>The timestamp at which the daemon told of the next death.</summary>
    public async Task<long> DiedAsync() => await _deaths.Reader.ReadAsync();

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync(RealCloud cloud)
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains(cloud.Started, StringComparison.Ordinal) || line.Contains(cloud.Resumed, StringComparison.Ordinal))
            {
                _starts.Writer.TryWrite(Stopwatch.GetTimestamp());
            }
            else if (line.Contains(cloud.Died, StringComparison.Ordinal))
            {
                _deaths.Writer.TryWrite(Stopwatch.GetTimestamp());
            }
        }
    }
}
