using System.Globalization;
using System.Security;

using Muster.Simulators.Libvirt.Hosts;
using Muster.Simulators.Libvirt.Settings;
using Muster.Simulators.Libvirt.Wire;

namespace Muster.Simulators.Libvirt;

/// <summary>What each procedure answers.</summary>
/// <param name="host">The host.</param>
/// <param name="options">How it is.</param>
internal sealed class HostCalls(SimulatedHost host, LibvirtSimulatorOptions options)
{
    private const uint UndefineFlags = 1 | 2 | 4 | 8 | 16;
    private const uint XmlFlags = 1 | 2 | 4 | 8;
    private const long MemoryKib = 64L * 1024 * 1024;
    private const int Cpus = 32;

    // Of lists: those that run, and with those that do not.
    private const uint Active = 1, Both = 1 | 2;
    private const int PoolRuns = 2;
    private const long PoolBytes = 1L << 40;

    private static readonly Guid PoolId = new("6d757374-6572-4000-8000-000000000001");
    private static readonly int[] Features = [10, 14, 15];

    /// <summary>Answers a call.</summary>
    /// <exception cref="RefusalException">It is refused.</exception>
    public async Task<XdrWriter> AnswerAsync(Procedure procedure, XdrReader args, CancellationToken cancellationToken)
    {
        var answer = new XdrWriter();
        switch (procedure)
        {
            case Procedure.ConnectOpen:
                if (args.Maybe() is not (null or "qemu:///system"))
                {
                    throw new RefusalException(RefusalException.Internal, "no connection driver available for this URI");
                }

                Flags(args);
                return answer;
            case Procedure.ConnectClose or Procedure.RegisterCloseCallback or Procedure.UnregisterCloseCallback:
                return answer;
            case Procedure.ConnectSupportsFeature:
                return answer.Int(Features.Contains(args.Int()) ? 1 : 0);
            case Procedure.ConnectGetUri:
                return answer.Text("qemu:///system");
            case Procedure.ConnectGetHostname:
                return answer.Text("simulated");
            case Procedure.ConnectGetLibVersion:
                return answer.Hyper(options.Version);
            case Procedure.ConnectGetCapabilities:
                return answer.Text(Capabilities());
            case Procedure.NodeGetInfo:
                return Node(answer);
            case Procedure.ConnectNumOfDomains:
                return answer.Int(host.Domains.Count(one => one.IsActive));
            case Procedure.ConnectListAllDomains:
                return List(
                    args, answer, host.Domains, (one, to) => to.Domain(one.Name, one.Uuid, one.Id),
                    (one, flags) => (flags & Both) is 0 or Both || ((flags & Active) != 0) == one.IsActive);
            case Procedure.ConnectListAllNetworks:
                return List(args, answer, [Catalogue.Network, Catalogue.StoppedNetwork], (one, to) => to.Text(one).Uuid(PoolId));
            case Procedure.ConnectListAllStoragePools:
                return List(args, answer, host.Pools, (one, to) => to.Text(one).Uuid(PoolId));
            case Procedure.NetworkLookupByName:
                var network = args.Text();
                return SimulatedHost.IsActive(network) is null
                    ? throw new RefusalException(
                        RefusalException.NoNetwork, $"Network not found: no network with matching name '{network}'")
                    : answer.Text(network).Uuid(PoolId);
            case Procedure.NetworkIsActive:
                return answer.Int(SimulatedHost.IsActive(args.Named()) is true ? 1 : 0);
            default:
                return procedure.ToString().StartsWith("Storage", StringComparison.Ordinal)
                    ? Storage(procedure, args, answer)
                    : await DomainAsync(procedure, args, answer, cancellationToken);
        }
    }

