using Muster.Storage.Tests.Postgres;
using Muster.Storage.Tests.Sqlite;

namespace Muster.Storage.Tests.Transfer;

public sealed class SqliteToPostgres : TransferTests<SqliteHarness, PostgresHarness>;

public sealed class PostgresToSqlite : TransferTests<PostgresHarness, SqliteHarness>;

public sealed class PostgresToPostgres : TransferTests<PostgresHarness, PostgresHarness>;
