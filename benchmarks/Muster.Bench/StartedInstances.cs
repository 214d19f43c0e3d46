using System.Diagnostics;
using System.Threading.Channels;

namespace Muster.Bench;

/// <summary>Listens to a daemon's own events, so that nobody has to ask whether an instance runs, and takes time from what is measured.</summary>
internal sealed class StartedInstances : IAsyncDisposable
{
    private readonly Channel<long> started = Channel.CreateUnbounded<long>();
    private readonly Process process;
    private readonly Task reading;

    public StartedInstances(RealCloud cloud)
    {
        process = Process.Start(new ProcessStartInfo(cloud.Watch[0], cloud.Watch[1..]) { RedirectStandardOutput = true })!;
        reading = ReadAsync(cloud.Started);
    }

    /// <summary>Waits until so many more were started.</summary>
    /// <returns>The timestamp of the last of them.</returns>
    public async Task<long> NextAsync(int count)
    {
        var last = 0L;
        for (; count > 0; count--)
        {
            last = await started.Reader.ReadAsync();
        }

        return last;
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await reading;
        process.Dispose();
    }

    private async Task ReadAsync(string mark)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains(mark, StringComparison.Ordinal))
            {
                started.Writer.TryWrite(Stopwatch.GetTimestamp());
            }
        }
    }
}