    private async Task<XdrWriter> DomainAsync(Procedure procedure, XdrReader args, XdrWriter answer, CancellationToken cancellationToken)
    {
        switch (procedure)
        {
            case Procedure.DomainLookupByUuid:
                return Told(answer, host.Find(args.Uuid()));
            case Procedure.DomainLookupByName:
                return Told(answer, host.Find(args.Text()));
            case Procedure.DomainGetState:
                var state = host.Find(args.Domain());
                Flags(args);
                return answer.Int(state.State).Int(state.Reason);
            case Procedure.DomainGetInfo:
                return answer.Int(host.Find(args.Domain()).State).Hyper(1024).Hyper(1024).Int(1).Hyper(0);
            case Procedure.DomainIsActive:
                return answer.Int(host.Find(args.Domain()).IsActive ? 1 : 0);
            case Procedure.DomainIsPersistent:
                return answer.Int(host.Find(args.Domain()).IsPersistent ? 1 : 0);
            case Procedure.DomainGetMetadata:
                return Metadata(args, answer);
            case Procedure.DomainGetXmlDesc:
                var described = host.Find(args.Domain());
                Flags(args, XmlFlags);
                return answer.Text(described.Xml);
            case Procedure.DomainCreate:
                await host.CreateAsync(args.Domain(), cancellationToken);
                return answer;
            case Procedure.DomainDefineXml or Procedure.DomainDefineXmlFlags:
                var definition = args.Text();
                if (procedure is Procedure.DomainDefineXmlFlags)
                {
                    Flags(args);
                }

                return Told(answer, host.Define(definition));
            case Procedure.DomainDestroy:
                host.Destroy(args.Domain());
                return answer;
            case Procedure.DomainShutdown:
                host.ShutDown(args.Domain());
                return answer;
            case Procedure.DomainManagedSave:
                var saved = args.Domain();
                Flags(args);
                host.Save(saved);
                return answer;
            case Procedure.DomainSuspend or Procedure.DomainResume:
                host.Suspend(args.Domain(), procedure is Procedure.DomainSuspend);
                return answer;
            case Procedure.DomainUndefine or Procedure.DomainUndefineFlags:
                var undefined = args.Domain();
                if (procedure is Procedure.DomainUndefineFlags)
                {
                    Flags(args, UndefineFlags);
                }

                host.Undefine(undefined);
                return answer;
            case Procedure.DomainInterfaceAddresses:
                return Addresses(args, answer);
            default:
                throw new RefusalException(RefusalException.Rpc, $"unknown procedure: {(int)procedure}");
        }
    }

    private XdrWriter Storage(Procedure procedure, XdrReader args, XdrWriter answer)
    {
        switch (procedure)
        {
            case Procedure.StoragePoolLookupByName:
                var wanted = args.Text();
                host.Volumes(wanted);
                return answer.Text(wanted).Uuid(PoolId);
            case Procedure.StoragePoolRefresh:
                host.Volumes(args.Named());
                Flags(args);
                return answer;
            case Procedure.StoragePoolGetXmlDesc:
                var pool = args.Named();
                host.Volumes(pool);
                Flags(args);
                return answer.Text($"<pool type='{(pool == Catalogue.BlockPool ? "logical" : "dir")}'><name>{pool}</name></pool>");
            case Procedure.StoragePoolGetInfo:
                host.Volumes(args.Named());
                return answer.Int(PoolRuns).Hyper(PoolBytes).Hyper(0).Hyper(PoolBytes);
            case Procedure.StoragePoolGetAutostart or Procedure.StoragePoolIsActive:
                host.Volumes(args.Named());
                return answer.Int(1);
            case Procedure.StorageVolGetPath:
                var (lies, file) = args.Volume();
                host.FindVolume(lies, file);
                return answer.Text(SimulatedHost.PathOf(lies, file));
            case Procedure.StoragePoolListAllVolumes:
                var listed = args.Named();
                return List(
                    args, answer, host.Volumes(listed), (one, to) => to.Volume(listed, one.Name, SimulatedHost.PathOf(listed, one.Name)));
            case Procedure.StorageVolLookupByName:
                var (within, name) = (args.Named(), args.Text());
                host.FindVolume(within, name);
                return answer.Volume(within, name, SimulatedHost.PathOf(within, name));
            case Procedure.StorageVolGetXmlDesc:
                var (inPool, described) = args.Volume();
                Flags(args);
                return answer.Text(Describe(inPool, host.FindVolume(inPool, described)));
            case Procedure.StorageVolCreateXml:
                var (to, xml) = (args.Named(), args.Text());
                Flags(args, 1);
                return Made(answer, to, host.CreateVolume(to, xml, copied: null));
            case Procedure.StorageVolCreateXmlFrom:
                var (into, copy) = (args.Named(), args.Text());
                var from = args.Volume();
                Flags(args, 1 | 2);
                return Made(answer, into, host.CreateVolume(into, copy, from));
            case Procedure.StorageVolDelete:
                var (of, gone) = args.Volume();
                Flags(args);
                host.DeleteVolume(of, gone);
                return answer;
            default:
                throw new RefusalException(RefusalException.Rpc, $"unknown procedure: {(int)procedure}");
        }
    }

