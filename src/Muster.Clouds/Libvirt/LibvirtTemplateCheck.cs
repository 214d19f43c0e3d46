using System.Collections.Immutable;

using Muster.Clouds.Libvirt.Hosts;
using Muster.Clouds.Libvirt.Native;
using Muster.Clouds.Libvirt.Templates;
using Muster.Core.Clouds;

namespace Muster.Clouds.Libvirt;

/// <summary>Looks on every host for what a template names: a launch without a zone may go to any.</summary>
/// <param name="hosts">The hosts.</param>
internal sealed class LibvirtTemplateCheck(HostSet hosts)
{
    /// <summary>Adds what was found to what is known without a call.</summary>
    /// <param name="findings">What is known.</param>
    /// <param name="spec">What the template means; null where that is refused already.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<TemplateCheck> MakeAsync(
        ImmutableArray<TemplateFinding> findings, LibvirtSpec? spec, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (spec is null)
        {
            return new(findings);
        }

        var seen = await hosts.LookAsync((place, connection) => Look(connection, place.Host, spec), cancellationToken);
        if (seen.All(one => one.Error is not null))
        {
            throw seen[0].Error!;
        }

        // One word for all hosts that say the same of a field, and first what is wrong.
        var all = findings.ToBuilder();
        foreach (var field in seen.Where(one => one.Error is null).SelectMany(one => one.Seen).GroupBy(one => one.Field))
        {
            var bad = field.Where(one => !one.IsGood).Select(one => one.Message).Distinct(StringComparer.Ordinal).ToArray();
            all.Add(bad.Length > 0
                ? new(field.Key, IsGood: false, string.Join("; ", bad))
                : field.First() with { Message = string.Join("; ", field.Select(one => one.Message).Distinct(StringComparer.Ordinal)) });
        }

        all.AddRange(seen.Where(one => one.Error is not null).Select(
            one => new TemplateFinding("zone", IsGood: false, one.Error!.Message)));
        return new(all.ToImmutable());
    }

    private static ImmutableArray<TemplateFinding> Look(LibvirtConnection connection, LibvirtHost host, LibvirtSpec spec)
    {
        var findings = ImmutableArray.CreateBuilder<TemplateFinding>();
        if (connection.DescribePool(spec.Pool) is not { } pool)
        {
            findings.Add(new("options.pool", IsGood: false, $"options.pool is '{spec.Pool}': {HostLists.Pools(connection, host)}"));
        }
        else if (spec.CloneBy is CloneKind.Linked && PoolKind.Read(pool) is { HasFiles: false } kind)
        {
            findings.Add(new("options.clone", IsGood: false, kind.WhyNotLinked(host.Shown, spec.Pool)));
        }

        var volume = HostLists.FindVolume(connection, spec.Base);
        findings.Add(volume is null
            ? new("image", IsGood: false, $"image is '{spec.Base.Name}': {HostLists.Volumes(connection, host, spec.Base.Pool)}")
            : new("image", IsGood: true, $"volume {spec.Base} is there on {host.Shown}"));
        if (volume is not null && spec.DiskBytes < volume.CapacityBytes)
        {
            findings.Add(new(
                "options.disk", IsGood: false,
                $"options.disk is {spec.DiskBytes} bytes: the base volume has {volume.CapacityBytes} already"));
        }

        var (memory, cpus) = connection.Node();
        if (spec.MemoryBytes > memory || spec.Cpus > cpus)
        {
            findings.Add(new(
                "size", IsGood: false,
                $"size is {spec.Cpus} processors and {spec.MemoryBytes >> 20} MiB: {host.Shown} has {cpus} and {memory >> 20} MiB in all"));
        }

        foreach (var network in spec.Networks.Where(network => !network.IsBridge))
        {
            findings.Add(connection.IsNetworkActive(network.Name) switch
            {
                null => new("network", IsGood: false, $"network is '{network.Name}': {HostLists.Networks(connection, host)}"),
                false => new(
                    "network", IsGood: false,
                    $"network is '{network.Name}': it does not run on {host.Shown}; "
                    + $"start it (virsh net-start {network.Name}, and net-autostart)"),
                true => new("network", IsGood: true, $"network '{network.Name}' runs on {host.Shown}"),
            });
        }

        return findings.ToImmutable();
    }
}
