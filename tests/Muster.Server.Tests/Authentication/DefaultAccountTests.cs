using System.Reflection;

using Muster.Core;
using Muster.Server.Authentication;
using Muster.Storage.Memory;

namespace Muster.Server.Tests.Authentication;

public sealed class DefaultAccountTests
{
    [Fact]
    public async Task Requests_at_once_are_all_the_same_account()
    {
        await using var store = new MemoryStore(new(Guid.CreateVersion7()), TimeProvider.System);
        var account = new DefaultAccount(store, new SystemRandomSource(), TimeProvider.System);

        var ids = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(
            async () => await account.GetAsync(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken)));

        Assert.Single(ids.Distinct());
    }

    [Fact]
    public void What_one_request_writes_and_others_read_is_a_reference_which_is_never_read_by_half() => Assert.All(
        typeof(DefaultAccount)
            .GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
            .Where(field => !field.IsInitOnly && field.Name.StartsWith('_')),
        field => Assert.False(field.FieldType.IsValueType, $"{field.Name} is a {field.FieldType}"));
}
