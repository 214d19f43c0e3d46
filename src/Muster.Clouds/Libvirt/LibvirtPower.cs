using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Libvirt.Domains;
using Muster.Clouds.Libvirt.Hosts;
using Muster.Clouds.Libvirt.Native;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Libvirt;

/// <summary>Shuts domains down, saves them with their memory, pulls their plugs, and starts them. What a host knows of one stays.</summary>
/// <param name="hosts">The hosts.</param>
/// <param name="ending">What this process is ending.</param>
/// <param name="gate">Lets one at a time do something about a domain.</param>
internal sealed class LibvirtPower(HostSet hosts, EndingInstances ending, KeyedGate gate)
{
    /// <inheritdoc cref="IStoppingCloud.StopAsync"/>
    public Task StopAsync(
        InstallationId installation, InstanceId instance, StopManner manner, CancellationToken cancellationToken) => ChangeAsync(
            installation, instance,
            domain => domain switch
            {
                { IsAtRest: true } => null,
                // Already asked; a shutdown under way is no reason not to pull the plug.
                { IsShuttingDown: true } when manner is not StopManner.AtOnce => null,
                _ => manner switch
                {
                    StopManner.AtOnce => (connection, uuid) => connection.Destroy(uuid),
                    StopManner.KeepingMemory => (connection, uuid) => connection.Save(uuid),
                    _ => (connection, uuid) => connection.ShutDown(uuid),
                },
            },
            cancellationToken);

    /// <inheritdoc cref="IStoppingCloud.StartAsync"/>
    public Task StartAsync(InstallationId installation, InstanceId instance, CancellationToken cancellationToken) => ChangeAsync(
        installation, instance,
        domain => domain switch
        {
            { IsShuttingDown: true } => throw new CloudException(
                CloudErrorKind.Unavailable, $"domain {instance} is shutting down: it can be started when that is over"),
            { State: DomainStates.ShutOff } => (connection, uuid) => connection.Start(uuid),
            // It is kept for others to look at what it crashed with.
            { State: DomainStates.Crashed } => (connection, uuid) =>
            {
                connection.Destroy(uuid);
                connection.Start(uuid);
            },
            { State: DomainStates.Asleep } => (connection, uuid) => connection.Wake(uuid),
            { IsAtRest: true } => (connection, uuid) => connection.Resume(uuid),
            _ => null,
        },
        cancellationToken);

    private async Task ChangeAsync(
        InstallationId installation, InstanceId id, Func<DomainLook, Action<LibvirtConnection, Guid>?> next,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!Guid.TryParseExact(id.Value, "D", out var uuid))
        {
            throw OwnedInstance.Gone(id);
        }

        await gate.RunAsync(
            uuid,
            async () =>
            {
                if (await hosts.FindAsync(uuid, mustKnow: true, cancellationToken) is not var (place, fact))
                {
                    throw OwnedInstance.Gone(id);
                }

                OwnedInstance.Of(
                    DomainInstances.Of(fact, place.Host.Zone, isEnding: false), ending.Contains(uuid.ToString("D")), id, installation);
                if (DomainInstances.IsHalfMade(fact))
                {
                    throw new CloudException(
                        CloudErrorKind.Unavailable, $"domain {id} is half made: it can be stopped and started once it has run");
                }

                return next(new(fact.State, fact.Reason)) is { } change && await place.Host.ChangeAsync(
                    connection =>
                    {
                        change(connection, uuid);
                        return true;
                    },
                    cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>What a domain does.</summary>
    private sealed record DomainLook(int State, int Reason)
    {
        /// <summary>Whether it does not run, and is not on its way from one to the other.</summary>
        public bool IsAtRest => DomainStates.Of(State, Reason).State is InstanceState.Stopped or InstanceState.Failed;

        /// <summary>Whether it is on its way to its end.</summary>
        public bool IsShuttingDown => DomainStates.Of(State, Reason).State is InstanceState.Terminating;
    }
}
