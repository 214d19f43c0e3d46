using System.Collections.Immutable;

using Muster.Clouds.Conformance;
using Muster.Clouds.Tests.Simulated;
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
internal sealed class Ec2Harness : SimulatedHarness
{
    public const string KeyId = "AKIAIOSFODNN7EXAMPLE", Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    private Ec2Harness(Ec2Simulator simulator, Ec2SimulatorOptions options, TimeProvider time)
        : base("ec2", "east", simulator, options, time)
    {
        (Simulator, Options) = (simulator, options);
        simulator.AddKey(KeyId, Secret);
    }

    public Ec2Simulator Simulator { get; }

    public Ec2SimulatorOptions Options { get; }

    public static Task<Ec2Harness> StartAsync(
        Action<Ec2SimulatorOptions>? configure = null, params (string Name, string Value)[] cloudOptions) =>
        StartAsync(TimeProvider.System, configure, cloudOptions);

    /// <summary>One whose cloud has a clock of its own: AWS's goes on by itself.</summary>
    public static async Task<Ec2Harness> StartAsync(
        TimeProvider time, Action<Ec2SimulatorOptions>? configure = null, params (string Name, string Value)[] cloudOptions)
    {
        var options = new Ec2SimulatorOptions { PerSecond = 0 };
        configure?.Invoke(options);
        var harness = new Ec2Harness(await Ec2Simulator.StartAsync(options, TimeProvider.System), options, time);
        harness.Begin(cloudOptions);
        return harness;
    }

    /// <summary>The queue in which the simulator tells of changes.</summary>
    public string QueueUrl => new Uri(Simulator.Url, EventQueue.Path).ToString();

    /// <summary>A credentials file with one key.</summary>
    public string CredentialsFile(string name, string id, string secret) =>
        Write(name, $"[default]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n");

    protected override IEnumerable<(string Name, string Value)> CloudOptions =>
    [
        ("region", Ec2Catalogue.Region), ("url", Simulator.Url.ToString()), ("credentials_file", CredentialsFile("good", KeyId, Secret)),
        ("queue_url", QueueUrl),
    ];

    public override Template GoodTemplate() =>
        Local.Requests.Template(Ec2Catalogue.Image) with { Cloud = "east", Size = Ec2Catalogue.Type };

    public override Template SuspendableTemplate() =>
        GoodTemplate() with { Options = GoodTemplate().Options.SetItem("hibernation", "true") };

    public override Template BadImageTemplate() => GoodTemplate() with { Image = "ami-00000000000000bad" };

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

    private Task SetAsync(Instance instance, string state, string code, string message)
    {
        Simulator.Instances.SetState(instance.Id.Value, state, code, message);
        return Task.CompletedTask;
    }
}
