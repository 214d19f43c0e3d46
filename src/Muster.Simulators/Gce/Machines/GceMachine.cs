using System.Globalization;
using System.Text.Json.Nodes;

using Muster.Simulators.Kit;

namespace Muster.Simulators.Gce.Machines;

/// <summary>An instance of a simulated Compute Engine: a record, and nothing that runs.</summary>
public sealed class GceMachine : ParkedMachine<string>
{
    /// <summary>Where.</summary>
    public required string Zone { get; init; }

    /// <summary>Its name, which it has alone in its zone.</summary>
    public required string Name { get; init; }

    /// <summary>Its number, which is never given out again.</summary>
    public required ulong Number { get; init; }

    /// <summary>What was asked for.</summary>
    public required JsonObject Body { get; init; }

    /// <summary>Its labels.</summary>
    public JsonObject Labels { get; internal set; } = [];

    /// <summary>Says which labels it has: a change must name it.</summary>
    public string LabelFingerprint => Convert.ToBase64String(
        System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Labels.ToJsonString()))[..8]);

    /// <summary>Whether it cannot be deleted.</summary>
    public bool IsProtected { get; internal set; }

    /// <summary>Whether a part of it cannot be read.</summary>
    internal bool IsOdd { get; set; }

    /// <summary>Its link.</summary>
    public required string Link { get; init; }

    /// <summary>The operation that makes it, until it is over.</summary>
    internal GceOperation? Making { get; set; }

    /// <summary>The operation that stops or starts it, until it is over.</summary>
    internal GceOperation? Switching { get; set; }

    /// <summary>The operations that wait for its end.</summary>
    internal List<GceOperation> Ending { get; } = [];

    internal override GceMachine Copy()
    {
        var copy = (GceMachine)base.Copy();
        copy.Labels = (JsonObject)Labels.DeepClone();
        return copy;
    }

    internal JsonObject ToJson()
    {
        var json = (JsonObject)Body.DeepClone();
        json["kind"] = "compute#instance";
        json["id"] = Number.ToString(CultureInfo.InvariantCulture);
        json["name"] = Name;
        json["zone"] = Link[..Link.IndexOf("/instances/", StringComparison.Ordinal)];
        json["selfLink"] = Link;
        json["status"] = State;
        json["creationTimestamp"] = IsOdd ? "yesterday" : Text(Created);
        json["deletionProtection"] = IsProtected;
        json["labels"] = Labels.DeepClone();
        json["cpuPlatform"] = "Intel Broadwell";
        json["labelFingerprint"] = LabelFingerprint;
        return json;
    }

    internal static string Text(DateTimeOffset at) =>
        at.ToOffset(TimeSpan.FromHours(-8)).ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
}
