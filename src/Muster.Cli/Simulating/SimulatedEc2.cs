using Muster.Simulators.Ec2;
using Muster.Simulators.Ec2.Machines;
using Muster.Simulators.Ec2.Settings;

namespace Muster.Cli.Simulating;

/// <summary>A simulated EC2 with an access key. The key stays, so that clients which know it need not be told anew.</summary>
internal sealed class SimulatedEc2 : SimulatedCloud
{
    /// <summary>The kind.</summary>
    public const string Kind = "ec2";

    private const string TargetGroup = "web";

    private const string KeyId = "AKIASIMULATED0000000", Secret = "simulated/secret/of/nobody/000000000000";

    private readonly Ec2Simulator _simulator;
    private readonly SimulatedTargetGroup _targets;
    private readonly string _credentialsFile;

    private SimulatedEc2(Ec2Simulator simulator, SimulatedTargetGroup targets, string data, string credentialsFile)
        : base(simulator, Kind, data) => (_simulator, _targets, _credentialsFile) = (simulator, targets, credentialsFile);

    /// <inheritdoc/>
    public override string Title => "EC2";

    /// <inheritdoc/>
    public override string Url => _simulator.Url.ToString().TrimEnd('/');

    /// <inheritdoc/>
    public override IReadOnlyDictionary<(string Call, int Status), int> Calls => _simulator.Calls;

    /// <inheritdoc/>
    public override string Template => $"--image {Ec2Catalogue.Image} --size {Ec2Catalogue.Type}";

    /// <inheritdoc/>
    public override string Members => $"backend={TargetGroup},port=80";

    /// <inheritdoc/>
    public override string OtherClient =>
        $"""
        Any other client of EC2 can see them too, such as the aws program:
          export AWS_SHARED_CREDENTIALS_FILE='{_credentialsFile}'
          export AWS_REGION={Ec2Catalogue.Region} AWS_DEFAULT_REGION={Ec2Catalogue.Region}
          aws --endpoint-url {Url} ec2 describe-instances
          aws --endpoint-url {Url} elbv2 describe-target-health --target-group-arn {_targets.Arn}
        """;

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, string Value)> Options =>
        [("region", Ec2Catalogue.Region), ("url", Url), ("credentials_file", _credentialsFile)];

    /// <summary>Starts it on any free port of this machine.</summary>
    public static async Task<SimulatedCloud> StartAsync(string data, SimulatedBehaviour behaviour, TimeProvider timeProvider)
    {
        var file = Path.Combine(MakeDirectory(data, Kind), "credentials");
        WriteSecret(file, $"[default]\naws_access_key_id = {KeyId}\naws_secret_access_key = {Secret}\n");
        var options = behaviour.Of(new Ec2SimulatorOptions());
        // So that a person who tries it sees the end of a drain.
        var targets = options.Add(
            new(TargetGroup) { DeregistrationDelay = TimeSpan.FromSeconds(20), FirstChecks = TimeSpan.FromSeconds(5) });
        var simulator = await Ec2Simulator.StartAsync(options, timeProvider);
        simulator.AddKey(KeyId, Secret);
        return new SimulatedEc2(simulator, targets, data, file);
    }
}
