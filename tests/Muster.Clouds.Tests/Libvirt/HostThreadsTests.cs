using Microsoft.Extensions.Time.Testing;

using Muster.Clouds.Libvirt.Hosts;
using Muster.Core.Clouds;

namespace Muster.Clouds.Tests.Libvirt;

public sealed class HostThreadsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task What_waits_for_a_thread_is_given_up_as_never_begun_and_what_runs_as_begun()
    {
        var time = new FakeTimeProvider();
        using var threads = new HostThreads("host", 1, time);
        using var hold = new ManualResetEventSlim();
        var begun = new TaskCompletionSource();
        var running = threads.RunAsync(
            () =>
            {
                begun.SetResult();
                hold.Wait();
                return 1;
            },
            Patience, Told, CancellationToken.None);
        await begun.Task;
        var waiting = threads.RunAsync(() => 2, Patience, Told, CancellationToken.None);

        time.Advance(Patience);

        Assert.Equal("True", (await Assert.ThrowsAsync<CloudException>(() => running)).Message);
        Assert.Equal("False", (await Assert.ThrowsAsync<CloudException>(() => waiting)).Message);
        hold.Set();
        Assert.Equal(3, await threads.RunAsync(() => 3, Patience, Told, CancellationToken.None));
    }

    [Fact]
    public async Task A_failure_is_the_callers_and_the_thread_goes_on()
    {
        using var threads = new HostThreads("host", 1, TimeProvider.System);

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => threads.RunAsync<int>(() => throw new InvalidOperationException(), Patience, Told, CancellationToken.None));

        Assert.Equal(1, await threads.RunAsync(() => 1, Patience, Told, CancellationToken.None));
    }

    [Fact]
    public async Task There_are_no_more_threads_than_allowed()
    {
        using var threads = new HostThreads("host", 2, TimeProvider.System);
        var seen = new System.Collections.Concurrent.ConcurrentDictionary<int, bool>();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => threads.RunAsync(
            () => seen.TryAdd(Environment.CurrentManagedThreadId, true), Patience, Told, CancellationToken.None)));

        Assert.InRange(seen.Count, 1, 2);
    }

    private static CloudException Told(bool begun) => new(CloudErrorKind.Unavailable, begun.ToString());
}
