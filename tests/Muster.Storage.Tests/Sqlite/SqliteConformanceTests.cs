using Muster.Conformance.Storage;

namespace Muster.Storage.Tests.Sqlite;

public sealed class SqliteAccounts : AccountConformance<SqliteHarness>;

public sealed class SqliteCheckRuns : CheckRunConformance<SqliteHarness>;

public sealed class SqliteKeys : KeyConformance<SqliteHarness>;

public sealed class SqliteTokens : TokenConformance<SqliteHarness>;

public sealed class SqliteTemplates : TemplateConformance<SqliteHarness>;

public sealed class SqliteGroups : GroupConformance<SqliteHarness>;

public sealed class SqlitePlacements : PlacementConformance<SqliteHarness>;

public sealed class SqliteRevisions : RevisionConformance<SqliteHarness>;

public sealed class SqliteSweeps : SweepConformance<SqliteHarness>;

public sealed class SqliteLeases : LeaseConformance<SqliteHarness>;

public sealed class SqliteSpends : SpendConformance<SqliteHarness>;

public sealed class SqliteClaims : ClaimConformance<SqliteHarness>;

public sealed class SqliteNotes : NoteConformance<SqliteHarness>;

public sealed class SqliteGates : GateConformance<SqliteHarness>;

public sealed class SqlitePolicies : PolicyConformance<SqliteHarness>;

public sealed class SqliteSteerings : SteeringConformance<SqliteHarness>;

public sealed class SqliteReadings : ReadingConformance<SqliteHarness>;

public sealed class SqlitePauses : PauseConformance<SqliteHarness>;

public sealed class SqliteReportKeys : ReportKeyConformance<SqliteHarness>;

public sealed class SqliteShares : ShareConformance<SqliteHarness>;

public sealed class SqliteRecords : RecordConformance<SqliteHarness>;

public sealed class SqliteIdleRecords : IdleRecordConformance<SqliteHarness>;

public sealed class SqliteTrails : TrailConformance<SqliteHarness>;

public sealed class SqlitePaging : PagingConformance<SqliteHarness>;

public sealed class SqliteConcurrency : ConcurrencyConformance<SqliteHarness>;
