using Muster.Simulators.OpenStack;

namespace Muster.Cli.Simulating;

/// <summary>
/// A simulated OpenStack with a project and an application credential. The credential stays, so that clients which know it need not be
/// told anew.
/// </summary>
internal sealed class SimulatedOpenStack : SimulatedCloud
{
    /// <summary>The kind.</summary>
    public const string Kind = "openstack";

    /// <summary>No secret: it opens nothing but what is simulated.</summary>
    private const string Secret = "simulated";

    private const string Id = "21dced0fd20347869b93710d2b98aae0";

    /// <summary>How long a load balancer takes no other change after one: the real one needs a few seconds.</summary>
    private static readonly TimeSpan Balancing = TimeSpan.FromMilliseconds(500);

    private readonly OpenStackSimulator _simulator;
    private readonly string _cloudsFile;

    private SimulatedOpenStack(OpenStackSimulator simulator, string data, string cloudsFile)
        : base(simulator, Kind, data) => (_simulator, _cloudsFile) = (simulator, cloudsFile);

    /// <inheritdoc/>
    public override string Title => "OpenStack";

    /// <inheritdoc/>
    public override string Url => _simulator.IdentityUrl;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<(string Call, int Status), int> Calls => _simulator.Calls;

    /// <inheritdoc/>
    public override string Template => $"--image {Catalogue.Image} --size {Catalogue.Flavor} --network {Catalogue.Network}";

    /// <inheritdoc/>
    public override string Members => $"backend={Catalogue.Pool},port=8080";

    /// <inheritdoc/>
    public override string OtherClient =>
        $"""
        Any other client of OpenStack can see them too, such as the openstack program (apt-get install python3-openstackclient):
          export OS_CLIENT_CONFIG_FILE='{_cloudsFile}' OS_CLOUD=simulated
          openstack server list
          openstack loadbalancer member list {Catalogue.Pool}   (with python3-octaviaclient)
        """;

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, string Value)> Options => [("clouds_file", _cloudsFile), ("listing_lag", "1s")];

    /// <summary>Starts it on any free port of this machine.</summary>
    public static async Task<SimulatedCloud> StartAsync(string data, SimulatedBehaviour behaviour, TimeProvider timeProvider)
    {
        var cloudsFile = Path.Combine(MakeDirectory(data, Kind), "clouds.yaml");
        var options = new OpenStackSimulatorOptions { Balancing = new(Balancing, 0.5) };
        var simulator = await OpenStackSimulator.StartAsync(behaviour.Of(options), timeProvider);
        simulator.AddApplicationCredential(new(Id, Secret, ["member"]));

        // The port is another one at each start.
        File.Delete(cloudsFile);
        WriteSecret(
            cloudsFile,
            $"""
            clouds:
              simulated:
                auth_type: v3applicationcredential
                auth:
                  auth_url: {simulator.IdentityUrl}
                  application_credential_id: {Id}
                  application_credential_secret: {Secret}
                region_name: {Catalogue.Region}

            """);
        return new SimulatedOpenStack(simulator, data, cloudsFile);
    }
}
