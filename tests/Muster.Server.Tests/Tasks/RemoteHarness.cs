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
    private RunningServer? server;
    private RemoteConnection? connection;

    public async Task<IStore> OpenAsync(CancellationToken cancellationToken)
    {
        server = await RunningServer.StartDevWithTasksAsync();
        connection = new(server.Address, token: null, TimeProvider.System, new SystemRandomSource());
        return PartlyRemoteStore.Over(server.Memory, new RemoteCheckStore(connection, server.Memory.Installation));
    }

    public async ValueTask DisposeAsync()
    {
        connection?.Dispose();
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }
}

/// <summary>What <see cref="ICheckStore"/> has goes to one store, everything else to the other.</summary>
public class PartlyRemoteStore : DispatchProxy
{
    private IStore near = null!;
    private ICheckStore far = null!;

    public static IStore Over(IStore near, ICheckStore far)
    {
        var store = Create<IStore, PartlyRemoteStore>();
        (((PartlyRemoteStore)(object)store).near, ((PartlyRemoteStore)(object)store).far) = (near, far);
        return store;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        ArgumentNullException.ThrowIfNull(targetMethod);
        try
        {
            return targetMethod.Invoke(targetMethod.DeclaringType == typeof(ICheckStore) ? far : near, args);
        }
        catch (TargetInvocationException error) when (error.InnerException is { } original)
        {
            throw original;
        }
    }
}
