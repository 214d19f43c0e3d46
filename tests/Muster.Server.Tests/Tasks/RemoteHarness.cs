using System.Reflection;

using Muster.Conformance.Storage;
using Muster.Core;
using Muster.Core.Storage;
using Muster.Remote;
using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Tasks;

/// <summary>A real server's store, of which the part that level checks need is reached over the network.</summary>
public sealed class RemoteHarness : IStoreHarness
{
    private RunningServer? _server;
    private RemoteConnection? _connection;

    public async Task<IStore> OpenAsync(CancellationToken cancellationToken)
    {
        _server = await RunningServer.StartDevWithTasksAsync();
        _connection = new(_server.Address, token: null, TimeProvider.System, new SystemRandomSource());
        return PartlyRemoteStore.Over(_server.Memory, new RemoteCheckStore(_connection, _server.Memory.Installation));
    }

    public async ValueTask DisposeAsync()
    {
        _connection?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}

/// <summary>What <see cref="ICheckStore"/> has goes to one store, everything else to the other.</summary>
public class PartlyRemoteStore : DispatchProxy
{
    private IStore _near = null!;
    private ICheckStore _far = null!;

    public static IStore Over(IStore near, ICheckStore far)
    {
        var store = Create<IStore, PartlyRemoteStore>();
        (((PartlyRemoteStore)(object)store)._near, ((PartlyRemoteStore)(object)store)._far) = (near, far);
        return store;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        ArgumentNullException.ThrowIfNull(targetMethod);
        try
        {
            return targetMethod.Invoke(targetMethod.DeclaringType == typeof(ICheckStore) ? _far : _near, args);
        }
        catch (TargetInvocationException error) when (error.InnerException is { } original)
        {
            throw original;
        }
    }
}
