using Muster.Simulators.Libvirt;
using Muster.Simulators.Libvirt.Settings;

namespace Muster.Cli.Simulating;

/// <summary>A simulated host with libvirt: its domains are records. libvirt's own library speaks to it.</summary>
internal sealed class SimulatedLibvirt : SimulatedCloud
{
    /// <summary>The kind.</summary>
    public const string Kind = "libvirt";

    private const int DirectoryMax = 90;

    private readonly LibvirtSimulator _simulator;

    private SimulatedLibvirt(LibvirtSimulator simulator, string data)
        : base(simulator, Kind, data) => _simulator = simulator;

    /// <inheritdoc/>
    public override string Title => "host with libvirt";

    /// <inheritdoc/>
    public override string Url => _simulator.Uri;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<(string Call, int Status), int> Calls => _simulator.Calls;

    /// <inheritdoc/>
    public override string Template => $"--image {Catalogue.Image} --size cpu=1,memory=1g";

    /// <inheritdoc/>
    public override string OtherClient =>
        $"""
        Any other client of libvirt can see them too, such as virsh (apt-get install libvirt-clients):
          virsh --connect '{Url}' list --all
        """;

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, string Value)> Options => [("uri", Url)];

    /// <summary>Starts it on sockets in its own directory.</summary>
    public static Task<SimulatedCloud> StartAsync(string data, SimulatedBehaviour behaviour, TimeProvider timeProvider)
    {
        var directory = MakeDirectory(data, Kind);
        if (directory.Length > DirectoryMax)
        {
            // The system takes no longer paths of sockets.
            directory = Directory.CreateTempSubdirectory("muster-libvirt-").FullName;
        }

        return Task.FromResult<SimulatedCloud>(new SimulatedLibvirt(
            LibvirtSimulator.Start(directory, behaviour.Of(new LibvirtSimulatorOptions()), timeProvider), data));
    }
}
