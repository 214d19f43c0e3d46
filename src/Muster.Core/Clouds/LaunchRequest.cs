using System.Collections.Immutable;

using Muster.Core.Templates;

namespace Muster.Core.Clouds;

/// <summary>Everything a cloud needs to make one instance.</summary>
public sealed record LaunchRequest
{
    /// <summary>The client token: one launch id makes at most one instance.</summary>
    public required LaunchId Launch { get; init; }

    /// <summary>
    /// Whether this launch was asked for before and its outcome is not known: a cloud that knows its launches by name or tag
    /// only looks for it first.
    /// </summary>
    public bool IsRepeat { get; init; }

    /// <summary>The instance's name; unique, because it ends in a part of the launch id.</summary>
    public required string Name { get; init; }

    /// <summary>What to make.</summary>
    public required Template Template { get; init; }

    /// <summary>The part of the cloud where it is to be, in the cloud's own words; null leaves it to the template and the cloud.</summary>
    /// <remarks>One that the cloud does not have is <see cref="CloudErrorKind.InvalidRequest"/>; see <see cref="IZonedCloud"/>.</remarks>
    public string? Zone { get; init; }

    /// <summary>
    /// Whether it is to be interruptible: cheaper, and the cloud may take it back. Asked of clouds alone that can
    /// (<see cref="CloudTraits.Interruptible"/>); none to be had is <see cref="CloudErrorKind.OutOfStock"/>.
    /// </summary>
    public bool IsInterruptible { get; init; }

    /// <summary>Every tag to put on it: Muster's own and the template's.</summary>
    public required ImmutableSortedDictionary<string, string> Tags { get; init; }
}
