using System.Reflection;

using Muster.Core.Accounts;
using Muster.Core.Storage;
using Muster.Storage.Memory;
using Muster.Storage.Postgres;
using Muster.Triton.Import;

namespace Muster.Cli.Tests.TsgImport;

/// <summary>An import that is broken off in the store goes on where it ended.</summary>
public sealed class StoreWriterTests(OriginalDatabase original) : IClassFixture<OriginalDatabase>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Broken_off_at_any_write_and_run_again_it_ends_the_same()
    {
        var contents = await TsgDatabase.ReadAsync(new() { Url = PostgresUrl.Parse(original.Url) }, Cancellation);
        var accounts = ImportPlan.Make(contents, "east", new Dictionary<string, Account>());
        var whole = NewStore();
        await new StoreWriter(whole, TimeProvider.System).WriteAsync(accounts[0], Cancellation);
        var expected = await TellAsync(whole);
        Assert.Equal(6, expected.Count);

        for (var number = 1; ; number++)
        {
            var store = NewStore();
            var breaking = BreakingStore.Over(store, number);
            try
            {
                await new StoreWriter(breaking, TimeProvider.System).WriteAsync(accounts[0], Cancellation);
                Assert.True(number > 12, $"only {number} calls were made");
                return;
            }
            catch (StoreException)
            {
                await new StoreWriter(store, TimeProvider.System).WriteAsync(accounts[0], Cancellation);
            }

            Assert.Equal(expected, await TellAsync(store));
        }
    }

    private static MemoryStore NewStore() => new(new(Guid.Parse("11111111-1111-4111-8111-111111111111")), TimeProvider.System);

    private static async Task<List<string>> TellAsync(MemoryStore store)
    {
        var account = (await store.FindAccountAsync(OriginalDatabase.Login, Cancellation))!.Id;
        var templates = await store.ListTemplatesAsync(account, new(100), includeArchived: true, Cancellation);
        var groups = await store.ListGroupsAsync(account, new(100), includeArchived: true, Cancellation);
        return
        [
            .. templates.Items.Select(template => $"{template.Id} {template.Name} {template.ArchivedAt}"),
            .. groups.Items.Select(record => record.Group).Select(group =>
                $"{group.Id} {group.Name} {group.Phase} {group.Suspended} {group.Version} {group.ArchivedAt} {group.UpdatedAt}"),
        ];
    }

    /// <summary>A real store that a process leaves at its nth call: half of the calls before it was carried out, half after.</summary>
    public class BreakingStore : DispatchProxy
    {
        private IStore _inner = null!;
        private int _left;
        private bool _isDone;

        public static IStore Over(IStore inner, int number)
        {
            var store = Create<IStore, BreakingStore>();
            (((BreakingStore)(object)store)._inner, ((BreakingStore)(object)store)._left) = (inner, number);
            ((BreakingStore)(object)store)._isDone = number % 2 == 0;
            return store;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            ArgumentNullException.ThrowIfNull(targetMethod);
            if (--_left > 0)
            {
                return targetMethod.Invoke(_inner, args);
            }

            if (_isDone)
            {
                targetMethod.Invoke(_inner, args);
            }

            throw new StoreException(StoreErrorKind.Ambiguous, "broke off");
        }
    }
}
