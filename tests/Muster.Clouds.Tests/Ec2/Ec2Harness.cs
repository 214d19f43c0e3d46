using System.Collections.Immutable;

using Muster.Clouds.Conformance;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;
using Muster.Simulators.Ec2;
using Muster.Simulators.Ec2.Machines;
using Muster.Simulators.Ec2.Settings;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.Ec2;

/// <summary>A simulated EC2 with one access key, and an ec2 cloud that signs with it.</summary>
internal sealed class Ec2Harness : CloudHarness
{
    public const string KeyId = "AKIAIOSFODNN7EXAMPLE", Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("muster-ec2-");
    private ICloud? _cloud;

    private Ec2Harness(Ec2Simulator simulator, Ec2SimulatorOptions options)
    {
        (Simulator, Options) = (simulator, options);
        simulator.AddKey(KeyId, Secret);
    }

    public Ec2Simulator Simulator { get; }

    public Ec2SimulatorOptions Options { get; }

    public string Root => _directory.FullName;

    public override ICloud Cloud => _cloud!;

    public override IRandomSource Random { get; } = new SystemRandomSource();

    /// <summary>The simulator's, which is known; of the real EC2 nobody knows it.</summary>
    public override TimeSpan ListingLagMax => Options.Lag * 2;

    public static async Task<Ec2Harness> StartAsync(
        Action<Ec2SimulatorOptions>? configure = null, params (string Name, string Value)[] cloudOptions)
    {
        var options = new Ec2SimulatorOptions { PerSecond = 0 };
        configure?.Invoke(options);
        var harness = new Ec2Harness(await Ec2Simulator.StartAsync(options, TimeProvider.System), options);
        harness._cloud = harness.Open(cloudOptions);
        return harness;
    }

    /// <summary>Another connection to the same EC2; options given here win.</summary>
    public ICloud Open(params (string Name, string Value)[] options) => Open(_ => { }, options);

    /// <inheritdoc cref="Open((string, string)[])"/>
    /// <param name="say">Gets what it says.</param>
    /// <param name="options">Options.</param>
    public ICloud Open(Action<string> say, params (string Name, string Value)[] options)
    {
        var all = new Dictionary<string, string>
        {
            ["region"] = Ec2Catalogue.Region,
            ["url"] = Simulator.Url.ToString(),
            ["credentials_file"] = CredentialsFile("good", KeyId, Secret),
        };
        foreach (var (name, value) in options)
        {
            all[name] = value;
        }

        return Opened.Now("ec2", new()
        {
            Name = "east",
            DataDirectory = _directory.FullName,
            Options = all.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Say = say,
            Time = TimeProvider.System,
            Random = Random,
        });
    }

    /// <summary>A credentials file with one key.</summary>
    public string CredentialsFile(string name, string id, string secret) =>
        WriteFile(name, $"[default]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n");

    /// <summary>A file of its owner alone.</summary>
    public string WriteFile(string name, string text)
    {
        var path = Path.Combine(Root, name);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    public override Template GoodTemplate() =>
        Local.Requests.Template(Ec2Catalogue.Image) with { Cloud = "east", Size = Ec2Catalogue.Type };

    public override Template BadImageTemplate() => GoodTemplate() with { Image = "ami-00000000000000bad" };

    public LaunchRequest Request() => Local.Requests.Make(GoodTemplate()) with { Name = $"web-{Random.NextId():N}" };

    public async Task<Instance[]> ListAsync()
    {
        var listed = new List<Instance>();
        await foreach (var page in Cloud.ListAsync(new(Local.Requests.Installation), TestContext.Current.CancellationToken))
        {
            listed.AddRange(page.Instances);
        }

        return [.. listed];
    }

    public override Hand? Killing => (instance, _) => SetAsync(
        instance, "stopped", "Client.InstanceInitiatedShutdown", "Client.InstanceInitiatedShutdown: Instance initiated shutdown");

    public override Hand? Stopping => async (instance, _) =>
    {
        await SetAsync(instance, "stopping", "Client.UserInitiatedShutdown", "Client.UserInitiatedShutdown: User initiated shutdown");
        await SetAsync(instance, "stopped", "Client.UserInitiatedShutdown", "Client.UserInitiatedShutdown: User initiated shutdown");
    };

    public override Hand? Deleting => (instance, _) => SetAsync(
        instance, "terminated", "Client.UserInitiatedShutdown", "Client.UserInitiatedShutdown: User initiated shutdown");

    public override NoticeHand? GivingNotice => (instance, at, _) =>
    {
        Simulator.Instances.Mark(instance.Id.Value, at - TimeSpan.FromMinutes(2));
        return Task.CompletedTask;
    };

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

    public override Func<ICloud>? OpenWithWrongCredential =>
        () => Open(("credentials_file", CredentialsFile("wrong", KeyId, "not/the/secret")));

    public override Func<InstallationId, CancellationToken, Task<ImmutableArray<string>>>? LookingForLeftovers => (installation, _) =>
        Task.FromResult<ImmutableArray<string>>(
        [
            .. Simulator.Instances.Alive
                .Where(instance => instance.Tags.GetValueOrDefault(MusterTags.Installation) == installation.ToString())
                .Select(instance => instance.Id),
            .. Simulator.Instances.Parts.Keys,
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

    private Task SetAsync(Instance instance, string state, string code, string message)
    {
        Simulator.Instances.SetState(instance.Id.Value, state, code, message);
        return Task.CompletedTask;
    }
}
