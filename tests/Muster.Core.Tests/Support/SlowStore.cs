using System.Reflection;

using Muster.Core.Storage;

namespace Muster.Core.Tests.Support;

/// <summary>A store whose clock is far away: its reading takes as long to be asked for as to arrive.</summary>
public class SlowStore : DispatchProxy
{
    private IStore store = null!;
    private TimeProvider time = null!;
    private TimeSpan oneWay;

    /// <summary>Puts the way in front of a store.</summary>
    public static IStore Before(IStore store, TimeProvider time, TimeSpan oneWay)
    {
        var proxy = Create<IStore, SlowStore>();
        var slow = (SlowStore)(object)proxy;
        (slow.store, slow.time, slow.oneWay) = (store, time, oneWay);
        return proxy;
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name is nameof(IStore.ReadTimeAsync) ? ReadTimeAsync() : targetMethod.Invoke(store, args);

    private async Task<DateTimeOffset> ReadTimeAsync()
    {
        await Task.Delay(oneWay, time);
        var reading = await store.ReadTimeAsync(CancellationToken.None);
        await Task.Delay(oneWay, time);
        return reading;
    }
}
