using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Muster.Clouds.Libvirt.Native;

/// <summary>One connection to one host. Every method blocks its thread.</summary>
/// <remarks>
/// Each throws <see cref="LibvirtException"/> where libvirt refuses. One call at a time, although the library says that it takes many:
/// before 10.1, which many systems have not, two at once read each other's stack where the connection breaks, and the process dies.
/// </remarks>
internal sealed unsafe class LibvirtConnection : IDisposable
{
    /// <summary>
    /// Longer than the five seconds after which a daemon asks by itself: this side then asks only where nothing comes any more, and not in
    /// the moment in which a call begins.
    /// </summary>
    private const int KeepAliveSeconds = 7;

    private const uint KeepAlivesLost = 2;
    private const int LifecycleEvent = 0;
    private const int MetadataElement = 2;
    private const int Running = 1;
    private const uint FromLeases = 0;

    /// <summary>Managed save, snapshots and checkpoints of it go with it, and the variables of its firmware.</summary>
    private const uint UndefineAll = 1 | 2 | 4 | 16;

    /// <summary>Bytes in one message of an upload.</summary>
    private const int ChunkBytes = 64 * 1024;

    private readonly nint _connection;
    private readonly Listener? _listener;
    private readonly int _events = -1;
    private readonly Lazy<HostFacts> _facts;

    private LibvirtConnection(nint connection, Listener? listener)
    {
        (_connection, _listener) = (connection, listener);
        _facts = new(() => HostFacts.Read(TextOf(LibvirtC.ConnectGetCapabilities(_connection), "virConnectGetCapabilities")));

        // A driver within this process, as libvirt's own for tests, has neither keepalives nor an end: that is no harm.
        _ = LibvirtC.ConnectSetKeepAlive(connection, KeepAliveSeconds, KeepAlivesLost);
        if (listener is not null)
        {
            var opaque = GCHandle.ToIntPtr(GCHandle.Alloc(listener));
            _ = LibvirtC.ConnectRegisterCloseCallback(connection, &OnClosed, opaque, null);
            _events = LibvirtC.ConnectDomainEventRegisterAny(connection, 0, LifecycleEvent, &OnLifecycle, opaque, null);
        }
    }

    /// <summary>Whether it can still be used, as far as this side knows.</summary>
    public bool IsAlive => LibvirtC.ConnectIsAlive(_connection) != 0;

    /// <summary>Whether changes are told.</summary>
    public bool HasEvents => _events >= 0;

    /// <summary>What the host can do; asked for once.</summary>
    public HostFacts Facts => _facts.Value;

    /// <summary>Opens one for calls.</summary>
    /// <param name="uri">Where.</param>
    public static LibvirtConnection Open(string uri) => Open(uri, listener: null);

    /// <summary>Opens one that hears what happens, on which nothing else is called.</summary>
    /// <param name="uri">Where.</param>
    /// <param name="onEvent">Gets each domain whose life goes on; must be quick and call nothing here.</param>
    /// <param name="onClosed">Told when the connection breaks.</param>
    public static LibvirtConnection OpenEvents(string uri, Action<Guid> onEvent, Action onClosed) =>
        Open(uri, new Listener(onEvent, onClosed));

    private static LibvirtConnection Open(string uri, Listener? listener)
    {
        var connection = LibvirtC.ConnectOpen(uri);
        return connection == 0 ? throw LibvirtException.Last("virConnectOpen") : new(connection, listener);
    }

    /// <summary>The version of the daemon, as <c>major * 1,000,000 + minor * 1,000 + release</c>.</summary>
    public long Version()
    {
        Check(LibvirtC.ConnectGetLibVersion(_connection, out var version), "virConnectGetLibVersion");
        return (long)version;
    }

    /// <summary>What the host calls itself.</summary>
    public string HostName() => TextOf(LibvirtC.ConnectGetHostname(_connection), "virConnectGetHostname");

    /// <summary>Domains that run there, whosever.</summary>
    public int CountRunning() => Check(LibvirtC.ConnectNumOfDomains(_connection), "virConnectNumOfDomains");

    /// <summary>The memory, in bytes, and the processors of the host.</summary>
    public (long MemoryBytes, int Cpus) Node()
    {
        Check(LibvirtC.NodeGetInfo(_connection, out var info), "virNodeGetInfo");
        return ((long)info.MemoryKib * 1024, (int)info.Cpus);
    }

