using Muster.Simulators.Azure;
using Muster.Simulators.Azure.Machines;
using Muster.Simulators.Azure.Settings;
using Muster.Simulators.Triton.Identity;

namespace Muster.Cli.Simulating;

/// <summary>A simulated Azure with an application and its secret. It speaks TLS, with a certificate that lies beside the secret.</summary>
internal sealed class SimulatedAzure : SimulatedCloud
{
    /// <summary>The kind.</summary>
    public const string Kind = "azure";

    // The ids of networks begin with it, and stand in templates, which stay when it is started again.
    private static readonly Guid Subscription = new("5e1ec7ed-0000-4000-8000-000000000000");

    private readonly AzureSimulator _simulator;
    private readonly string _directory;

    private SimulatedAzure(AzureSimulator simulator, string data, string directory)
        : base(simulator, Kind, data) => (_simulator, _directory) = (simulator, directory);

    /// <inheritdoc/>
    public override string Title => "Azure";

    /// <inheritdoc/>
    public override string Url => _simulator.Url.ToString().TrimEnd('/');

    /// <inheritdoc/>
    public override IReadOnlyDictionary<(string Call, int Status), int> Calls => _simulator.Calls;

    /// <inheritdoc/>
    public override string Template => $"--image {Catalogue.Image} --size {Catalogue.Size} --network {Catalogue.Subnet}";

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, string Value)> Options =>
    [
        ("subscription_id", _simulator.Subscription), ("resource_group", AzureSimulator.ResourceGroup), ("location", Catalogue.Location),
        ("tenant_id", _simulator.Tenant), ("client_id", _simulator.Client), ("client_secret_file", SecretFile(_directory)),
        ("endpoint", Url), ("authority", Url), ("ca_file", AuthorityFile(_directory)), ("ssh_public_key_file", KeyFile(_directory)),
    ];

    /// <summary>Starts it on any free port of this machine.</summary>
    public static async Task<SimulatedCloud> StartAsync(string data, SimulatedBehaviour behaviour, TimeProvider timeProvider)
    {
        var directory = MakeDirectory(data, Kind);
        var options = behaviour.Of(new AzureSimulatorOptions { Subscription = Subscription });
        var simulator = await AzureSimulator.StartAsync(options, timeProvider);
        try
        {
            WriteSecret(SecretFile(directory), simulator.Secret);
            simulator.Secret = await File.ReadAllTextAsync(SecretFile(directory));
            await File.WriteAllTextAsync(AuthorityFile(directory), simulator.CertificatePem);
            if (!File.Exists(KeyFile(directory)))
            {
                // Nobody logs in to a record: the private half is kept nowhere.
                await File.WriteAllTextAsync(KeyFile(directory), $"{ThrowAwayKey.Make("muster").PublicLine}\n");
            }

            return new SimulatedAzure(simulator, data, directory);
        }
        catch
        {
            await simulator.DisposeAsync();
            throw;
        }
    }

    private static string SecretFile(string directory) => Path.Combine(directory, "client-secret");

    private static string AuthorityFile(string directory) => Path.Combine(directory, "ca.pem");

    private static string KeyFile(string directory) => Path.Combine(directory, "id_rsa.pub");
}
