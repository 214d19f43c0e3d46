using Muster.Core.Reconciling;

namespace Muster.Core.Clouds;

/// <summary>The configured clouds, by name. Each is already behind its credential's governor.</summary>
public interface ICloudDirectory
{
    /// <summary>Every configured cloud's name and kind, sorted by name.</summary>
    IReadOnlyList<CloudEntry> Entries { get; }

    /// <summary>The cloud of that name; null when none is configured.</summary>
    CloudEntry? Find(string name);
}

/// <summary>One configured cloud.</summary>
/// <param name="Name">What templates call it; see <see cref="EntityName"/>.</param>
/// <param name="Kind">What drives it: <c>local</c>, <c>triton</c>, ...</param>
/// <param name="Cloud">The connection, behind the governor of its credential.</param>
public sealed record CloudEntry(string Name, string Kind, GovernedCloud Cloud);
