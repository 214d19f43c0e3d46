using Muster.Simulators.Gce;
using Muster.Simulators.Gce.Machines;
using Muster.Simulators.Gce.Settings;

namespace Muster.Cli.Simulating;

/// <summary>A simulated Compute Engine with one project and a service account, whose key is made anew at each start.</summary>
internal sealed class SimulatedGce : SimulatedCloud
{
    /// <summary>The kind.</summary>
    public const string Kind = "gce";

    private const string Region = "us-central1", EndpointGroup = "web";

    private readonly GceSimulator _simulator;
    private readonly string _keyFile, _tokenFile, _project;

    private SimulatedGce(GceSimulator simulator, string data, string keyFile, string tokenFile, string project)
        : base(simulator, Kind, data) => (_simulator, _keyFile, _tokenFile, _project) = (simulator, keyFile, tokenFile, project);

    /// <inheritdoc/>
    public override string Title => "Google Compute Engine";

    /// <inheritdoc/>
    public override string Url => _simulator.Endpoint.ToString();

    /// <inheritdoc/>
    public override IReadOnlyDictionary<(string Call, int Status), int> Calls => _simulator.Calls;

    /// <inheritdoc/>
    public override string Template =>
        $"--image {Catalogue.Image} --size {Catalogue.MachineType} --option image_project={Catalogue.ImageProject}";

    /// <inheritdoc/>
    public override string Members => $"backend={EndpointGroup},port=80";

    /// <inheritdoc/>
    public override string OtherClient =>
        $"""
        The gcloud program can see them too:
          export CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE={Url} CLOUDSDK_CORE_PROJECT={_project}
          export CLOUDSDK_AUTH_ACCESS_TOKEN_FILE='{_tokenFile}'
          gcloud compute instances list
          gcloud compute network-endpoint-groups list-network-endpoints {EndpointGroup} --zone {Region}-a
        """;

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, string Value)> Options =>
    [
        ("region", Region), ("credentials_file", _keyFile), ("endpoint", Url),
        ("resource_manager_endpoint", _simulator.Url.ToString()),
    ];

    /// <summary>Starts it on any free port of this machine.</summary>
    public static async Task<SimulatedCloud> StartAsync(string data, SimulatedBehaviour behaviour, TimeProvider timeProvider)
    {
        var directory = MakeDirectory(data, Kind);
        var (keyFile, tokenFile) = (Path.Combine(directory, "key.json"), Path.Combine(directory, "access-token"));
        var options = behaviour.Of(new GceSimulatorOptions { EndpointGroups = [EndpointGroup] });
        var simulator = await GceSimulator.StartAsync(options, timeProvider);
        try
        {
            // Both name this process: the key by the address where its tokens are.
            File.Delete(keyFile);
            File.Delete(tokenFile);
            WriteSecret(keyFile, simulator.AddServiceAccount("muster").KeyFile(options.Project, simulator.TokenUrl));
            WriteSecret(tokenFile, simulator.MakeToken());
            return new SimulatedGce(simulator, data, keyFile, tokenFile, options.Project);
        }
        catch
        {
            await simulator.DisposeAsync();
            throw;
        }
    }
}
