using System.Collections.Immutable;

namespace Muster.Remote.Wire;

/// <summary>What opens one cloud, as one account uses it. Secret: never to be shown, logged or written to a disk.</summary>
public sealed record CloudAccess
{
    /// <summary>What templates call it.</summary>
    public required string Name { get; init; }

    /// <summary>What drives it: <c>local</c>, <c>triton</c>, ...</summary>
    public required string Kind { get; init; }

    /// <summary>The options of its kind, as the server's configuration has them.</summary>
    public ImmutableSortedDictionary<string, string> Options { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The contents of the files that the options name, by their paths on the server.</summary>
    public ImmutableSortedDictionary<string, byte[]> Files { get; init; } = ImmutableSortedDictionary<string, byte[]>.Empty;

    /// <summary>The server's data directory, for a cloud that lives in it.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The account's name at the cloud, where the cloud is spoken to as each account; null otherwise.</summary>
    public string? Login { get; init; }

    /// <summary>That account's credential; null where there is no <see cref="Login"/>.</summary>
    public byte[]? AccountKey { get; init; }

    /// <summary>Hides everything but the name.</summary>
    public override string ToString() => $"access to cloud {Name}";
}
