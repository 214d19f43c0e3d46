using System.Globalization;

using Muster.Core.Accounts;
using Muster.Core.Storage;
using Muster.Storage.Sqlite;

namespace Muster.Storage.Tests.Sqlite;

/// <summary>Real processes, killed with SIGKILL while they write.</summary>
public sealed class SqliteCrashTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_acknowledged_outlives_a_kill_and_what_was_not_is_whole_or_absent()
    {
        using var directory = new TemporaryDirectory();
        var acknowledged = new Dictionary<string, int>();

        // Each round goes on with the file the last one left behind, and dies at another point of its work.
        foreach (var lines in new[] { 1, 2, 7, 60, 333, 900 })
        {
            await RunUntilKilledAsync(directory, lines, acknowledged);
            await EnsureWholeAsync(directory, acknowledged);
        }

        Assert.Equal(DoomedWriter.Writers, acknowledged.Count);
    }

    [Fact]
    public async Task A_second_process_is_refused_at_once_until_the_first_is_dead()
    {
        using var directory = new TemporaryDirectory();
        using var first = DoomedWriter.Start(directory.Database);
        try
        {
            Assert.Equal(DoomedWriter.OpenWord, await first.StandardOutput.ReadLineAsync(Cancellation));

            var error = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(directory));

            Assert.Equal(StoreErrorKind.Unusable, error.Kind);
            Assert.Contains("another muster is at work", error.Message, StringComparison.Ordinal);
            Assert.Contains(directory.Path, error.Message, StringComparison.Ordinal);
        }
        finally
        {
            first.Kill();
            await first.WaitForExitAsync(Cancellation);
        }

        await using var store = await OpenAsync(directory);
        await store.PingAsync(Cancellation);
    }

    private static Task<SqliteStore> OpenAsync(TemporaryDirectory directory) => SqliteStore.OpenAsync(
        new SqliteStoreOptions { Path = directory.Database }, TemporaryDirectory.Random, TimeProvider.System, Cancellation);

    private static async Task RunUntilKilledAsync(TemporaryDirectory directory, int lines, Dictionary<string, int> acknowledged)
    {
        using var process = DoomedWriter.Start(directory.Database);
        try
        {
            for (var i = 0; i < lines; i++)
            {
                var line = await process.StandardOutput.ReadLineAsync(Cancellation)
                    ?? throw new InvalidOperationException(
                        $"the writer ended by itself: {await process.StandardError.ReadToEndAsync(Cancellation)}");
                Note(line, acknowledged);
            }
        }
        finally
        {
            process.Kill();
        }

        // What it said before it died counts too.
        foreach (var line in (await process.StandardOutput.ReadToEndAsync(Cancellation)).Split('\n')[..^1])
        {
            Note(line, acknowledged);
        }

        await process.WaitForExitAsync(Cancellation);
        Assert.Equal(128 + 9, process.ExitCode);
    }

    private static void Note(string line, Dictionary<string, int> acknowledged)
    {
        if (line.Split(' ') is [var group, var number])
        {
            acknowledged[group] = int.Parse(number, CultureInfo.InvariantCulture);
        }
    }

    private static async Task EnsureWholeAsync(TemporaryDirectory directory, Dictionary<string, int> acknowledged)
    {
        await using var store = await OpenAsync(directory);
        var account = await store.FindAccountAsync(Account.DefaultName, Cancellation);
        Assert.NotNull(account);
        foreach (var (sweep, _, _, _) in await store.ListSweepsAsync(Cancellation))
        {
            foreach (var record in await store.LoadSweepAsync(sweep, Cancellation))
            {
                var written = record.State.Counts.Pending;
                Assert.InRange(written, acknowledged.GetValueOrDefault(record.Group.Name), int.MaxValue);
                var numbers = Enumerable.Range(1, written).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToHashSet();
                Assert.Equal(numbers, record.OpenLaunches.Select(launch => launch.InstanceName).ToHashSet());
                Assert.Equal(written, record.OpenLaunches.Length);
                Assert.Equal([.. numbers, "created"], await DescriptionsAsync(store, record));
            }
        }

        await EnsurePositionsGrowAsync(store, account);
    }

    private static async Task<HashSet<string>> DescriptionsAsync(SqliteStore store, GroupRecord record)
    {
        var descriptions = new HashSet<string>();
        string? cursor = null;
        do
        {
            var page = await store.ListActivitiesAsync(record.Group.Id, new PageRequest(PageRequest.LimitMax, cursor), Cancellation);
            Assert.All(page.Items, activity => Assert.True(descriptions.Add(activity.Description), $"{activity.Description} twice"));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        return descriptions;
    }

    private static async Task EnsurePositionsGrowAsync(SqliteStore store, Account account)
    {
        var all = await store.ReadActivitiesAsync(account.Id, 0, int.MaxValue, Cancellation);
        Assert.Equal(Enumerable.Range(1, all.Length).Select(i => (long)i), all.Select(activity => activity.Position));
        Assert.Equal(all.Length, await store.LastPositionAsync(account.Id, Cancellation));
    }
}
