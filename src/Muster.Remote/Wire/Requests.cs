using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Governing;
using Muster.Core.Prices;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Remote.Wire;

/// <summary>Takes a group's lease: <see cref="ICheckStore.TryAcquireLeaseAsync"/>.</summary>
public sealed record LeaseTaking(string Holder, long ExpectedFence, DateTimeOffset Now, TimeSpan Duration);

/// <summary>Renews a lease: <see cref="ICheckStore.RenewLeaseAsync"/>.</summary>
public sealed record LeaseRenewal(GroupLease Lease, DateTimeOffset Now, TimeSpan Duration);

/// <summary>Whether a lease was given, and which.</summary>
/// <param name="Lease">Left out where none was given: what is nothing is not written.</param>
public sealed record LeaseAnswer(GroupLease? Lease = null);

/// <summary>Sets aside what a group may come to cost: <see cref="ICheckStore.ReserveSpendAsync"/>.</summary>
public sealed record SpendReserving(GroupLease Lease, decimal Held, decimal Wanted);

/// <summary>What was set aside.</summary>
/// <param name="Grant">Left out where nobody limits it.</param>
public sealed record SpendAnswer(SpendGrant? Grant = null);

/// <summary>Writes under a lease: <see cref="ICheckStore.RecordAsync"/> and <see cref="ICheckStore.RecordAndReleaseAsync"/>.</summary>
public sealed record LeasedRecord(GroupLease Lease, CheckRecord Record, bool Releases);

/// <summary>Writes outcomes of checks that did nothing: <see cref="ICheckStore.RecordIdleAsync"/>.</summary>
public sealed record IdleRecords(ImmutableArray<CheckRecord> Records);

/// <summary>What the audit trail kept.</summary>
public sealed record KeptActivities(ImmutableArray<Core.Activities.Activity> Activities);

/// <summary>The groups of a sweep, or of none: those there are.</summary>
public sealed record FoundGroups(ImmutableArray<GroupRecord> Groups);

/// <summary>The template that a launch was written down with, where there is one.</summary>
public sealed record FoundTemplate(Core.Templates.Template? Template = null);

/// <summary>What the instance of an open launch reports its own health with.</summary>
public sealed record PassAnswer(string Token, string Url)
{
    /// <summary>Without the token.</summary>
    public override string ToString() => $"{nameof(PassAnswer)} {{ Url = {Url} }}";
}

/// <summary>What the store's clock says.</summary>
public sealed record StoreClock(DateTimeOffset Now);

/// <summary>Asks for the right to make one call, and tells of those made since the last time.</summary>
public sealed record PermitRequest
{
    /// <summary>Which budget.</summary>
    public required CallKind Kind { get; init; }

    /// <summary>The group whose turn it is; null for a call that serves many.</summary>
    public GroupId? Group { get; init; }

    /// <summary>Which of the group's clouds is to be called; null for the one of its sweep.</summary>
    public string? Cloud { get; init; }

    /// <summary>What came of earlier calls, to the same cloud.</summary>
    public required CallsTold Told { get; init; }
}

/// <summary>What came of calls to the cloud.</summary>
public sealed record CallsTold
{
    /// <summary>Which of the group's clouds was called, where nothing else says so; null for the one of its sweep.</summary>
    public string? Cloud { get; init; }

    /// <summary>Whether one was answered well.</summary>
    public bool Answered { get; init; }

    /// <summary>Those that failed, throttled ones left out.</summary>
    public int Failed { get; init; }

    /// <summary>For each throttled one, how long the cloud wants silence; null when it did not say.</summary>
    public ImmutableArray<TimeSpan?> Throttled { get; init; } = [];

    /// <summary>Whether there is nothing to tell.</summary>
    public bool IsEmpty => !Answered && Failed == 0 && Throttled.IsEmpty;
}

/// <summary>Whether the call may be made.</summary>
/// <param name="IsGranted">It may, now; else ask again.</param>
/// <param name="Silence">How long the cloud wants silence still.</param>
public sealed record PermitAnswer(bool IsGranted, TimeSpan Silence);

/// <summary>Why something was refused: the part of the API's problem details that a program acts on.</summary>
public sealed record Refusal
{
    /// <summary>The word.</summary>
    public string? Code { get; init; }

    /// <summary>The sentence.</summary>
    public string? Detail { get; init; }
}
