using System.Reflection;
using System.Runtime.Loader;

using Muster.Conformance.Storage;
using Muster.Core;
using Muster.Core.Storage;
using Muster.Storage.Memory;

namespace Muster.Storage.Tests.Memory;

/// <summary><c>muster scale</c> without a server keeps what it knows in memory, every minute: it pays for no database.</summary>
public sealed class MemoryStoreLoadTests
{
    private static readonly string[] Databases = ["Npgsql", "Microsoft.Data.Sqlite", "SQLitePCLRaw", "dbup"];

    [Fact]
    public async Task A_store_in_memory_loads_no_database()
    {
        var cancel = TestContext.Current.CancellationToken;
        var listening = new Listening();
        var type = listening.LoadFromAssemblyPath(typeof(MemoryStore).Assembly.Location).GetType(typeof(MemoryStore).FullName!)!;
        var a = new Some();
        await using var store = (IStore)Activator.CreateInstance(type, new InstallationId(a.Id()), TimeProvider.System)!;

        var account = await store.EnsureAccountAsync(new() { Id = new(a.Id()), Name = "default", CreatedAt = Some.Start }, cancel);
        var template = a.Template(account.Id);
        var group = a.Group(template);
        await store.AddTemplateAsync(template, cancel);
        await store.AddGroupAsync(group, a.Activity(group), cancel);
        var lease = await store.TryAcquireLeaseAsync(group.Id, "scale", 0, Some.Start, TimeSpan.FromMinutes(1), cancel);
        await store.RecordAndReleaseAsync(lease!, Some.Check(group.Id, Some.Start), cancel);

        Assert.Contains("Muster.Core", listening.Asked);
        Assert.DoesNotContain(listening.Asked, name => Databases.Any(database => name.StartsWith(database, StringComparison.Ordinal)));
    }

    /// <summary>Has the stores' assembly once more, and hears what it asks for.</summary>
    private sealed class Listening() : AssemblyLoadContext(nameof(MemoryStoreLoadTests))
    {
        public List<string> Asked { get; } = [];

        // Nothing is found here: everything else is the one that the test has.
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            Asked.Add(assemblyName.Name!);
            return null;
        }
    }
}
