using System.Security.Cryptography.X509Certificates;

using Muster.Simulators.Kit;
using Muster.Simulators.Vsphere.Machines;
using Muster.Simulators.Vsphere.Settings;

namespace Muster.Simulators.Vsphere;

/// <summary>A vCenter on this machine: the real protocol over a real socket, and virtual machines that are records.</summary>
public sealed class VsphereSimulator : IAsyncDisposable
{
    private readonly SimulatorHost _host;
    private readonly VsphereServer _server;

    private VsphereSimulator(SimulatorHost host, VsphereServer server, VmPark machines) =>
        (_host, _server, Machines) = (host, server, machines);

    /// <summary>Where its SDK is: <c>http://127.0.0.1:1234/sdk</c>.</summary>
    public Uri Url => new(_host.Url, "sdk");

    /// <summary>The machines, templates included.</summary>
    public VmPark Machines { get; }

    /// <summary>Requests by method, such as <c>CloneVM_Task</c>, and by status.</summary>
    public IReadOnlyDictionary<(string Call, int Status), int> Calls => _server.Calls;

    /// <summary>How many are logged in.</summary>
    public int Sessions => _server.Sessions.Count;

    /// <summary>How many property collectors there are.</summary>
    public int Collectors => _server.Collectors;

    /// <summary>Starts it.</summary>
    /// <param name="options">How it behaves.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="certificate">What it proves itself with; null for plain HTTP.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<VsphereSimulator> StartAsync(
        VsphereSimulatorOptions options, TimeProvider timeProvider, X509Certificate2? certificate = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        VmPark? machines = null;
        VsphereServer? server = null;
        var host = await SimulatorHost.StartAsync(options.Port, certificate, stopping =>
        {
            machines = new(options, timeProvider, stopping);
            AddTemplates(machines, timeProvider.GetUtcNow());
            server = new(options, machines, timeProvider);
            return server.AnswerAsync;
        });
        return new(host, server!, machines!);
    }

    /// <summary>Lets a user in.</summary>
    public void AddUser(string user, string password) => _server.Users[user] = password;

    /// <summary>Ends every session, as vCenter does with those that were silent for half an hour.</summary>
    public void EndSessions() => _server.Sessions.Clear();

    /// <summary>Ends it; a second time does nothing.</summary>
    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private static void AddTemplates(VmPark machines, DateTimeOffset now)
    {
        machines.Add(Template("vm-11", VsphereCatalogue.Image, now, VsphereCatalogue.TemplatesKey, "snapshot-12"));
        machines.Add(Template("vm-13", VsphereCatalogue.PlainImage, now, VsphereCatalogue.VmFolderKey, snapshot: null));
    }

    private static SimulatedVm Template(string key, string name, DateTimeOffset now, string folder, string? snapshot) => new()
    {
        Id = key,
        Name = name,
        Created = now,
        State = "poweredOff",
        InstanceUuid = $"50000000-0000-4000-8000-0000000000{key[^2..]}",
        Folder = folder,
        Host = VsphereCatalogue.EastHosts[0],
        Datastore = VsphereCatalogue.SsdKey,
        Networks = [VsphereCatalogue.NetworkKey],
        IsTemplate = true,
        Snapshot = snapshot,
    };
}
