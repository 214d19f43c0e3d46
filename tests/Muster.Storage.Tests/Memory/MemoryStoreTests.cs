using Muster.Conformance.Storage;
using Muster.Core.Storage;
using Muster.Storage.Memory;

namespace Muster.Storage.Tests.Memory;

public sealed class MemoryHarness : IStoreHarness
{
    public Task<IStore> OpenAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IStore>(new MemoryStore(new(new Guid("7a1f9a3e-52f6-4c62-8a3c-0c9a3c6d1f10")), TimeProvider.System));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

public sealed class MemoryAccounts : AccountConformance<MemoryHarness>;

public sealed class MemoryCheckRuns : CheckRunConformance<MemoryHarness>;

public sealed class MemoryKeys : KeyConformance<MemoryHarness>;

public sealed class MemoryTokens : TokenConformance<MemoryHarness>;

public sealed class MemoryTemplates : TemplateConformance<MemoryHarness>;

public sealed class MemoryGroups : GroupConformance<MemoryHarness>;

public sealed class MemoryPlacements : PlacementConformance<MemoryHarness>;

public sealed class MemoryRevisions : RevisionConformance<MemoryHarness>;

public sealed class MemorySweeps : SweepConformance<MemoryHarness>;

public sealed class MemoryLeases : LeaseConformance<MemoryHarness>;

public sealed class MemorySpends : SpendConformance<MemoryHarness>;

public sealed class MemoryClaims : ClaimConformance<MemoryHarness>;

public sealed class MemoryNotes : NoteConformance<MemoryHarness>;

public sealed class MemoryGates : GateConformance<MemoryHarness>;

public sealed class MemoryPolicies : PolicyConformance<MemoryHarness>;

public sealed class MemorySteerings : SteeringConformance<MemoryHarness>;

public sealed class MemoryReadings : ReadingConformance<MemoryHarness>;

public sealed class MemoryPauses : PauseConformance<MemoryHarness>;

public sealed class MemoryReportKeys : ReportKeyConformance<MemoryHarness>;

public sealed class MemoryShares : ShareConformance<MemoryHarness>;

public sealed class MemoryRecords : RecordConformance<MemoryHarness>;

public sealed class MemoryIdleRecords : IdleRecordConformance<MemoryHarness>;

public sealed class MemoryTrails : TrailConformance<MemoryHarness>;

public sealed class MemoryPaging : PagingConformance<MemoryHarness>;

public sealed class MemoryConcurrency : ConcurrencyConformance<MemoryHarness>;
