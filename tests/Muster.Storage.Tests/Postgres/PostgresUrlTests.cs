using Muster.Core;
using Muster.Storage.Postgres;
using Muster.Storage.Postgres.Sessions;

namespace Muster.Storage.Tests.Postgres;

public sealed class PostgresUrlTests
{
    [Theory]
    [InlineData("postgres://muster@db1/muster", "muster", "db1:5432", "muster")]
    [InlineData("postgresql://db1:6000/store", null, "db1:6000", "store")]
    [InlineData("postgres://m@db1,db2:26257,[fd00::1]:7/muster", "m", "db1:5432 db2:26257 [fd00::1]:7", "muster")]
    [InlineData("postgres://m%40x@db1/my%20store", "m@x", "db1:5432", "my store")]
    [InlineData("postgres://muster@/muster?host=/run/postgresql", "muster", "/run/postgresql/.s.PGSQL.5432", "muster")]
    [InlineData("postgres:///muster?host=/run/postgresql&port=6000", null, "/run/postgresql/.s.PGSQL.6000", "muster")]
    public void A_url_names_user_servers_and_database(string text, string? user, string hosts, string database)
    {
        var url = PostgresUrl.Parse(text);

        Assert.Equal((user, hosts, database), (url.User, string.Join(' ', url.Hosts), url.Database));
    }

    [Fact]
    public void Every_parameter_is_read()
    {
        var url = PostgresUrl.Parse(
            "postgres://db/muster?sslmode=verify-ca&sslrootcert=/ca.crt&sslcert=/me.crt&sslkey=/me%20.key&connect_timeout=7"
            + "&application_name=duck&target_session_attrs=primary");

        Assert.Equal(
            (PostgresTls.VerifyCa, "/ca.crt", "/me.crt", "/me .key", TimeSpan.FromSeconds(7), "duck", "primary"),
            (url.Tls, url.RootCertificate, url.Certificate, url.Key, url.ConnectTimeout, url.ApplicationName, url.TargetSessionAttributes));
    }

    [Theory]
    [InlineData("postgres://db/muster", PostgresTls.VerifyFull)]
    [InlineData("postgres://localhost,db/muster", PostgresTls.VerifyFull)]
    [InlineData("postgres://localhost/muster", PostgresTls.Disable)]
    [InlineData("postgres://127.0.0.1:6000/muster", PostgresTls.Disable)]
    [InlineData("postgres://[::1]/muster", PostgresTls.Disable)]
    [InlineData("postgres:///muster?host=/run/postgresql", PostgresTls.Disable)]
    [InlineData("postgres://localhost/muster?sslmode=verify-full", PostgresTls.VerifyFull)]
    [InlineData("postgres://db/muster?sslmode=disable", PostgresTls.Disable)]
    public void What_leaves_the_machine_is_protected_unless_said_otherwise(string text, PostgresTls tls) =>
        Assert.Equal(tls, PostgresUrl.Parse(text).Tls);

    [Theory]
    [InlineData("mysql://db/muster", "postgres://USER@HOST")]
    [InlineData("postgres://db", "names no database")]
    [InlineData("postgres:///muster", "names no host")]
    [InlineData("postgres://a,,b/muster", "names no host")]
    [InlineData("postgres://db:0/muster", "store.url.port is '0': 1 to 65535")]
    [InlineData("postgres://db:x/muster", "store.url.port is 'x'")]
    [InlineData(
        "postgres://db/muster?sslmode=maybe", "store.url.sslmode is 'maybe': disable, allow, prefer, require, verify-ca, verify-full")]
    [InlineData("postgres://db/muster?connect_timeout=soon", "store.url.connect_timeout is 'soon': whole seconds, 1 to 60")]
    [InlineData("postgres://db/muster?target_session_attrs=best", "store.url.target_session_attrs is 'best'")]
    [InlineData("postgres://db/muster?pool=9", "store.url is 'pool': an unknown parameter; allowed are host, port, sslmode")]
    [InlineData("postgres://db/muster?sslmode", "store.url.sslmode is ''")]
    [InlineData("postgres://db/muster?host=elsewhere", "the directory of a Unix socket")]
    public void What_is_wrong_is_said(string text, string said) =>
        Assert.Contains(said, Assert.Throws<InputException>(() => PostgresUrl.Parse(text, "store.url")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("postgres://muster:s3cret@db/muster")]
    [InlineData("postgres://muster:s3cret@db")]
    [InlineData("postgres://muster:s3@cret@db/muster")]
    [InlineData("postgres://db/muster?password=s3cret")]
    [InlineData("mysql://muster:s3cret@db/muster")]
    [InlineData("postgres://db?password=s3cret")]
    [InlineData("postgres://db?PASSWORD=s3cret")]
    [InlineData("postgres://db/muster?p%61ssword=s3&cret")]
    [InlineData("postgres://muster:s3/cret@db/muster")]
    [InlineData("postgres://muster:s3?cret@db/muster")]
    [InlineData("postgres://muster:s3:cret@db/muster?pool=9")]
    [InlineData("mysql://db/muster?password=s3cret")]
    [InlineData("muster:s3cret@db/muster")]
    [InlineData("host=db user=muster password=s3cret")]
    [InlineData("Host=db;Username=muster;Password=s3cret")]
    [InlineData("Server=db;Uid=muster;Pwd=s3cret")]
    public void A_password_is_refused_and_not_repeated(string text)
    {
        var error = Assert.Throws<InputException>(() => PostgresUrl.Parse(text));

        Assert.DoesNotContain("s3", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("cret", error.Message, StringComparison.Ordinal);
        // It is there, and is what is wrong.
        Assert.DoesNotContain("is missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_wrong_is_said_at_once() =>
        Assert.Equal(4, Assert.Throws<InputException>(() => PostgresUrl.Parse("postgres://u:p@db:x/m?sslmode=no&pool=1")).Errors.Length);
}
