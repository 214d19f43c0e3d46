using Muster.Clouds.Local;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Local;

/// <summary>The cloud of instances that are processes as a whole: what it lists, reopens and refuses; all on real ones.</summary>
public sealed class LocalCloudTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reopened_cloud_shows_the_same_instances_with_the_same_processes()
    {
        await using var harness = new LocalHarness();
        var launched = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => harness.LaunchAsync("sleep 1000")));

        await harness.ReopenAsync();

        Assert.Equal(
            launched.OrderBy(instance => instance.Id).Select(instance => (instance.Id, RealProcesses.Pid(instance), InstanceState.Running)),
            (await harness.ListAsync()).Select(instance => (instance.Id, RealProcesses.Pid(instance), instance.State)));
    }

    [Fact]
    public async Task Instances_outlive_the_process_that_launched_them()
    {
        await using var harness = new LocalHarness();
        using (var owner = await LocalOwner.StartAsync(harness.Root, seed: 1, count: 2, "sleep 1000"))
        {
            owner.Go();
            await owner.WaitUntilDoneAsync();
            owner.Crash();
        }

        Assert.All(await harness.ListAsync(), instance => Assert.True(RealProcesses.IsAlive(RealProcesses.Pid(instance))));
        Assert.Equal(2, (await harness.ListAsync()).Length);
    }

    [Fact]
    public async Task A_record_that_cannot_be_read_fails_the_listing_rather_than_shortening_it()
    {
        await using var harness = new LocalHarness();
        var instance = await harness.LaunchAsync("sleep 1000");
        await harness.Cloud.DisposeAsync();
        var record = Path.Combine(instance.Attributes["directory"], "instance.json");
        var good = await File.ReadAllTextAsync(record, Cancellation);
        await File.WriteAllTextAsync(record, good[..20], Cancellation);

        var error = await Assert.ThrowsAsync<CloudException>(harness.ReopenAsync);

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Contains(instance.Attributes["directory"], error.Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(record, good, Cancellation);
        await harness.ReopenAsync();
        Assert.Equal(InstanceState.Running, Assert.Single(await harness.ListAsync()).State);
    }

    [Fact]
    public async Task A_listing_that_cannot_be_whole_fails_each_time()
    {
        await using var harness = new LocalHarness();
        var broken = Directory.CreateDirectory(Path.Combine(harness.Root, "instances", harness.Random.NextId().ToString())).FullName;
        await File.WriteAllTextAsync(Path.Combine(broken, "instance.json"), "{", Cancellation);
        // Long enough ago that nothing could have changed unseen: the names would not be read again.
        Directory.SetLastWriteTimeUtc(Path.Combine(harness.Root, "instances"), DateTime.UnixEpoch.AddYears(50));

        await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        await Assert.ThrowsAsync<CloudException>(harness.ListAsync);
        Directory.Delete(broken, recursive: true);
        Assert.Empty(await harness.ListAsync());
    }

    [Fact]
    public async Task A_listing_of_many_pages_shows_each_once_and_says_which_is_last()
    {
        await using var harness = new LocalHarness();
        var launched = await harness.LaunchAsync("sleep 1000");
        await harness.Cloud.DisposeAsync();
        // Dead instances are listed like living ones, and 1,100 directories are quicker made than as many processes.
        CopyDirectory(launched.Attributes["directory"], Path.Combine(harness.Root, "instances"), copies: 1_100);
        await harness.ReopenAsync();

        var pages = new List<InstancePage>();
        await foreach (var page in harness.Cloud.ListAsync(new InstanceFilter(Requests.Installation), Cancellation))
        {
            pages.Add(page);
        }

        Assert.Equal([500, 500, 101], pages.Select(page => page.Instances.Length));
        Assert.Equal([false, false, true], pages.Select(page => page.IsLast));
        Assert.Equal(1_101, pages.SelectMany(page => page.Instances).Select(instance => instance.Id).Distinct().Count());
    }

    [Fact]
    public void A_directory_that_cannot_be_written_is_refused_by_name()
    {
        var file = Path.GetTempFileName();
        try
        {
            var error = Assert.Throws<InputException>(() => LocalCloud.Open(
                new LocalCloudOptions { Directory = Path.Combine(file, "data") }, TimeProvider.System, new SystemRandomSource()));

            Assert.Contains(file, error.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_closed_cloud_ends_its_watchers_and_takes_no_more_calls()
    {
        await using var harness = new LocalHarness();
        await using var changes = harness.Cloud.WatchAsync(Requests.Installation, Cancellation).GetAsyncEnumerator(Cancellation);
        var next = changes.MoveNextAsync().AsTask();

        await harness.Cloud.DisposeAsync();

        Assert.Equal(CloudErrorKind.Unavailable, (await Assert.ThrowsAsync<CloudException>(() => next)).Kind);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => harness.LaunchAsync("sleep 1000"));
    }

    private static void CopyDirectory(string directory, string parent, int copies)
    {
        var random = new SystemRandomSource();
        var (record, boot) = (
            File.ReadAllText(Path.Combine(directory, "instance.json")),
            File.ReadAllText(Path.Combine(directory, "boot")));
        for (var i = 0; i < copies; i++)
        {
            var launch = random.NextId().ToString();
            var copy = Directory.CreateDirectory(Path.Combine(parent, launch)).FullName;
            File.WriteAllText(
                Path.Combine(copy, "instance.json"), record.Replace(Path.GetFileName(directory), launch, StringComparison.Ordinal));
            File.WriteAllText(Path.Combine(copy, "boot"), boot);
            File.WriteAllText(Path.Combine(copy, "exit.json"), """{"code":1}""");
        }
    }
}
