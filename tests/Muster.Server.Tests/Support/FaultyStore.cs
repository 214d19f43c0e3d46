using System.Reflection;

using Muster.Core.Accounts;
using Muster.Core.Storage;

namespace Muster.Server.Tests.Support;

/// <summary>A real store, in front of which a test can put a fault.</summary>
public class FaultyStore : DispatchProxy
{
    private IStore _inner = null!;
    private FaultSwitch _faults = null!;

    public static IStore Over(IStore inner, FaultSwitch faults)
    {
        var store = Create<IStore, FaultyStore>();
        ((FaultyStore)(object)store)._inner = inner;
        ((FaultyStore)(object)store)._faults = faults;
        return store;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        ArgumentNullException.ThrowIfNull(targetMethod);
        if (_faults.Fault is { } fault && typeof(Task).IsAssignableFrom(targetMethod.ReturnType))
        {
            throw fault;
        }

        if (_faults.KnowsNoTokens && targetMethod.Name is nameof(IStore.FindTokenAsync))
        {
            return new TaskCompletionSource<Token?>().Task;
        }

        if (_faults.Before is { } before)
        {
            before(targetMethod.Name);
        }

        try
        {
            return targetMethod.Invoke(_inner, args);
        }
        catch (TargetInvocationException error) when (error.InnerException is { } original)
        {
            throw original;
        }
    }
}

/// <summary>What goes wrong at the store now.</summary>
public sealed class FaultSwitch
{
    /// <summary>Thrown by every call; null for none.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Whether the store never answers whose token it is.</summary>
    public bool KnowsNoTokens { get; set; }

    /// <summary>Runs before each call, with the method's name.</summary>
    public Action<string>? Before { get; set; }
}