    /// <summary>Every domain that has an element of that namespace in its metadata.</summary>
    public List<DomainFact> ListDomains(string markUri)
    {
        nint* all;
        var count = Check(LibvirtC.ConnectListAllDomains(_connection, &all, 0), "virConnectListAllDomains");
        var domains = Taken(all, count);
        var facts = new List<DomainFact>(count);
        try
        {
            foreach (var domain in domains)
            {
                try
                {
                    // In this order: an element costs one call, and most domains of a shared host have none.
                    if (MarkOf(domain, markUri) is { } mark)
                    {
                        facts.Add(FactOf(domain, mark));
                    }
                }
                catch (LibvirtException error) when (error.Code is LibvirtCode.NoDomain)
                {
                    // Gone since it was listed.
                }
            }
        }
        finally
        {
            FreeAll(domains, LibvirtC.DomainFree);
        }

        return facts;
    }

    /// <summary>The ids of all domains, whosever.</summary>
    public HashSet<Guid> ListUuids()
    {
        nint* all;
        var count = Check(LibvirtC.ConnectListAllDomains(_connection, &all, 0), "virConnectListAllDomains");
        var domains = Taken(all, count);
        try
        {
            return [.. domains.Select(UuidOf)];
        }
        finally
        {
            FreeAll(domains, LibvirtC.DomainFree);
        }
    }

    /// <summary>The domain of that id; null when there is none.</summary>
    public DomainFact? FindDomain(Guid uuid, string markUri)
    {
        try
        {
            using var domain = Lookup(uuid);
            return domain.Pointer == 0 ? null : FactOf(domain.Pointer, MarkOf(domain.Pointer, markUri));
        }
        catch (LibvirtException error) when (error.Code is LibvirtCode.NoDomain)
        {
            return null;
        }
    }

    /// <summary>The whole description of a domain; null when there is none of that id.</summary>
    public string? DescribeDomain(Guid uuid)
    {
        using var domain = Lookup(uuid);
        return domain.Pointer == 0 ? null : TextOf(LibvirtC.DomainGetXmlDesc(domain.Pointer, 0), "virDomainGetXMLDesc");
    }

    /// <summary>
    /// Has the host know a domain that does not run; one of the same id and name is changed to this. A name and an id are given out once at
    /// a time.
    /// </summary>
    public void DefineDomain(string xml) =>
        _ = LibvirtC.DomainFree(Check(LibvirtC.DomainDefineXml(_connection, xml), "virDomainDefineXML"));

    /// <summary>Defines a domain, and starts it. One that runs is refused.</summary>
    public void StartDomain(string xml)
    {
        using var domain = new Handle(Check(LibvirtC.DomainDefineXml(_connection, xml), "virDomainDefineXML"), LibvirtC.DomainFree);
        Check(LibvirtC.DomainCreate(domain.Pointer), "virDomainCreate");
    }

    /// <summary>Asks a domain's system to shut down; nothing where it is not there or does not run.</summary>
    public void ShutDown(Guid uuid) => With(uuid, domain => LibvirtC.DomainShutdown(domain), "virDomainShutdown");

    /// <summary>Starts a domain that is defined, with the memory that it was saved with, where it was; nothing where it runs.</summary>
    public void Start(Guid uuid)
    {
        using var domain = Lookup(uuid);
        if (domain.Pointer == 0 || LibvirtC.DomainCreate(domain.Pointer) < 0)
        {
            var error = domain.Pointer == 0
                ? new LibvirtException(LibvirtCode.NoDomain, "virDomainLookupByUUID", $"no domain with matching uuid '{uuid:D}'")
                : LibvirtException.Last("virDomainCreate");

            // Invalid is what runs already, and what lacks a network that runs.
            if (error.Code is not LibvirtCode.OperationInvalid
                || LibvirtC.DomainGetState(domain.Pointer, out var state, out _, 0) < 0 || state != Running)
            {
                throw error;
            }
        }
    }

    /// <summary>
    /// Saves a domain's memory, and ends it; nothing where it is not there or does not run. Returns when all of the memory is on the disk.
    /// </summary>
    public void Save(Guid uuid) => With(uuid, domain => LibvirtC.DomainManagedSave(domain, 0), "virDomainManagedSave");

