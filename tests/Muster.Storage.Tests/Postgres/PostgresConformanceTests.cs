using Muster.Conformance.Storage;

namespace Muster.Storage.Tests.Postgres;

public sealed class PostgresAccounts : AccountConformance<PostgresHarness>;

public sealed class PostgresCheckRuns : CheckRunConformance<PostgresHarness>;

public sealed class PostgresKeys : KeyConformance<PostgresHarness>;

public sealed class PostgresTokens : TokenConformance<PostgresHarness>;

public sealed class PostgresTemplates : TemplateConformance<PostgresHarness>;

public sealed class PostgresGroups : GroupConformance<PostgresHarness>;

public sealed class PostgresPlacements : PlacementConformance<PostgresHarness>;

public sealed class PostgresRevisions : RevisionConformance<PostgresHarness>;

public sealed class PostgresSweeps : SweepConformance<PostgresHarness>;

public sealed class PostgresLeases : LeaseConformance<PostgresHarness>;

public sealed class PostgresSpends : SpendConformance<PostgresHarness>;

public sealed class PostgresClaims : ClaimConformance<PostgresHarness>;

public sealed class PostgresNotes : NoteConformance<PostgresHarness>;

public sealed class PostgresGates : GateConformance<PostgresHarness>;

public sealed class PostgresPolicies : PolicyConformance<PostgresHarness>;

public sealed class PostgresSteerings : SteeringConformance<PostgresHarness>;

public sealed class PostgresReadings : ReadingConformance<PostgresHarness>;

public sealed class PostgresPauses : PauseConformance<PostgresHarness>;

public sealed class PostgresReportKeys : ReportKeyConformance<PostgresHarness>;

public sealed class PostgresShares : ShareConformance<PostgresHarness>;

public sealed class PostgresRecords : RecordConformance<PostgresHarness>;

public sealed class PostgresIdleRecords : IdleRecordConformance<PostgresHarness>;

public sealed class PostgresTrails : TrailConformance<PostgresHarness>;

public sealed class PostgresPaging : PagingConformance<PostgresHarness>;

public sealed class PostgresConcurrency : ConcurrencyConformance<PostgresHarness>;
