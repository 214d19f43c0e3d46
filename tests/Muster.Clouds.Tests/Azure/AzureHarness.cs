using System.Collections.Immutable;

using Muster.Clouds.Conformance;
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
internal sealed class AzureHarness : CloudHarness
{
    /// <summary>A key that nobody has the private half of.</summary>
    public const string PublicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKHEChAwQVgbSLFv2WvOUZ8ujL0Ta1wlV4nJWJDCKdOM nobody";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("muster-azure-");
    private ICloud? _cloud;

    private AzureHarness(AzureSimulator simulator, AzureSimulatorOptions options)
    {
        (Simulator, Options) = (simulator, options);
        AuthoritiesFile = Write("ca.pem", simulator.CertificatePem);
        SecretFile = Write("secret", simulator.Secret);
    }

    public AzureSimulator Simulator { get; }

    public AzureSimulatorOptions Options { get; }

    public string AuthoritiesFile { get; }

    public string SecretFile { get; }

    public override ICloud Cloud => _cloud!;

    public override IRandomSource Random { get; } = new SystemRandomSource();

    /// <summary>The simulator's, which is known; of the real one nobody knows it.</summary>
    public override TimeSpan ListingLagMax => Options.Lag * 2;

    public static async Task<AzureHarness> StartAsync(
        Action<AzureSimulatorOptions>? configure = null, params (string Name, string Value)[] cloudOptions)
    {
        var options = new AzureSimulatorOptions { PerSecond = 0 };
        configure?.Invoke(options);
        var harness = new AzureHarness(await AzureSimulator.StartAsync(options, TimeProvider.System), options);
        harness._cloud = harness.Open(cloudOptions);
        return harness;
    }

    /// <summary>Another connection to the same Azure; options given here win, and an empty one is left out.</summary>
    public ICloud Open(params (string Name, string Value)[] options) => Open(_ => { }, options);

    /// <inheritdoc cref="Open((string, string)[])"/>
    /// <param name="say">Gets what it says.</param>
    /// <param name="options">Options.</param>
    public ICloud Open(Action<string> say, params (string Name, string Value)[] options) =>
        Opened.Now("azure", Setup(options) with { Say = say });

    public Muster.Clouds.Kit.CloudSetup Setup(params (string Name, string Value)[] options)
    {
        var all = new Dictionary<string, string>
        {
            ["subscription_id"] = Simulator.Subscription,
            ["resource_group"] = AzureSimulator.ResourceGroup,
            ["location"] = Catalogue.Location,
            ["tenant_id"] = Simulator.Tenant,
            ["client_id"] = Simulator.Client,
            ["client_secret_file"] = SecretFile,
            ["endpoint"] = Simulator.Url.ToString(),
            ["authority"] = Simulator.Url.ToString(),
            ["ca_file"] = AuthoritiesFile,
        };
        foreach (var (name, value) in options)
        {
            all[name] = value;
        }

        return new()
        {
            Name = "west",
            DataDirectory = _directory.FullName,
            Options = all.Where(one => one.Value.Length > 0).ToImmutableSortedDictionary(StringComparer.Ordinal),
            Time = TimeProvider.System,
            Random = Random,
        };
    }

    /// <summary>Writes a file that is its owner's alone.</summary>
    public string Write(string name, string text)
    {
        var path = Path.Combine(_directory.FullName, name);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    /// <summary>Without a zone in the request, an instance is put into one of these by its launch.</summary>
    public override Template GoodTemplate() => Local.Requests.Template(Catalogue.Image) with
    {
        Cloud = "west",
        Size = Catalogue.Size,
        Networks = [Catalogue.Subnet],
        Options = ImmutableSortedDictionary<string, string>.Empty.Add("ssh_public_key", PublicKey).Add("zones", "1 2 3"),
    };

    public override Template BadImageTemplate() => GoodTemplate() with { Image = "canonical:ubuntu-24_04-lts:no-such-sku:latest" };

    public LaunchRequest Request() => Local.Requests.Make(GoodTemplate()) with { Name = $"web-{Random.NextId():N}" };

    public async Task<Instance[]> ListAsync(ICloud? cloud = null)
    {
        var listed = new List<Instance>();
        await foreach (var page in (cloud ?? Cloud).ListAsync(new(Local.Requests.Installation), TestContext.Current.CancellationToken))
        {
            listed.AddRange(page.Instances);
        }

        return [.. listed];
    }

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

    /// <summary>Half of what is asked from then on is carried out, and none of it answered.</summary>
    public override Func<CancellationToken, Task>? CuttingOff => _ =>
    {
        Options.Faults = request => request.Number % 2 == 0 ? new Fault.LostAnswer() : new Fault.Reset();
        return Task.CompletedTask;
    };

    public override Task ComeBackAsync(CancellationToken cancellationToken)
    {
        Options.Faults = _ => null;
        return Task.CompletedTask;
    }

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

    public override async ValueTask DisposeAsync()
    {
        if (_cloud is not null)
        {
            await _cloud.DisposeAsync();
        }

        await Simulator.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private Task SetAsync(Instance instance, string state)
    {
        Simulator.Machines.SetState(instance.Id.Value, state);
        return Task.CompletedTask;
    }
}