    /// <summary>Has a paused domain go on; nothing where it is not there or does not run.</summary>
    public void Resume(Guid uuid) => With(uuid, domain => LibvirtC.DomainResume(domain), "virDomainResume");

    /// <summary>Wakes a domain whose own system has put it to sleep; nothing where it is not there or does not sleep.</summary>
    public void Wake(Guid uuid) => With(uuid, domain => LibvirtC.DomainPmWakeup(domain, 0), "virDomainPMWakeup");

    /// <summary>Ends a domain, as if its plug were pulled; nothing where it is not there or does not run.</summary>
    public void Destroy(Guid uuid) => With(uuid, domain => LibvirtC.DomainDestroy(domain), "virDomainDestroy");

    /// <summary>Has the host forget a domain; nothing where it does not know it.</summary>
    public void Undefine(Guid uuid) => With(uuid, domain => LibvirtC.DomainUndefineFlags(domain, UndefineAll), "virDomainUndefineFlags");

    /// <summary>Names of the networks that libvirt has.</summary>
    public List<string> ListNetworks()
    {
        nint* all;
        var count = Check(LibvirtC.ConnectListAllNetworks(_connection, &all, 0), "virConnectListAllNetworks");
        var networks = Taken(all, count);
        try
        {
            return [.. networks.Select(one => Marshal.PtrToStringUTF8(LibvirtC.NetworkGetName(one))!).Order(StringComparer.Ordinal)];
        }
        finally
        {
            FreeAll(networks, LibvirtC.NetworkFree);
        }
    }

    /// <summary>Whether a network runs; null when there is none of that name.</summary>
    public bool? IsNetworkActive(string name)
    {
        var found = LibvirtC.NetworkLookupByName(_connection, name);
        if (found == 0)
        {
            return Absent(LibvirtCode.NoNetwork, "virNetworkLookupByName") ? null : false;
        }

        using var network = new Handle(found, LibvirtC.NetworkFree);
        return Check(LibvirtC.NetworkIsActive(found), "virNetworkIsActive") == 1;
    }

    /// <summary>Names of the pools, those that do not run included.</summary>
    public List<string> ListPools()
    {
        nint* all;
        var count = Check(LibvirtC.ConnectListAllStoragePools(_connection, &all, 0), "virConnectListAllStoragePools");
        var pools = Taken(all, count);
        try
        {
            return [.. pools.Select(one => Marshal.PtrToStringUTF8(LibvirtC.StoragePoolGetName(one))!).Order(StringComparer.Ordinal)];
        }
        finally
        {
            FreeAll(pools, LibvirtC.StoragePoolFree);
        }
    }

    /// <summary>What a pool is, as XML; null when there is none of that name.</summary>
    public string? DescribePool(string pool)
    {
        using var found = Pool(pool);
        return found.Pointer == 0 ? null : TextOf(LibvirtC.StoragePoolGetXmlDesc(found.Pointer, 0), "virStoragePoolGetXMLDesc");
    }

    /// <summary>Has the host look at a pool's place again; files that were put there by hand are only then known.</summary>
    public void RefreshPool(string pool)
    {
        using var found = NeedPool(pool);
        Check(LibvirtC.StoragePoolRefresh(found.Pointer, 0), "virStoragePoolRefresh");
    }

    /// <summary>Names of the volumes of a pool.</summary>
    public List<string> ListVolumes(string pool)
    {
        using var found = NeedPool(pool);
        nint* all;
        var count = Check(LibvirtC.StoragePoolListAllVolumes(found.Pointer, &all, 0), "virStoragePoolListAllVolumes");
        var volumes = Taken(all, count);
        try
        {
            return [.. volumes.Select(one => Marshal.PtrToStringUTF8(LibvirtC.StorageVolGetName(one))!).Order(StringComparer.Ordinal)];
        }
        finally
        {
            FreeAll(volumes, LibvirtC.StorageVolFree);
        }
    }

    /// <summary>What a volume is, as XML; null when there is none of that name, or no such pool.</summary>
    public string? DescribeVolume(string pool, string name)
    {
        using var found = Pool(pool);
        if (found.Pointer == 0)
        {
            return null;
        }

        using var volume = Volume(found.Pointer, name);
        return volume.Pointer == 0 ? null : TextOf(LibvirtC.StorageVolGetXmlDesc(volume.Pointer, 0), "virStorageVolGetXMLDesc");
    }

