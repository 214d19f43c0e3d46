using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Storage;

namespace Muster.Storage.Postgres.Lanes;

/// <summary>One write on its way through a lane: queued, then begun or cancelled, then applied (perhaps again), then told.</summary>
internal abstract class LaneWrite(CancellationToken cancellationToken)
{
    private readonly WriteOutcome<ImmutableArray<Activity>> _outcome = new(cancellationToken);

    /// <summary>The activities as kept; has happened when it completes.</summary>
    public Task<ImmutableArray<Activity>> Task => _outcome.Task;

    /// <summary>The groups that it stands on.</summary>
    public abstract IReadOnlyCollection<GroupId> Groups { get; }

    /// <summary>Those of them whose claims and policies it stands on.</summary>
    public virtual IReadOnlyCollection<GroupId> Voiced => [];

    /// <summary>Those of them whose notes it stands on.</summary>
    public virtual IReadOnlyCollection<GroupId> Noted => [];

    /// <summary>Most positions that it takes.</summary>
    public abstract int PositionsMax { get; }

    /// <summary>The sweep whose lease it is made under; null when there is none.</summary>
    public virtual SweepKey? Sweep => null;

    /// <summary>Claims it for the lane; false when its caller gave up meanwhile.</summary>
    public bool TryBegin() => _outcome.TryBegin();

    /// <summary>Puts it into a transaction. Asks everything before it writes anything.</summary>
    public void Apply(LaneLedger ledger)
    {
        try
        {
            _outcome.Accept(ApplyTo(ledger));
        }
        catch (Exception error) when (error is StoreException or InputException)
        {
            _outcome.Refuse(error);
        }
    }

    /// <summary>Its outcome is an error.</summary>
    public void Refuse(Exception error) => _outcome.Refuse(error);

    /// <summary>Hands the outcome to the caller: after the commit and not before.</summary>
    public void Tell() => _outcome.Tell();

    /// <exception cref="StoreException">It is refused, and nothing was put in.</exception>
    /// <exception cref="InputException">The same.</exception>
    protected abstract ImmutableArray<Activity> ApplyTo(LaneLedger ledger);
}
