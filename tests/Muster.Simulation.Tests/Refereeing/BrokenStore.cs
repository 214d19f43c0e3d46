using System.Reflection;

using Muster.Core.Storage;

namespace Muster.Simulation.Tests.Refereeing;

/// <summary>A connection to a store whose calls a flaw may change on their way.</summary>
public class BrokenStore : DispatchProxy
{
    private IStore _store = null!;
    private Func<string, object?[], Func<object?>, object?> _flaw = null!;

    /// <summary>Puts a flaw in front of a store.</summary>
    /// <param name="store">The one behind.</param>
    /// <param name="flaw">Gets each call's name, its arguments, which it may change, and the call itself.</param>
    public static IStore With(IStore store, Func<string, object?[], Func<object?>, object?> flaw)
    {
        var proxy = Create<IStore, BrokenStore>();
        (((BrokenStore)(object)proxy)._store, ((BrokenStore)(object)proxy)._flaw) = (store, flaw);
        return proxy;
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        args ??= [];
        return _flaw(targetMethod!.Name, args, () => targetMethod.Invoke(_store, args));
    }
}