    /// <summary>Makes a volume. A name is given out once in a pool.</summary>
    public void CreateVolume(string pool, string xml)
    {
        using var found = NeedPool(pool);
        _ = LibvirtC.StorageVolFree(Check(LibvirtC.StorageVolCreateXml(found.Pointer, xml, 0), "virStorageVolCreateXML"));
    }

    /// <summary>Makes a volume that is a copy of another one.</summary>
    public void CopyVolume(string pool, string xml, string fromPool, string from)
    {
        using var source = NeedPool(fromPool);
        using var original = Volume(source.Pointer, from);
        if (original.Pointer == 0)
        {
            throw new LibvirtException(LibvirtCode.NoVolume, "virStorageVolLookupByName", $"no storage vol with matching name '{from}'");
        }

        using var found = NeedPool(pool);
        _ = LibvirtC.StorageVolFree(
            Check(LibvirtC.StorageVolCreateXmlFrom(found.Pointer, xml, original.Pointer, 0), "virStorageVolCreateXMLFrom"));
    }

    /// <summary>Writes a volume's first bytes.</summary>
    public void WriteVolume(string pool, string name, ReadOnlySpan<byte> bytes)
    {
        using var found = NeedPool(pool);
        using var volume = Volume(found.Pointer, name);
        using var stream = new Handle(Check(LibvirtC.StreamNew(_connection, 0), "virStreamNew"), LibvirtC.StreamFree);
        Check(LibvirtC.StorageVolUpload(volume.Pointer, stream.Pointer, 0, (ulong)bytes.Length, 0), "virStorageVolUpload");
        try
        {
            for (var rest = bytes; !rest.IsEmpty;)
            {
                fixed (byte* at = rest)
                {
                    var chunk = (nuint)Math.Min(rest.Length, ChunkBytes);
                    rest = rest[Check(LibvirtC.StreamSend(stream.Pointer, at, chunk), "virStreamSend")..];
                }
            }
        }
        catch (LibvirtException)
        {
            _ = LibvirtC.StreamAbort(stream.Pointer);
            throw;
        }

        Check(LibvirtC.StreamFinish(stream.Pointer), "virStreamFinish");
    }

