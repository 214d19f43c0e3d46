using System.Collections.Immutable;

using Muster.Core;

namespace Muster.Clouds.Kit;

/// <summary>What a cloud is opened with: its part of the configuration, and what every cloud may use.</summary>
public sealed record CloudSetup
{
    /// <summary>What templates call it; see <see cref="EntityName"/>.</summary>
    public required string Name { get; init; }

    /// <summary>The data directory of this Muster. A cloud that keeps files does so in <c>clouds/NAME</c> below it.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The running <c>muster</c> executable; null when there is none.</summary>
    public string? SelfPath { get; init; }

    /// <summary>The options of its kind, as written in the configuration.</summary>
    public ImmutableSortedDictionary<string, string> Options { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The private key that a cloud signs with, as PEM, where it is in no file; null otherwise. Never to be shown.</summary>
    /// <remarks>Weak keys of the original service are taken too, with a word about it.</remarks>
    public string? PrivateKey { get; init; }

    /// <summary>Where the files are that <see cref="Options"/> name.</summary>
    public CloudFiles Files { get; init; } = CloudFiles.OnDisk;

    /// <summary>Gets what a cloud's own tools say, a line at a time and without secrets, for the log; drops it unless set.</summary>
    public Action<string> Say { get; init; } = _ => { };

    /// <summary>What an option is called in refusals: <c>clouds.east.url</c>.</summary>
    public string FieldOf(string option) => $"clouds.{Name}.{option}";

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Where ids come from.</summary>
    public required IRandomSource Random { get; init; }
}
