using System.Reflection;
using System.Runtime.ExceptionServices;

using Muster.Core.Storage;

namespace Muster.Core.Tests.Support;

/// <summary>A store of which each call is announced first: it waits until the test lets it go on, or fails as the test says.</summary>
public class AskedStore : DispatchProxy
{
    private static readonly MethodInfo Typed =
        typeof(AskedStore).GetMethod(nameof(AskAsync), BindingFlags.Instance | BindingFlags.NonPublic)!;

    private IStore _store = null!;
    private Func<string, object?[], Task> _ask = null!;

    /// <summary>Puts it in front of a store.</summary>
    /// <param name="store">The one behind.</param>
    /// <param name="ask">Told the call's name and arguments; what it throws is what the caller gets.</param>
    public static IStore Before(IStore store, Func<string, object?[], Task> ask)
    {
        var proxy = Create<IStore, AskedStore>();
        (((AskedStore)(object)proxy)._store, ((AskedStore)(object)proxy)._ask) = (store, ask);
        return proxy;
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var answer = targetMethod!.ReturnType;
        return answer.IsGenericType && answer.GetGenericTypeDefinition() == typeof(Task<>)
            ? Typed.MakeGenericMethod(answer.GenericTypeArguments[0]).Invoke(this, [targetMethod, args])
            : targetMethod.Invoke(_store, args);
    }

    private async Task<T> AskAsync<T>(MethodInfo method, object?[] args)
    {
        await _ask(method.Name, args);
        try
        {
            return await (Task<T>)method.Invoke(_store, args)!;
        }
        catch (TargetInvocationException error)
        {
            ExceptionDispatchInfo.Throw(error.InnerException!);
            throw;
        }
    }
}
