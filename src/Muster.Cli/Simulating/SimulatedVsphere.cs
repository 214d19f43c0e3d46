using System.Security.Cryptography;

using Muster.Simulators.Vsphere;
using Muster.Simulators.Vsphere.Machines;
using Muster.Simulators.Vsphere.Settings;

namespace Muster.Cli.Simulating;

/// <summary>
/// A simulated vCenter with a user. The password stays, so that clients which know it need not be told anew.
/// </summary>
internal sealed class SimulatedVsphere : SimulatedCloud
{
    /// <summary>The kind.</summary>
    public const string Kind = "vsphere";

    private const string User = "muster@vsphere.local";
    private const int PasswordBytes = 16;

    private readonly VsphereSimulator _simulator;
    private readonly string _passwordFile;

    private SimulatedVsphere(VsphereSimulator simulator, string data, string passwordFile)
        : base(simulator, Kind, data) => (_simulator, _passwordFile) = (simulator, passwordFile);

    /// <inheritdoc/>
    public override string Title => "vCenter";

    /// <inheritdoc/>
    public override string Url => _simulator.Url.ToString();

    /// <inheritdoc/>
    public override IReadOnlyDictionary<(string Call, int Status), int> Calls => _simulator.Calls;

    /// <inheritdoc/>
    public override string Template => $"--image {VsphereCatalogue.Image} --size 1cpu,1g";

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, string Value)> Options =>
    [
        ("url", Url), ("user", User), ("password_file", _passwordFile), ("datacenter", VsphereCatalogue.Datacenter),
        ("folder", VsphereCatalogue.Folder),
    ];

    /// <summary>Starts it on any free port of this machine.</summary>
    public static async Task<SimulatedCloud> StartAsync(string data, SimulatedBehaviour behaviour, TimeProvider timeProvider)
    {
        var passwordFile = Path.Combine(MakeDirectory(data, Kind), "password");
        var simulator = await VsphereSimulator.StartAsync(behaviour.Of(new VsphereSimulatorOptions()), timeProvider);
        try
        {
            WriteSecret(passwordFile, $"{RandomNumberGenerator.GetHexString(PasswordBytes * 2, lowercase: true)}\n");
            simulator.AddUser(User, (await File.ReadAllTextAsync(passwordFile)).Trim());
            return new SimulatedVsphere(simulator, data, passwordFile);
        }
        catch
        {
            await simulator.DisposeAsync();
            throw;
        }
    }
}
