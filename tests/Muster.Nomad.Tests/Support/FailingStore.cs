using System.Reflection;

using Muster.Core.Storage;

namespace Muster.Nomad.Tests.Support;

/// <summary>A store whose sweeps cannot be listed at first.</summary>
#pragma warning disable CA1852 // A proxy's class is inherited when it runs.
internal class FailingStore : DispatchProxy
#pragma warning restore CA1852
{
    private IPulseStore _store = null!;
    private int _failures;

    /// <param name="store">What answers after that.</param>
    /// <param name="failures">How often it fails.</param>
    public static IPulseStore Before(IPulseStore store, int failures)
    {
        var proxy = Create<IPulseStore, FailingStore>();
        var failing = (FailingStore)(object)proxy;
        (failing._store, failing._failures) = (store, failures);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == nameof(ISweepStore.ListSweepsAsync) && Interlocked.Decrement(ref _failures) >= 0
            ? throw new StoreException(StoreErrorKind.Unavailable, "the store is away")
            : targetMethod.Invoke(_store, args);
}
