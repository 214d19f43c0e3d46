using System.Globalization;
using System.Net;

using Muster.Clouds.Ec2.Wire;
using Muster.Core.Health;
using Muster.Outbound;

namespace Muster.Clouds.Ec2;

/// <summary>What a target group says of one of its targets.</summary>
/// <remarks>
/// <see href="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html"/>
/// </remarks>
/// <param name="Target">The target.</param>
/// <param name="State">Its state, in AWS's word.</param>
/// <param name="Reason">AWS's code for why; null where it does not tell.</param>
/// <param name="Description">Why, in AWS's words; null where it does not tell.</param>
internal sealed record TargetHealth(Target Target, string State, string? Reason, string? Description)
{
    /// <summary>Whether it is on its way out, and finishes what it has.</summary>
    public bool IsDraining => State is "draining";

    /// <summary>Whether it is registered: gets traffic, or would if the checks and the load balancer were such.</summary>
    public bool IsIn => !IsDraining && Reason is not "Target.NotRegistered";

    /// <summary>Whether it may still have something to finish.</summary>
    public bool IsBusy => State is not "unused";

    /// <summary>What the checks find.</summary>
    public Verdict Verdict => State switch
    {
        "healthy" => Verdict.Healthy,
        // A Network Load Balancer lets one that its checks find down finish its connections.
        "unhealthy" or "unhealthy.draining" => Verdict.Unhealthy,
        _ => Verdict.Unknown,
    };

    /// <summary>Why it is so, as one reads it; null where AWS does not tell.</summary>
    public string? Detail => (Description, Reason) switch
    {
        (null, null) => null,
        ({ } description, { } reason) => Shown($"{description} ({reason})"),
        var (description, reason) => Shown(description ?? reason!),
    };

    /// <summary>Reads one; null where it has no instance, no port or no state.</summary>
    public static TargetHealth? Read(AnswerNode node) =>
        node["Target"] is { } target && node["TargetHealth"] is { } health
        && target.TextOf("Id") is { } id && health.TextOf("State") is { } state
        && int.TryParse(target.TextOf("Port"), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
        && port is >= 1 and <= IPEndPoint.MaxPort
            ? new(new(id, port), state, health.TextOf("Reason"), health.TextOf("Description"))
            : null;

    // The mark of a cut counts as well.
    private static string Shown(string text) => ForeignText.Shown(text, 150) is { Length: <= Finding.DetailMax } shown
        ? shown
        : ForeignText.Shown(text, 30);
}
