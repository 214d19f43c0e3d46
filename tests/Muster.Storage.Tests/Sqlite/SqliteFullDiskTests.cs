using System.Diagnostics;

using Muster.Conformance.Storage;
using Muster.Core.Accounts;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Storage.Sqlite;

namespace Muster.Storage.Tests.Sqlite;

public sealed class SqliteFullDiskTests
{
    private readonly Some _a = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_database_refuses_writes_whole_and_still_reads()
    {
        using var directory = new TemporaryDirectory();
        await using var store = await OpenAsync(directory.Database, pagesMax: 60);
        var template = await AddTemplateAsync(store);

        var added = await FillAsync(store, template);

        await EnsureWholeAsync(store, template, added);
    }

    [Fact]
    public async Task A_full_disk_refuses_writes_whole_and_goes_on_when_there_is_room()
    {
        using var directory = new TemporaryDirectory();
        using var disk = SmallDisk.TryMount(directory.File("disk"), kibibytes: 2048);
        Assert.SkipWhen(disk is null, "mounting a small disk takes root");
        var ballast = Path.Combine(disk.Path, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[512 * 1024], Cancellation);
        await using var store = await OpenAsync(Path.Combine(disk.Path, "data", "muster.db"));
        var template = await AddTemplateAsync(store);

        var added = await FillAsync(store, template);
        await EnsureWholeAsync(store, template, added);

        File.Delete(ballast);
        var late = _a.Group(template);
        await store.AddGroupAsync(late, _a.Activity(late), Cancellation);
        await EnsureWholeAsync(store, template, [.. added, late]);
    }

    [Fact]
    public async Task A_new_store_on_a_full_disk_is_refused_as_full()
    {
        using var directory = new TemporaryDirectory();
        using var disk = SmallDisk.TryMount(directory.File("disk"), kibibytes: 64);
        Assert.SkipWhen(disk is null, "mounting a small disk takes root");

        var error = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(Path.Combine(disk.Path, "muster.db")));

        Assert.Equal(StoreErrorKind.Full, error.Kind);
        Assert.Contains(disk.Path, error.Message, StringComparison.Ordinal);
    }

    private static Task<SqliteStore> OpenAsync(string path, long? pagesMax = null) => SqliteStore.OpenAsync(
        new SqliteStoreOptions { Path = path, PagesMax = pagesMax }, TemporaryDirectory.Random, TimeProvider.System, Cancellation);

    private async Task<Template> AddTemplateAsync(SqliteStore store)
    {
        var account = await store.EnsureAccountAsync(_a.Account(Account.DefaultName), Cancellation);
        var template = _a.Template(account.Id);
        await store.AddTemplateAsync(template, Cancellation);
        return template;
    }

    /// <summary>Adds groups, many at once, until some are refused; returns those that were taken.</summary>
    private async Task<List<Group>> FillAsync(SqliteStore store, Template template)
    {
        var added = new List<Group>();
        for (var round = 0; round < 1000; round++)
        {
            var groups = Enumerable.Range(0, 10).Select(_ => _a.Group(template)).ToArray();
            var outcomes = await Task.WhenAll(groups.Select(group => TryAddAsync(store, group)));
            added.AddRange(groups.Where((_, i) => outcomes[i]));
            if (outcomes.Contains(false))
            {
                return added;
            }
        }

        throw new InvalidOperationException("it never was full");
    }

    private async Task<bool> TryAddAsync(SqliteStore store, Group group)
    {
        try
        {
            await store.AddGroupAsync(group, _a.Activity(group, description: new string('x', 2000)), Cancellation);
            return true;
        }
        catch (StoreException error)
        {
            Assert.Equal(StoreErrorKind.Full, error.Kind);
            return false;
        }
    }

    private static async Task EnsureWholeAsync(SqliteStore store, Template template, List<Group> added)
    {
        var kept = await store.LoadSweepAsync(new(template.Account, template.Cloud), Cancellation);
        Assert.NotEmpty(added);
        Assert.Equal(added.Select(group => group.Id).ToHashSet(), kept.Select(record => record.Group.Id).ToHashSet());
        var trail = await store.ReadActivitiesAsync(template.Account, 0, int.MaxValue, Cancellation);
        Assert.Equal(added.Select(group => group.Id).ToHashSet(), trail.Select(activity => activity.Group).ToHashSet());
        Assert.Equal(Enumerable.Range(1, added.Count).Select(i => (long)i), trail.Select(activity => activity.Position));
    }

    /// <summary>A disk in memory, of a size that is soon used up.</summary>
    private sealed class SmallDisk : IDisposable
    {
        private SmallDisk(string path) => Path = path;

        public string Path { get; }

        public static SmallDisk? TryMount(string path, int kibibytes)
        {
            if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            {
                return null;
            }

            Directory.CreateDirectory(path);
            return Run("mount", "-t", "tmpfs", "-o", $"size={kibibytes}k", "tmpfs", path) ? new SmallDisk(path) : null;
        }

        public void Dispose() => Assert.True(Run("umount", Path), $"{Path} could not be unmounted");

        private static bool Run(string program, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
    }
}
