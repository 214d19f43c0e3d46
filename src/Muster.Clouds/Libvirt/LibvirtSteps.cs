using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Libvirt.Hosts;
using Muster.Core.Clouds;

namespace Muster.Clouds.Libvirt;

/// <summary>Says of each host what answers there, and what it has.</summary>
/// <param name="hosts">The hosts.</param>
/// <param name="pool">The pool of instances' volumes unless a template says otherwise.</param>
internal sealed class LibvirtSteps(HostSet hosts, string pool)
{
    /// <summary>The steps, host by host.</summary>
    public async Task<ImmutableArray<CloudStep>> DescribeAsync(CancellationToken cancellationToken)
    {
        var seen = await hosts.LookAsync(
            (place, connection) =>
            {
                var (memory, cpus) = connection.Node();
                var answers =
                    $"{place.Host.Shown}: libvirt {LibvirtHost.Version(connection.Version())} on {connection.HostName()}, "
                    + $"{connection.Facts.Architecture}, "
                    + (connection.Facts.HasKvm ? "with KVM" : "without KVM: domains are emulated, which is slow");
                var room = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{place.Host.Shown}: {cpus} processors and {memory >> 20} MiB in all; {connection.CountRunning()} domains run");
                var hasPool = connection.DescribePool(pool) is not null;
                return (ImmutableArray<CloudStep>)
                [
                    new("identity", IsGood: true, answers),
                    new(
                        "permissions",
                        hasPool,
                        hasPool ? $"{place.Host.Shown}: pool '{pool}' can be seen"
                        : $"pool is '{pool}': {HostLists.Pools(connection, place.Host)}; make it (virsh pool-define-as {pool} dir --target "
                            + $"/var/lib/libvirt/images, pool-start, pool-autostart), or set the cloud's pool"),
                    new("quota", IsGood: true, room),
                ];
            },
            cancellationToken);
        if (hosts.All.Length == 1 && seen[0].Error is { } error && error.Kind is not CloudErrorKind.Unauthorized)
        {
            throw error;
        }

        return
        [
            .. seen.SelectMany(one => one.Error is { } gone ? [new CloudStep("identity", IsGood: false, gone.Message)] : one.Seen),
        ];
    }
}
