using Muster.Core.Clouds;

namespace Muster.Simulation.Clouds;

/// <summary>What becomes of one call to a simulated cloud. The default is: at once, and well.</summary>
public sealed record CallFate
{
    /// <summary>At once, and well.</summary>
    public static CallFate Good { get; } = new();

    /// <summary>From the call to its effect.</summary>
    public TimeSpan Before { get; init; }

    /// <summary>From the effect to the answer.</summary>
    public TimeSpan After { get; init; }

    /// <summary>Answered in place of the effect; null when it happens.</summary>
    public CloudException? Refusal { get; init; }

    /// <summary>Answered although the effect happened; null when the answer arrives.</summary>
    public CloudException? Loss { get; init; }

    /// <summary>Whether it is answered as if it had happened, and nothing happens.</summary>
    public bool IsInert { get; init; }

    /// <summary>Whether the effect still happens when the caller hangs up before it: the request is under way already.</summary>
    public bool OutlivesCaller { get; init; }

    /// <summary>For a launch: what it makes waits for the same launch to go on with it, and is broken when none has in time.</summary>
    public bool IsCutShort { get; init; }

    /// <summary>For a page of a listing: it is the end of the stream, although it is not the last.</summary>
    public bool CutsListing { get; init; }

    /// <summary>For a page of a listing: how old what it shows is; at most <see cref="CloudTraits.ListingLagMax"/>.</summary>
    public TimeSpan Lag { get; init; }

    /// <summary>For a page of a listing: it also shows instances that the filter does not ask for.</summary>
    public bool IgnoresFilter { get; init; }
}
