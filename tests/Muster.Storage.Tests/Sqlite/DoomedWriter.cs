using System.Globalization;

using Muster.Conformance.Storage;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Storage.Sqlite;

namespace Muster.Storage.Tests.Sqlite;

/// <summary>
/// A process that writes numbered records to a store as fast as it can, and says on its standard output which ones were
/// acknowledged, until somebody kills it.
/// </summary>
/// <remarks>Each record has its number three times: in a launch, in an activity, and as the count in the state.</remarks>
internal static class DoomedWriter
{
    public const string Verb = "doomed-writer";
    public const string OpenWord = "open";
    public const int Writers = 6;

    /// <summary>Starts it on a database.</summary>
    public static System.Diagnostics.Process Start(string path)
    {
        var executable = Path.Combine(AppContext.BaseDirectory, "Muster.Storage.Tests");
        var start = new System.Diagnostics.ProcessStartInfo(executable, [Verb, path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return System.Diagnostics.Process.Start(start) ?? throw new InvalidOperationException($"{executable} did not start");
    }

    /// <summary>The process itself.</summary>
    public static async Task<int> RunAsync(string path)
    {
        var random = new SystemRandomSource();
        await using var store = await SqliteStore.OpenAsync(
            new SqliteStoreOptions { Path = path }, random, TimeProvider.System, CancellationToken.None);
        await using var output = Console.OpenStandardOutput();
        await using var acknowledged = new StreamWriter(output) { AutoFlush = true };
        var account = await store.EnsureAccountAsync(
            new Account { Id = new(random.NextId()), Name = Account.DefaultName, CreatedAt = Some.Start }, CancellationToken.None);
        var template = await EnsureTemplateAsync(store, account, random);
        await acknowledged.WriteLineAsync(OpenWord);
        await Task.WhenAll(Enumerable.Range(0, Writers)
            .Select(writer => Task.Run(() => WriteAsync(store, template, $"group-{writer}", random, acknowledged))));
        return 0;
    }

    private static async Task<Template> EnsureTemplateAsync(SqliteStore store, Account account, SystemRandomSource random)
    {
        if (await store.FindTemplateAsync(account.Id, "web", CancellationToken.None) is { } kept)
        {
            return kept;
        }

        var template = new Some().Template(account.Id, "web") with { Id = new(random.NextId()) };
        await store.AddTemplateAsync(template, CancellationToken.None);
        return template;
    }

    private static async Task WriteAsync(
        SqliteStore store, Template template, string name, SystemRandomSource random, StreamWriter acknowledged)
    {
        if (await store.FindGroupAsync(template.Account, name, CancellationToken.None) is null)
        {
            var added = new Some().Group(template, name) with { Id = new(random.NextId()) };
            await store.AddGroupAsync(added, Entry(added, random, "created"), CancellationToken.None);
        }

        var found = (await store.FindGroupAsync(template.Account, name, CancellationToken.None))!;
        var lease = await store.TryAcquireLeaseAsync(
            found.Group.Id, name, found.State.Fence, Some.Start.AddDays(found.State.Fence), TimeSpan.FromHours(1), CancellationToken.None)
            ?? throw new InvalidOperationException($"{name} is leased by another");
        for (var number = found.State.Counts.Pending + 1; ; number++)
        {
            var text = number.ToString(CultureInfo.InvariantCulture);
            var launch = new Launch
            {
                Id = new(random.NextId()),
                Group = found.Group.Id,
                Template = template.Id,
                InstanceName = text,
                CreatedAt = Some.Start,
                UpdatedAt = Some.Start,
                Reason = text,
            };
            var record = new CheckRecord
            {
                State = new() { Group = found.Group.Id, Counts = new() { Pending = number } },
                Launches = [launch],
                Activities = [Entry(found.Group, random, text)],
            };
            await store.RecordAsync(lease, record, CancellationToken.None);
            lock (acknowledged)
            {
                acknowledged.WriteLine($"{name} {text}");
            }
        }
    }

    private static Activity Entry(Group group, SystemRandomSource random, string description) => new()
    {
        Id = new(random.NextId()),
        Account = group.Account,
        Group = group.Id,
        Type = ActivityType.Launch,
        Status = ActivityStatus.Succeeded,
        Description = description,
        FirstAt = Some.Start,
        LastAt = Some.Start,
    };
}
