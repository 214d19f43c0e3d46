using Muster.Core.Options;
using Muster.Core.Traffic;
using Muster.Traffic.Kit;

namespace Muster.Traffic.Balancers;

/// <summary>Load balancers of a cloud's own, over the cloud's own API and with its own credential.</summary>
public sealed class CloudTrafficKind : ITrafficKind
{
    private static readonly ConfigOption<string?> Cloud = Option.RequiredText(
        "cloud", "the `[[cloud]]` of the same file whose load balancers they are",
        "the name of a [[cloud]] with load balancers of its own");

    private static readonly ConfigOption<TimeSpan> Settle = Option.Time(
        "settle",
        "how long a member that gets nothing new may go on with what it has, where the load balancer does not tell when that is done",
        TimeSpan.FromSeconds(30), TimeSpan.Zero, TimeSpan.FromHours(1), "a time from 0s to 1h");

    /// <inheritdoc/>
    public string Name => "cloud";

    /// <inheritdoc/>
    public TrafficKindDescription Description { get; } = new()
    {
        Summary = "The load balancers of a cloud, with the credential that it has anyway.",
        Options = [Cloud, Settle],
        Needs = new() { Backend = true, Port = true, HasHealth = true },
        // A finding that is called cloud is the state that the cloud lists.
        Finding = "balancer",
        // Clouds count calls, and some make them dear.
        LookEvery = TimeSpan.FromSeconds(10),
    };

    /// <inheritdoc/>
    public ITrafficSource Open(TrafficSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var reader = new TrafficSetupReader(setup, Description.Options);
        var (cloud, settle) = (reader.Read(Cloud), reader.Read(Settle));
        if (cloud is not null && !setup.Balancers.ContainsKey(cloud))
        {
            reader.Refuse(Cloud.Name, cloud, setup.Balancers.IsEmpty
                ? "the name of a [[cloud]] with load balancers of its own, and there is none: muster cloud kinds --json names the kinds "
                    + "that have \"balancers\""
                : $"a cloud with load balancers of its own: {string.Join(", ", setup.Balancers.Keys)}");
        }

        reader.ThrowIfWrong();
        return new CloudTrafficSource(cloud!, () => setup.Balancers[cloud!](new(settle)));
    }
}
