using System.Collections.Immutable;

using Muster.Clouds.Conformance;
using Muster.Clouds.Tests.Simulated;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;
using Muster.Simulators.Azure;
using Muster.Simulators.Azure.Machines;
using Muster.Simulators.Azure.Settings;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.Azure;

/// <summary>A simulated Azure, and an azure cloud that proves itself with the application's secret.</summary>
internal sealed class AzureHarness : SimulatedHarness
{
    /// <summary>A key that nobody has the private half of.</summary>
    public const string PublicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKHEChAwQVgbSLFv2WvOUZ8ujL0Ta1wlV4nJWJDCKdOM nobody";

    private AzureHarness(AzureSimulator simulator, AzureSimulatorOptions options)
        : base("azure", "west", simulator, options, TimeProvider.System)
    {
        (Simulator, Options) = (simulator, options);
        AuthoritiesFile = Write("ca.pem", simulator.CertificatePem);
        SecretFile = Write("secret", simulator.Secret);
    }

    public AzureSimulator Simulator { get; }

    public AzureSimulatorOptions Options { get; }

    public string AuthoritiesFile { get; }

    public string SecretFile { get; }

    public static async Task<AzureHarness> StartAsync(
        Action<AzureSimulatorOptions>? configure = null, params (string Name, string Value)[] cloudOptions)
    {
        var options = new AzureSimulatorOptions { PerSecond = 0 };
        configure?.Invoke(options);
        var harness = new AzureHarness(await AzureSimulator.StartAsync(options, TimeProvider.System), options);
        harness.Begin(cloudOptions);
        return harness;
    }

    protected override IEnumerable<(string Name, string Value)> CloudOptions =>
    [
        ("subscription_id", Simulator.Subscription), ("resource_group", AzureSimulator.ResourceGroup), ("location", Catalogue.Location),
        ("tenant_id", Simulator.Tenant), ("client_id", Simulator.Client), ("client_secret_file", SecretFile),
        ("endpoint", Simulator.Url.ToString()), ("authority", Simulator.Url.ToString()), ("ca_file", AuthoritiesFile),
    ];

    /// <summary>Without a zone in the request, an instance is put into one of these by its launch.</summary>
    public override Template GoodTemplate() => Local.Requests.Template(Catalogue.Image) with
    {
        Cloud = "west",
        Size = Catalogue.Size,
        Networks = [Catalogue.Subnet],
        Options = ImmutableSortedDictionary<string, string>.Empty.Add("ssh_public_key", PublicKey).Add("zones", "1 2 3"),
    };

    public override Template BadImageTemplate() => GoodTemplate() with { Image = "canonical:ubuntu-24_04-lts:no-such-sku:latest" };

    public override Hand? Killing => (instance, _) => SetAsync(instance, "Stopped");

    public override Hand? Stopping => (instance, _) => SetAsync(instance, "Deallocated");

    public override Hand? Deleting => (instance, _) =>
    {
        Simulator.Machines.Delete(instance.Id.Value);
        return Task.CompletedTask;
    };

    /// <summary>A lock is looked for once a deletion has met one.</summary>
    public override Hand? Protecting => async (instance, cancellationToken) =>
    {
        Simulator.Machines.SetLock(instance.Id.Value, isLocked: true);
        await Assert.ThrowsAsync<CloudException>(() => Cloud.TerminateAsync(instance.Id, cancellationToken));
    };

    public override Hand? Unprotecting => (instance, _) =>
    {
        Simulator.Machines.SetLock(instance.Id.Value, isLocked: false);
        return Task.CompletedTask;
    };

    public override string WithoutNotice => "the cloud has no notice that others than the instance itself are given";

    public override Func<ICloud>? OpenWithWrongCredential => () => Open(("client_secret_file", Write("wrong", "no such secret")));

    public override Func<InstallationId, CancellationToken, Task<ImmutableArray<string>>>? LookingForLeftovers => (installation, _) =>
        Task.FromResult<ImmutableArray<string>>(
        [
            .. Simulator.Machines.All
                .Where(machine => (string?)machine.Tags[MusterTags.Installation] == installation.ToString())
                .Select(machine => machine.Name),
            .. Simulator.Machines.Parts
                .Where(part => (string?)part.Tags[MusterTags.Installation] == installation.ToString())
                .Select(part => part.Id),
        ]);

    private Task SetAsync(Instance instance, string state)
    {
        Simulator.Machines.SetState(instance.Id.Value, state);
        return Task.CompletedTask;
    }
}
