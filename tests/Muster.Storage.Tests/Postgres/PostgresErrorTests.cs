using System.Net.Sockets;
using System.Security.Authentication;

using Muster.Core.Storage;
using Muster.Storage.Postgres;
using Muster.Storage.Postgres.Sessions;

using Npgsql;

namespace Muster.Storage.Tests.Postgres;

/// <summary>What each error means for the next attempt and for the caller.</summary>
public sealed class PostgresErrorTests
{
    private const string Where = "PostgreSQL at db:5432, database muster,";

    [Theory]
    [InlineData("40001", "ERROR", true, true, false)]
    [InlineData("40P01", "ERROR", true, true, false)]
    [InlineData("40003", "ERROR", true, false, false)]
    [InlineData("57P01", "FATAL", true, false, true)]
    [InlineData("57P02", "FATAL", true, false, true)]
    [InlineData("57P03", "FATAL", true, false, true)]
    [InlineData("25006", "ERROR", true, true, true)]
    [InlineData("25P03", "FATAL", true, false, false)]
    [InlineData("08006", "FATAL", true, false, false)]
    [InlineData("53300", "FATAL", true, false, false)]
    [InlineData("53100", "ERROR", false, true, false)]
    [InlineData("57014", "ERROR", false, true, false)]
    [InlineData("28P01", "FATAL", false, false, false)]
    [InlineData("23505", "ERROR", false, true, false)]
    public void A_code_says_whether_to_try_again_and_whether_it_may_have_happened(
        string code, string severity, bool isPassing, bool isRefusal, bool isElsewhere) =>
        Assert.Equal(new Fault(isPassing, isRefusal, isElsewhere), Fault.Of(new PostgresException("told", severity, severity, code)));

    [Fact]
    public void A_connection_that_breaks_is_tried_again_and_proves_nothing()
    {
        Assert.Equal(new Fault(true, false, false), Fault.Of(new NpgsqlException("broken", new IOException("gone"))));
        Assert.Equal(new Fault(true, false, false), Fault.Of(new NpgsqlException("refused", new SocketException(111))));
        Assert.Equal(new Fault(true, false, false), Fault.Of(new NpgsqlException("slow", new TimeoutException())));
        Assert.Equal(new Fault(false, false, false), Fault.Of(new NpgsqlException("TLS", new AuthenticationException("no"))));
        Assert.Equal(
            new Fault(true, false, true),
            Fault.Of(new NpgsqlException("all failed", new AggregateException(
                new PostgresException("reads only", "ERROR", "ERROR", "25006"),
                new NpgsqlException("refused", new SocketException(111))))));
    }

    [Theory]
    [InlineData("53100", StoreErrorKind.Full)]
    [InlineData("28P01", StoreErrorKind.Unusable)]
    [InlineData("28000", StoreErrorKind.Unusable)]
    [InlineData("3D000", StoreErrorKind.Unusable)]
    [InlineData("42501", StoreErrorKind.Unusable)]
    [InlineData("42P01", StoreErrorKind.Unusable)]
    [InlineData("XX001", StoreErrorKind.Unusable)]
    [InlineData("53300", StoreErrorKind.Unavailable)]
    [InlineData("57014", StoreErrorKind.Unavailable)]
    [InlineData("57P03", StoreErrorKind.Unavailable)]
    [InlineData("25006", StoreErrorKind.Unavailable)]
    [InlineData("40001", StoreErrorKind.Unavailable)]
    [InlineData("40003", StoreErrorKind.Unavailable)]
    [InlineData("25P03", StoreErrorKind.Unavailable)]
    public void A_code_has_a_kind_and_the_message_says_where(string code, StoreErrorKind kind)
    {
        var error = Assert.IsType<StoreException>(
            PostgresErrors.Translate(new PostgresException("told", "ERROR", "ERROR", code), Where, mayHaveHappened: false));

        Assert.Equal(kind, error.Kind);
        Assert.Contains("db:5432, database muster", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("53100")]
    [InlineData("40001")]
    [InlineData("57P01")]
    [InlineData("40003")]
    [InlineData("25P03")]
    [InlineData("23505")]
    public void Whatever_comes_after_a_write_of_unknown_outcome_it_stays_unknown(string code)
    {
        var error = Assert.IsType<StoreException>(
            PostgresErrors.Translate(new PostgresException("told", "ERROR", "ERROR", code), Where, mayHaveHappened: true));

        Assert.Equal(StoreErrorKind.Ambiguous, error.Kind);
    }

    [Theory]
    [InlineData("null value in column \"position\" violates not-null constraint", null, null)]
    [InlineData("null value in column \"position\" of relation \"activities\" violates not-null constraint", "activities", "position")]
    [InlineData("NULL-Wert in Spalte »position« von Relation »activities« verletzt Not-Null-Constraint", "activities", "position")]
    public void An_activity_that_is_in_the_trail_already_is_told_so_whatever_fields_the_database_sends(
        string message, string? table, string? column)
    {
        var refused = new PostgresException(message, "ERROR", "ERROR", "23502", tableName: table, columnName: column);

        Assert.Equal(
            StoreErrorKind.Duplicate, Assert.IsType<StoreException>(PostgresErrors.Translate(refused, Where, mayHaveHappened: false)).Kind);
    }

    [Theory]
    [InlineData("null value in column \"position\" of relation \"trails\" violates not-null constraint", "trails", "position")]
    [InlineData("null value in column \"type\" violates not-null constraint", null, null)]
    public void Another_value_that_is_missing_is_a_bug(string message, string? table, string? column)
    {
        var bug = new PostgresException(message, "ERROR", "ERROR", "23502", tableName: table, columnName: column);

        Assert.Same(bug, PostgresErrors.Translate(bug, Where, mayHaveHappened: false));
    }

    [Theory]
    [InlineData("23505")]
    [InlineData("23502")]
    [InlineData("42601")]
    [InlineData("22P05")]
    public void A_broken_rule_of_the_schema_is_a_bug_and_told_as_one(string code)
    {
        var bug = new PostgresException("told", "ERROR", "ERROR", code);

        Assert.Same(bug, PostgresErrors.Translate(bug, Where, mayHaveHappened: false));
    }
}
