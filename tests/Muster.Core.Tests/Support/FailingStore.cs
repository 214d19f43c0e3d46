using System.Reflection;

using Muster.Core.Storage;

namespace Muster.Core.Tests.Support;

/// <summary>A store that is unavailable whenever the test says so; else the one behind it.</summary>
public class FailingStore : DispatchProxy
{
    private object _store = null!;
    private Func<string, object?[], bool> _fails = null!;

    /// <summary>Puts it in front of a store.</summary>
    /// <typeparam name="TStore">Which part of a store.</typeparam>
    /// <param name="store">The one behind.</param>
    /// <param name="fails">Whether the call of that name, with these arguments, fails.</param>
    public static TStore Before<TStore>(TStore store, Func<string, object?[], bool> fails)
        where TStore : class
    {
        var proxy = Create<TStore, FailingStore>();
        (((FailingStore)(object)proxy)._store, ((FailingStore)(object)proxy)._fails) = (store, fails);
        return proxy;
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _fails(targetMethod!.Name, args ?? [])
            ? throw new StoreException(StoreErrorKind.Unavailable, "the store cannot be reached")
            : targetMethod.Invoke(_store, args);
}
