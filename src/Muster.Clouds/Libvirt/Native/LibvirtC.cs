using System.Runtime.InteropServices;

namespace Muster.Clouds.Libvirt.Native;

/// <summary>The calls of libvirt's library that are made, to the letter: https://libvirt.org/html/index.html.</summary>
/// <remarks>
/// Those that return a number fail below zero, those that return a pointer at zero; <see cref="LibvirtException.Last"/> then says why, on
/// the same thread. Pointers to text that are not said to be the library's own are the caller's to free.
/// </remarks>
internal static unsafe partial class LibvirtC
{
    private const string Library = LibvirtLibrary.Name;

    [LibraryImport(Library, EntryPoint = "virInitialize")]
    public static partial int Initialize();

    [LibraryImport(Library, EntryPoint = "virGetLastError")]
    public static partial nint GetLastError();

    [LibraryImport(Library, EntryPoint = "virSetErrorFunc")]
    public static partial void SetErrorFunc(nint userData, delegate* unmanaged[Cdecl]<nint, nint, void> handler);

    [LibraryImport(Library, EntryPoint = "virEventRegisterDefaultImpl")]
    public static partial int EventRegisterDefaultImpl();

    [LibraryImport(Library, EntryPoint = "virEventRunDefaultImpl")]
    public static partial int EventRunDefaultImpl();

    [LibraryImport(Library, EntryPoint = "virEventAddTimeout")]
    public static partial int EventAddTimeout(
        int milliseconds, delegate* unmanaged[Cdecl]<int, nint, void> callback, nint opaque, delegate* unmanaged[Cdecl]<nint, void> free);

