using System.Reflection;

using Muster.Core.Storage;

namespace Muster.Core.Tests.Support;

/// <summary>A store whose clock is far away: its reading takes as long to be asked for as to arrive.</summary>
public class SlowStore : DispatchProxy
{
    private IStore _store = null!;
    private TimeProvider _timeProvider = null!;
    private TimeSpan _oneWay;

    /// <summary>Puts the way in front of a store.</summary>
    public static IStore Before(IStore store, TimeProvider timeProvider, TimeSpan oneWay)
    {
        var proxy = Create<IStore, SlowStore>();
        var slow = (SlowStore)(object)proxy;
        (slow._store, slow._timeProvider, slow._oneWay) = (store, timeProvider, oneWay);
        return proxy;
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name is nameof(IStore.ReadTimeAsync) ? ReadTimeAsync() : targetMethod.Invoke(_store, args);

    private async Task<DateTimeOffset> ReadTimeAsync()
    {
        await Task.Delay(_oneWay, _timeProvider);
        var reading = await _store.ReadTimeAsync(CancellationToken.None);
        await Task.Delay(_oneWay, _timeProvider);
        return reading;
    }
}