    /// <summary>Deletes a volume; nothing where there is none of that name, or no such pool.</summary>
    public void DeleteVolume(string pool, string name)
    {
        using var found = Pool(pool);
        if (found.Pointer == 0)
        {
            return;
        }

        using var volume = Volume(found.Pointer, name);
        if (volume.Pointer != 0 && LibvirtC.StorageVolDelete(volume.Pointer, 0) < 0)
        {
            var error = LibvirtException.Last("virStorageVolDelete");
            if (error.Code is not LibvirtCode.NoVolume)
            {
                throw error;
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>No other call may be under way.</remarks>
    public void Dispose()
    {
        // Off first, so that nothing comes to an object that is gone.
        if (_listener is not null)
        {
            _ = LibvirtC.ConnectUnregisterCloseCallback(_connection, &OnClosed);
        }

        if (_events >= 0)
        {
            _ = LibvirtC.ConnectDomainEventDeregisterAny(_connection, _events);
        }

        _ = LibvirtC.ConnectClose(_connection);

        // The handle is not freed: an event that the loop had begun to tell may still come. It is a few bytes for each that broke.
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnLifecycle(nint connection, nint domain, int what, int detail, nint opaque)
    {
        ((Listener)GCHandle.FromIntPtr(opaque).Target!).OnEvent(UuidOf(domain));
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnClosed(nint connection, int reason, nint opaque) =>
        ((Listener)GCHandle.FromIntPtr(opaque).Target!).OnClosed();

    private static Guid UuidOf(nint domain)
    {
        Span<byte> bytes = stackalloc byte[16];
        fixed (byte* at = bytes)
        {
            Check(LibvirtC.DomainGetUuid(domain, at), "virDomainGetUUID");
        }

        return new(bytes, bigEndian: true);
    }

    private static DomainFact FactOf(nint domain, string? mark)
    {
        Check(LibvirtC.DomainGetState(domain, out var state, out var reason, 0), "virDomainGetState");
        return new(
            UuidOf(domain), Marshal.PtrToStringUTF8(LibvirtC.DomainGetName(domain))!, mark, state, reason,
            state == Running && mark is not null ? AddressesOf(domain) : []);
    }

    private static string? MarkOf(nint domain, string uri)
    {
        var text = LibvirtC.DomainGetMetadata(domain, MetadataElement, uri, 0);
        return text == 0 && Absent(LibvirtCode.NoMetadata, "virDomainGetMetadata") ? null : TextOf(text, "virDomainGetMetadata");
    }

    private static List<string> AddressesOf(nint domain)
    {
        NetworkInterfaces(domain, out var interfaces, out var count);
        var addresses = new List<string>();
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < interfaces[i]->Count; j++)
            {
                addresses.Add(Marshal.PtrToStringUTF8(interfaces[i]->Addresses[j].Text)!);
            }

            LibvirtC.DomainInterfaceFree(interfaces[i]);
        }

        NativeMemory.Free(interfaces);
        return addresses;
    }

    private static void NetworkInterfaces(nint domain, out LibvirtC.NetworkInterface** interfaces, out int count)
    {
        LibvirtC.NetworkInterface** all = null;
        count = LibvirtC.DomainInterfaceAddresses(domain, &all, FromLeases, 0);
        interfaces = all;
        if (count >= 0)
        {
            return;
        }

        // It ended meanwhile, or this kind of host leases nothing: then it has no address that is known, and is an instance all the same.
        var error = LibvirtException.Last("virDomainInterfaceAddresses");
        count = error.Code is LibvirtCode.OperationInvalid or LibvirtCode.NoSupport or LibvirtCode.OperationUnsupported ? 0 : throw error;
    }

    private static nint[] Taken(nint* all, int count)
    {
        var taken = new Span<nint>(all, count).ToArray();
        NativeMemory.Free(all);
        return taken;
    }

    private static void FreeAll(nint[] all, Func<nint, int> free)
    {
        foreach (var one in all)
        {
            free(one);
        }
    }

    private static string TextOf(nint text, string call)
    {
        Check(text, call);
        try
        {
            return Marshal.PtrToStringUTF8(text)!;
        }
        finally
        {
            NativeMemory.Free((void*)text);
        }
    }

    private static int Check(int result, string call) => result < 0 ? throw LibvirtException.Last(call) : result;

    private static nint Check(nint result, string call) => result == 0 ? throw LibvirtException.Last(call) : result;

    /// <summary>Whether the last call failed for want of what it asked for; throws where it failed otherwise.</summary>
    private static bool Absent(int code, string call) =>
        LibvirtException.Last(call) is var error && error.Code == code ? true : throw error;

    private Handle Lookup(Guid uuid)
    {
        Span<byte> bytes = stackalloc byte[16];
        uuid.TryWriteBytes(bytes, bigEndian: true, out _);
        fixed (byte* at = bytes)
        {
            var found = LibvirtC.DomainLookupByUuid(_connection, at);
            return found == 0 && Absent(LibvirtCode.NoDomain, "virDomainLookupByUUID")
                ? new(0, static _ => 0)
                : new(found, LibvirtC.DomainFree);
        }
    }

    private void With(Guid uuid, Func<nint, int> act, string call)
    {
        using var domain = Lookup(uuid);
        if (domain.Pointer != 0 && act(domain.Pointer) < 0)
        {
            var error = LibvirtException.Last(call);
            if (error.Code is not (LibvirtCode.NoDomain or LibvirtCode.OperationInvalid))
            {
                throw error;
            }
        }
    }

    private Handle Pool(string name)
    {
        var found = LibvirtC.StoragePoolLookupByName(_connection, name);
        return found == 0 && Absent(LibvirtCode.NoPool, "virStoragePoolLookupByName")
            ? new(0, static _ => 0)
            : new(found, LibvirtC.StoragePoolFree);
    }

    private Handle NeedPool(string name) => Pool(name) is { Pointer: not 0 } found
        ? found
        : throw new LibvirtException(
            LibvirtCode.NoPool, "virStoragePoolLookupByName", $"Storage pool not found: no storage pool with matching name '{name}'");

    private static Handle Volume(nint pool, string name)
    {
        var found = LibvirtC.StorageVolLookupByName(pool, name);
        return found == 0 && Absent(LibvirtCode.NoVolume, "virStorageVolLookupByName")
            ? new(0, static _ => 0)
            : new(found, LibvirtC.StorageVolFree);
    }

    /// <summary>Who hears what happens.</summary>
    private sealed record Listener(Action<Guid> OnEvent, Action OnClosed);
}
