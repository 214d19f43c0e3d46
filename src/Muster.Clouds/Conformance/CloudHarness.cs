using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Conformance;

/// <summary>One cloud under test, with what the suite needs to know about it. Disposing ends every instance it made.</summary>
/// <remarks>
/// The hands (kill, stop, freeze, delete, give notice, cut off) do to a cloud what happens behind Muster's back. Those that a harness
/// does not have are null: a rule asks for its hands before it launches anything, and is skipped without them.
/// </remarks>
public abstract class CloudHarness : IAsyncDisposable
{
    /// <summary>The cloud.</summary>
    public abstract ICloud Cloud { get; }

    /// <summary>Its zones; null where it has none.</summary>
    public virtual IZonedCloud? Zones => Cloud as IZonedCloud;

    /// <summary>Its stopping and starting; null where it has none.</summary>
    public virtual IStoppingCloud? Stopper => Cloud as IStoppingCloud;

    /// <summary>Its changing of tags of what exists; null where it has none.</summary>
    public virtual IRetaggingCloud? Retagger => Cloud as IRetaggingCloud;

    /// <summary>Its figures of its instances' work; null where it has none.</summary>
    public virtual IMeteredCloud? Usage => Cloud as IMeteredCloud;

    /// <summary>Where ids come from.</summary>
    public abstract IRandomSource Random { get; }

    /// <summary>How long the suite waits for something to happen before it calls it missing.</summary>
    public virtual TimeSpan Patience => TimeSpan.FromSeconds(30);

    /// <summary>How far listings may lag behind what was done: what the cloud declares, unless the harness bounds it closer.</summary>
    public virtual TimeSpan ListingLagMax => Cloud.Traits.ListingLagMax;

    /// <summary>How many instances the crowd rule launches: fewer where each one costs.</summary>
    public virtual int Crowd => 100;

    /// <summary>How many launches are under way at once in the crowd rule.</summary>
    public virtual int CrowdInFlight => int.MaxValue;

    /// <summary>A template whose instances come up and stay up.</summary>
    public abstract Template GoodTemplate();

    /// <summary>A template whose instances can be suspended, where that is another.</summary>
    public virtual Template SuspendableTemplate() => GoodTemplate();

    /// <summary>A template whose image does not exist.</summary>
    public abstract Template BadImageTemplate();

    /// <summary>Ends an instance behind Muster's back, as a crash would.</summary>
    public virtual Hand? Killing => null;

    /// <summary>Stops an instance by hand, in the cloud's own orderly way.</summary>
    public virtual Hand? Stopping => null;

    /// <summary>Freezes an instance by hand, so that it exists and does nothing.</summary>
    public virtual Hand? Freezing => null;

    /// <summary>Deletes an instance by hand, with everything that belongs to it.</summary>
    public virtual Hand? Deleting => null;

    /// <summary>Protects an instance from deletion by hand, in the cloud's own way; null where the cloud has none.</summary>
    public virtual Hand? Protecting => null;

    /// <summary>Lifts that again.</summary>
    public virtual Hand? Unprotecting => null;

    /// <summary>Has the cloud give notice that it will take an interruptible instance back at that time; null where it cannot.</summary>
    public virtual NoticeHand? GivingNotice => null;

    /// <summary>Why rules about notices are skipped where <see cref="GivingNotice"/> is null.</summary>
    public virtual string WithoutNotice => "there is no --notice, the command that has the cloud give notice";

    /// <summary>Makes the cloud break off in the middle of what it does, and unreachable until <see cref="ComeBackAsync"/>.</summary>
    public virtual Func<CancellationToken, Task>? CuttingOff => null;

    /// <summary>Brings the cloud back, with whatever it remembers.</summary>
    public virtual Task ComeBackAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Opens the same cloud with a credential that it refuses.</summary>
    public virtual Func<ICloud>? OpenWithWrongCredential => null;

    /// <summary>What is left at the cloud of an installation: instances in any state, disks, addresses; each with its name.</summary>
    public virtual Func<InstallationId, CancellationToken, Task<ImmutableArray<string>>>? LookingForLeftovers => null;

    /// <summary>Lets the cloud's own time pass while the suite waits; a real cloud needs no help.</summary>
    public virtual Task WaitAsync(CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
