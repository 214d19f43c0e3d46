using Muster.Cli.Configuration;
using Muster.Cli.Configuration.Files;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.Configuration.Tables;

/// <summary>Where readings come from.</summary>
public sealed class MetricsReaderTests : IDisposable
{
    private const string Cloud = "[[cloud]]\nname = \"here\"\nkind = \"local\"\n";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_source_is_read_with_its_pace_and_its_files_by_whole_paths()
    {
        var metric = Assert.Single(Read(
            """
            [[metrics]]
            name = "queue"
            source = "redis"
            every = "30s"
            timeout = "5s"
            options = { servers = "127.0.0.1:6379", key = "jobs", database = 2, password_file = "redis.password" }
            """).Metrics);

        Assert.Equal(
            ("queue", "redis", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5)),
            (metric.Name, metric.Source, metric.Every, metric.Timeout));
        Assert.Equal("2", metric.Options["database"]);
        Assert.Equal(Path.Combine(_directory.Path, "redis.password"), metric.Options["password_file"]);
    }

    [Fact]
    public void Every_wrong_field_is_told_at_once() => Assert.Equal(
        """
        muster.toml:5: metrics[0].name is 'a b': 1 to 182 characters of A-Z a-z 0-9 . _ -
        muster.toml:6: metrics[0].source is 'graphite': exec, http, prometheus, rabbitmq, redis, sql
        muster.toml:7: metrics[0].every is '1ms': a time from 1s to 1h, such as "30s", "5m" or "1h"
        muster.toml:9: metrics[1].colour is unknown: known here: every, name, options, source, timeout
        muster.toml:9: metrics[1].name is missing: 1 to 182 characters of A-Z a-z 0-9 . _ -
        """,
        Refusal(
            """
            name = "a b"
            source = "graphite"
            every = "1ms"
            [[metrics]]
            colour = "red"
            source = "sql"
            """),
        ignoreLineEndingDifferences: true);

    [Fact]
    public void No_two_have_one_name() => Assert.Contains(
        "metrics[1].name is 'a': a name of its own: another [[metrics]] has this one",
        Refusal("name = \"a\"\nsource = \"sql\"\n[[metrics]]\nname = \"a\"\nsource = \"sql\"\n"), StringComparison.Ordinal);

    [Fact]
    public void A_server_that_is_to_run_looks_at_the_options_and_their_files_and_another_command_does_not()
    {
        const string Table = "name = \"a\"\nsource = \"redis\"\noptions = { key = \"k\", password_file = \"none\", tls = \"maybe\" }\n";

        Assert.Single(Read($"[[metrics]]\n{Table}").Metrics);
        var refusal = Refusal(Table, serves: true);

        Assert.Contains("metrics[0].options.servers is missing: HOST:PORT, such as 127.0.0.1:6379", refusal, StringComparison.Ordinal);
        Assert.Contains("metrics[0].options.tls is 'maybe': off or on", refusal, StringComparison.Ordinal);
        Assert.Contains(
            $"metrics[0].options.password_file is '{_directory.Path}/none': a file that can be read", refusal, StringComparison.Ordinal);
    }

    private MusterConfig Read(string tables) => ConfigReader.Read(_directory.Write("muster.toml", Cloud + tables), Terminal());

    private string Refusal(string tables, bool serves = false)
    {
        var path = _directory.Write("muster.toml", $"{Cloud}[[metrics]]\n{tables}");
        var error = Assert.Throws<CliException>(
            () => serves ? ConfigReader.ReadToServe(path, Terminal()) : ConfigReader.Read(path, Terminal()));
        return error.Message.Replace(path, "muster.toml", StringComparison.Ordinal);
    }

    private Terminal Terminal() => new()
    {
        Out = TextWriter.Null,
        Error = TextWriter.Null,
        OutIsTerminal = false,
        ErrorIsTerminal = false,
        Environment = name => name == "HOME" ? _directory.Path : null,
    };
}