    [LibraryImport(Library, EntryPoint = "virConnectOpen", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint ConnectOpen(string uri);

    [LibraryImport(Library, EntryPoint = "virConnectClose")]
    public static partial int ConnectClose(nint connection);

    [LibraryImport(Library, EntryPoint = "virConnectIsAlive")]
    public static partial int ConnectIsAlive(nint connection);

    [LibraryImport(Library, EntryPoint = "virConnectSetKeepAlive")]
    public static partial int ConnectSetKeepAlive(nint connection, int intervalSeconds, uint count);

    [LibraryImport(Library, EntryPoint = "virConnectGetLibVersion")]
    public static partial int ConnectGetLibVersion(nint connection, out nuint version);

    [LibraryImport(Library, EntryPoint = "virConnectGetHostname")]
    public static partial nint ConnectGetHostname(nint connection);

    [LibraryImport(Library, EntryPoint = "virConnectGetCapabilities")]
    public static partial nint ConnectGetCapabilities(nint connection);

    [LibraryImport(Library, EntryPoint = "virConnectNumOfDomains")]
    public static partial int ConnectNumOfDomains(nint connection);

    [LibraryImport(Library, EntryPoint = "virNodeGetInfo")]
    public static partial int NodeGetInfo(nint connection, out NodeInfo info);

    [LibraryImport(Library, EntryPoint = "virConnectListAllDomains")]
    public static partial int ConnectListAllDomains(nint connection, nint** domains, uint flags);

    [LibraryImport(Library, EntryPoint = "virConnectListAllNetworks")]
    public static partial int ConnectListAllNetworks(nint connection, nint** networks, uint flags);

    [LibraryImport(Library, EntryPoint = "virConnectListAllStoragePools")]
    public static partial int ConnectListAllStoragePools(nint connection, nint** pools, uint flags);

    [LibraryImport(Library, EntryPoint = "virConnectDomainEventRegisterAny")]
    public static partial int ConnectDomainEventRegisterAny(
        nint connection, nint domain, int eventId, delegate* unmanaged[Cdecl]<nint, nint, int, int, nint, int> callback, nint opaque,
        delegate* unmanaged[Cdecl]<nint, void> free);

    [LibraryImport(Library, EntryPoint = "virConnectDomainEventDeregisterAny")]
    public static partial int ConnectDomainEventDeregisterAny(nint connection, int callbackId);

    [LibraryImport(Library, EntryPoint = "virConnectRegisterCloseCallback")]
    public static partial int ConnectRegisterCloseCallback(
        nint connection, delegate* unmanaged[Cdecl]<nint, int, nint, void> callback, nint opaque,
        delegate* unmanaged[Cdecl]<nint, void> free);

    [LibraryImport(Library, EntryPoint = "virConnectUnregisterCloseCallback")]
    public static partial int ConnectUnregisterCloseCallback(
        nint connection, delegate* unmanaged[Cdecl]<nint, int, nint, void> callback);

    [LibraryImport(Library, EntryPoint = "virDomainLookupByUUID")]
    public static partial nint DomainLookupByUuid(nint connection, byte* uuid);

    [LibraryImport(Library, EntryPoint = "virDomainGetUUID")]
    public static partial int DomainGetUuid(nint domain, byte* uuid);

    /// <summary>The name; the library's own.</summary>
    [LibraryImport(Library, EntryPoint = "virDomainGetName")]
    public static partial nint DomainGetName(nint domain);

    [LibraryImport(Library, EntryPoint = "virDomainFree")]
    public static partial int DomainFree(nint domain);

    [LibraryImport(Library, EntryPoint = "virDomainGetState")]
    public static partial int DomainGetState(nint domain, out int state, out int reason, uint flags);

    [LibraryImport(Library, EntryPoint = "virDomainGetMetadata", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint DomainGetMetadata(nint domain, int type, string uri, uint flags);

    [LibraryImport(Library, EntryPoint = "virDomainGetXMLDesc")]
    public static partial nint DomainGetXmlDesc(nint domain, uint flags);

    [LibraryImport(Library, EntryPoint = "virDomainCreate")]
    public static partial int DomainCreate(nint domain);

    [LibraryImport(Library, EntryPoint = "virDomainDefineXML", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint DomainDefineXml(nint connection, string xml);

    [LibraryImport(Library, EntryPoint = "virDomainShutdown")]
    public static partial int DomainShutdown(nint domain);

    [LibraryImport(Library, EntryPoint = "virDomainManagedSave")]
    public static partial int DomainManagedSave(nint domain, uint flags);

    [LibraryImport(Library, EntryPoint = "virDomainResume")]
    public static partial int DomainResume(nint domain);

    [LibraryImport(Library, EntryPoint = "virDomainPMWakeup")]
    public static partial int DomainPmWakeup(nint domain, uint flags);

    [LibraryImport(Library, EntryPoint = "virDomainDestroy")]
    public static partial int DomainDestroy(nint domain);

    [LibraryImport(Library, EntryPoint = "virDomainUndefineFlags")]
    public static partial int DomainUndefineFlags(nint domain, uint flags);

    [LibraryImport(Library, EntryPoint = "virDomainInterfaceAddresses")]
    public static partial int DomainInterfaceAddresses(nint domain, NetworkInterface*** interfaces, uint source, uint flags);

    [LibraryImport(Library, EntryPoint = "virDomainInterfaceFree")]
    public static partial void DomainInterfaceFree(NetworkInterface* one);

    [LibraryImport(Library, EntryPoint = "virNetworkLookupByName", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint NetworkLookupByName(nint connection, string name);

    [LibraryImport(Library, EntryPoint = "virNetworkIsActive")]
    public static partial int NetworkIsActive(nint network);

    /// <summary>The name; the library's own.</summary>
    [LibraryImport(Library, EntryPoint = "virNetworkGetName")]
    public static partial nint NetworkGetName(nint network);

    [LibraryImport(Library, EntryPoint = "virNetworkFree")]
    public static partial int NetworkFree(nint network);

    [LibraryImport(Library, EntryPoint = "virStoragePoolLookupByName", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint StoragePoolLookupByName(nint connection, string name);

    /// <summary>The name; the library's own.</summary>
    [LibraryImport(Library, EntryPoint = "virStoragePoolGetName")]
    public static partial nint StoragePoolGetName(nint pool);

    [LibraryImport(Library, EntryPoint = "virStoragePoolGetXMLDesc")]
    public static partial nint StoragePoolGetXmlDesc(nint pool, uint flags);

    [LibraryImport(Library, EntryPoint = "virStoragePoolRefresh")]
    public static partial int StoragePoolRefresh(nint pool, uint flags);

    [LibraryImport(Library, EntryPoint = "virStoragePoolListAllVolumes")]
    public static partial int StoragePoolListAllVolumes(nint pool, nint** volumes, uint flags);

    [LibraryImport(Library, EntryPoint = "virStoragePoolFree")]
    public static partial int StoragePoolFree(nint pool);

    [LibraryImport(Library, EntryPoint = "virStorageVolLookupByName", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint StorageVolLookupByName(nint pool, string name);

    /// <summary>The name; the library's own.</summary>
    [LibraryImport(Library, EntryPoint = "virStorageVolGetName")]
    public static partial nint StorageVolGetName(nint volume);

    [LibraryImport(Library, EntryPoint = "virStorageVolGetXMLDesc")]
    public static partial nint StorageVolGetXmlDesc(nint volume, uint flags);

    [LibraryImport(Library, EntryPoint = "virStorageVolCreateXML", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint StorageVolCreateXml(nint pool, string xml, uint flags);

    [LibraryImport(Library, EntryPoint = "virStorageVolCreateXMLFrom", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint StorageVolCreateXmlFrom(nint pool, string xml, nint source, uint flags);

    [LibraryImport(Library, EntryPoint = "virStorageVolUpload")]
    public static partial int StorageVolUpload(nint volume, nint stream, ulong offset, ulong length, uint flags);

    [LibraryImport(Library, EntryPoint = "virStorageVolDelete")]
    public static partial int StorageVolDelete(nint volume, uint flags);

    [LibraryImport(Library, EntryPoint = "virStorageVolFree")]
    public static partial int StorageVolFree(nint volume);

    [LibraryImport(Library, EntryPoint = "virStreamNew")]
    public static partial nint StreamNew(nint connection, uint flags);

    [LibraryImport(Library, EntryPoint = "virStreamSend")]
    public static partial int StreamSend(nint stream, byte* data, nuint length);

    [LibraryImport(Library, EntryPoint = "virStreamFinish")]
    public static partial int StreamFinish(nint stream);

    [LibraryImport(Library, EntryPoint = "virStreamAbort")]
    public static partial int StreamAbort(nint stream);

    [LibraryImport(Library, EntryPoint = "virStreamFree")]
    public static partial int StreamFree(nint stream);

    /// <summary><c>virNodeInfo</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct NodeInfo
    {
        private fixed byte _model[32];

        /// <summary>KiB; an <c>unsigned long</c>.</summary>
        public nuint MemoryKib;

        /// <summary>Processors.</summary>
        public uint Cpus;

        private uint _mhz, _nodes, _sockets, _cores, _threads;
    }

    /// <summary><c>virDomainInterface</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct NetworkInterface
    {
        private nint _name, _hardwareAddress;

        /// <summary>How many addresses.</summary>
        public uint Count;

        /// <summary>The addresses.</summary>
        public NetworkAddress* Addresses;
    }

    /// <summary><c>virDomainIPAddress</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct NetworkAddress
    {
        private int _type;

        /// <summary>The address, in text.</summary>
        public nint Text;

        private uint _prefix;
    }
}
