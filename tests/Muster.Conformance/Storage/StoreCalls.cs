using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Storage;

namespace Muster.Conformance.Storage;

/// <summary>Calls as most tests make them.</summary>
public static class StoreCalls
{
    /// <summary>Records what came of looks at groups alone, not of a sweep.</summary>
    public static Task<ImmutableArray<Activity>> RecordIdleAsync(
        this IStore store, ImmutableArray<CheckRecord> records, CancellationToken cancellationToken) =>
        store.RecordIdleAsync(records, sweep: null, cancellationToken);
}
