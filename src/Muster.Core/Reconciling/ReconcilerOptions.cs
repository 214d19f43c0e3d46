using Muster.Core.Clouds;

namespace Muster.Core.Reconciling;

/// <summary>Limits of the reconciler that are the installation's and not a group's.</summary>
public sealed class ReconcilerOptions
{
    /// <summary>How long an instance that was told to end may still be listed alive before the plan decides anew.</summary>
    public static readonly TimeSpan TerminationPatience = TimeSpan.FromMinutes(5);

    /// <summary>The same for a termination whose call has no known outcome: it may never have been made.</summary>
    public static readonly TimeSpan UntoldPatience = TimeSpan.FromSeconds(5);

    /// <summary>Terminate calls in flight at once, for each group.</summary>
    public const int TerminationsInFlightMax = 10;

    /// <summary>The shortest lease: three renewals must fit into it on a busy machine.</summary>
    public static readonly TimeSpan LeaseDurationMin = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The longest lease. What must outlast the lease of any server of the store counts with this one, and not with its own: each server
    /// has the lease that its configuration says.
    /// </summary>
    public static readonly TimeSpan LeaseDurationMax = TimeSpan.FromMinutes(1);

    /// <summary>How long a launch of unknown outcome counts towards the level before it expires.</summary>
    /// <value>10 minutes unless set; never less than the cloud's launch time-out and listing lag and the longest lease together.</value>
    /// <remarks>Below that, an instance that exists but is not listed yet would be launched again.</remarks>
    public TimeSpan LaunchExpiry { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a lease lasts unless renewed; renewed at every third of it.</summary>
    /// <value>
    /// 30 seconds unless set, <see cref="LeaseDurationMin"/> to <see cref="LeaseDurationMax"/>: what a crash costs before another server
    /// may act on the group.
    /// </value>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether what a check writes down is there for the next one.</summary>
    /// <value>True; false for one check without a store.</value>
    public bool KeepsMemory { get; set; } = true;

    /// <summary>The expiry in force for a cloud.</summary>
    public TimeSpan LaunchExpiryFor(CloudTraits traits)
    {
        // Twice: a launch call that was answered at its very last moment may be listed a whole lag after it. The lease is that of whoever
        // calls, which may be another server.
        var least = traits.LaunchTimeout + traits.ListingLagMax + traits.ListingLagMax + LeaseDurationMax;
        return LaunchExpiry > least ? LaunchExpiry : least;
    }

    /// <summary>How old a launch may be to be asked again: what that call makes must be listed before the launch expires.</summary>
    public TimeSpan ResumeAgeMaxFor(CloudTraits traits) =>
        LaunchExpiryFor(traits) - traits.LaunchTimeout - traits.ListingLagMax - traits.ListingLagMax;
}