    /// <summary>Refuses flags that there are none of, and what else a message may have at its end.</summary>
    private static uint Flags(XdrReader args, uint allowed = 0)
    {
        var flags = args.Unsigned();
        if ((flags & ~allowed) != 0)
        {
            throw new RefusalException(
                RefusalException.InvalidArgument,
                string.Create(CultureInfo.InvariantCulture, $"invalid argument: unsupported flags (0x{flags & ~allowed:x}) in function"));
        }

        if (!args.IsAtEnd)
        {
            throw new RefusalException(RefusalException.Rpc, "Unable to decode message payload");
        }

        return flags;
    }

    private static XdrWriter List<T>(
        XdrReader args, XdrWriter answer, IReadOnlyList<T> all, Action<T, XdrWriter> write, Func<T, uint, bool>? isWanted = null)
    {
        var needsResults = args.Int() != 0;
        var flags = Flags(args, Both);
        all = isWanted is null ? all : [.. all.Where(one => isWanted(one, flags))];
        answer.Int(needsResults ? all.Count : 0);
        foreach (var one in needsResults ? all : [])
        {
            write(one, answer);
        }

        return answer.Int(all.Count);
    }

    private static XdrWriter Told(XdrWriter answer, SimulatedDomain domain) => answer.Domain(domain.Name, domain.Uuid, domain.Id);

    private static XdrWriter Made(XdrWriter answer, string pool, SimulatedVolume volume) =>
        answer.Volume(pool, volume.Name, SimulatedHost.PathOf(pool, volume.Name));

    private XdrWriter Metadata(XdrReader args, XdrWriter answer)
    {
        var domain = host.Find(args.Domain());
        var (kind, uri) = (args.Int(), args.Maybe());
        Flags(args, 1 | 2);
        return kind == 2 && uri is not null && domain.Metadata.TryGetValue(uri, out var element)
            ? answer.Text(element)
            : throw new RefusalException(
                RefusalException.NoMetadata, "metadata not found: Requested metadata element is not present");
    }

    private XdrWriter Addresses(XdrReader args, XdrWriter answer)
    {
        var domain = host.Find(args.Domain());
        _ = args.Unsigned();
        Flags(args);
        if (!domain.IsActive)
        {
            throw RefusalException.Invalid("domain is not running");
        }

        return domain.Address is { } address
            ? answer.Int(1).Text("vnet0").Maybe("52:54:00:00:00:01").Int(1).Int(0).Text(address).Int(24)
            : answer.Int(0);
    }

    private static XdrWriter Node(XdrWriter answer)
    {
        // The model: characters, each of which takes a whole word.
        for (var i = 0; i < 32; i++)
        {
            answer.Int(i < 6 ? "x86_64"[i] : 0);
        }

        return answer.Hyper(MemoryKib).Int(Cpus).Int(3000).Int(1).Int(1).Int(Cpus).Int(1);
    }

    private string Capabilities() =>
        $"""
        <capabilities><host><cpu><arch>x86_64</arch></cpu></host><guest><os_type>hvm</os_type><arch name='x86_64'>
        <wordsize>64</wordsize><domain type='qemu'/>{(options.HasKvm ? "<domain type='kvm'/>" : "")}</arch></guest></capabilities>
        """;

    private static string Describe(string pool, SimulatedVolume volume)
    {
        string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
        var format = volume.Format is null ? "" : $"<format type='{volume.Format}'/>";
        var backing = volume.BasePath is null ? "" : $"<backingStore><path>{SecurityElement.Escape(volume.BasePath)}</path></backingStore>";
        return $"""
            <volume type='file'><name>{SecurityElement.Escape(volume.Name)}</name><capacity unit='bytes'>{Text(volume.Bytes)}</capacity>
            <target><path>{SecurityElement.Escape(SimulatedHost.PathOf(pool, volume.Name))}</path>{format}
            <timestamps><ctime>{Text(volume.ChangedAt.ToUnixTimeSeconds())}.000000000</ctime></timestamps></target>{backing}</volume>
            """;
    }
}
