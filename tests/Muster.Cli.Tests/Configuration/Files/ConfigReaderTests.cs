using System.Net;

using Muster.Cli.Configuration;
using Muster.Cli.Configuration.Files;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.Configuration.Files;

public sealed class ConfigReaderTests : IDisposable
{
    private static readonly string Examples = Path.Combine(RepositoryRoot.Path, "examples");
    private static readonly string Cases =
        Path.Combine(RepositoryRoot.Path, "tests", "Muster.Cli.Tests", "Configuration", "Files", "Cases");

    private static readonly string[] Tables =
    [
        "", "[server]", "[store]", "[auth]", "[limits]", "[pulse]", "[nomad]", "[tsg]", "[accounts]", "[secrets]", "[[cloud]]", "[prices]",
        "[[price]]", "[[metrics]]", "[hooks]", "[[hook_command]]",
    ];

    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string> CaseNames { get; } =
        [.. Directory.GetFiles(Cases, "*.toml").Select(path => Path.GetFileNameWithoutExtension(path)).Order()];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_example_is_good()
    {
        var config = ConfigReader.Read(Path.Combine(Examples, "muster.toml"), Home("/home/ada"));

        Assert.Equal(AuthMode.Tokens, config.Auth.Mode);
        Assert.Equal("local", Assert.Single(config.Clouds).Kind);
    }

    [Fact]
    public void The_page_shows_every_field_in_a_file_that_is_good()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "configuration.md"));
        var example = page.Split("```toml\n")[1].Split("```")[0];
        var path = _directory.Write("muster.toml", example);

        var config = ConfigReader.Read(path, Home("/home/ada"));

        Assert.Equal(TimeSpan.FromMinutes(10), config.Pulse.LaunchExpiry);
        Assert.Equal(TimeSpan.FromSeconds(30), config.Pulse.Lease);

        // What is unknown in a table is answered with what is known there: the reader's own list of fields.
        var known = Assert.Throws<CliException>(() => ConfigReader.Read(
            _directory.Write("unknown.toml", string.Concat(Tables.Select(table => $"{table}\nzzzzzzzz = 1\n"))), Home("/home/ada")));
        var fields = known.Message.Split('\n')
            .Where(line => line.Contains("known here: ", StringComparison.Ordinal))
            .SelectMany(line => line.Split("known here: ")[1].Split(", "))
            .ToList();
        Assert.Equal(Tables.Length, known.Message.Split('\n').Count(line => line.Contains("known here: ", StringComparison.Ordinal)));
        Assert.All(fields, field => Assert.Matches($@"(?m)^(# )?(\[+(\w+\.)?)?{field}\b", example));
    }

    [Theory]
    [InlineData("5s")]
    [InlineData("1m")]
    public void A_lease_and_rounds_of_their_bounds_are_read(string time)
    {
        var path = _directory.Write("muster.toml", Timed(time));

        var config = ConfigReader.Read(path, Home("/home/ada"));

        var set = TimeSpan.FromSeconds(time is "1m" ? 60 : 5);
        Assert.Equal((set, set), (config.Pulse.Lease, config.Nomad.Rounds));
    }

    [Theory]
    [InlineData("4s")]
    [InlineData("61s")]
    public void A_lease_and_rounds_beyond_their_bounds_are_refused(string time)
    {
        var path = _directory.Write("muster.toml", Timed(time));

        var error = Assert.Throws<CliException>(() => ConfigReader.Read(path, Home("/home/ada")));

        Assert.Contains($"pulse.lease is '{time}': a time from 5s to 1m", error.Message, StringComparison.Ordinal);
        Assert.Contains($"nomad.rounds is '{time}': a time from 5s to 1m", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_smallest_file_has_defaults_for_the_rest()
    {
        var path = _directory.Write("muster.toml", "[[cloud]]\nname = \"here\"\nkind = \"local\"\n");

        var config = ConfigReader.Read(path, Home("/home/ada"));

        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 7474), config.Server.Listen);
        Assert.Equal(AuthMode.Tokens, config.Auth.Mode);
        Assert.Equal("/home/ada/.local/share/muster/muster.db", config.Store.Path);
        Assert.Equal("/home/ada/.local/share/muster", config.Data);
        Assert.Equal(1000, config.Limits.CapacityMax);
    }

    [Fact]
    public void Relative_paths_count_from_the_file()
    {
        var path = _directory.Write(
            "muster.toml", "data = \"d\"\n[store]\npath = \"s/x.db\"\n[[cloud]]\nname = \"here\"\nkind = \"local\"\n");

        var config = ConfigReader.Read(path, Home("/home/ada"));

        Assert.Equal(Path.Combine(_directory.Path, "s", "x.db"), config.Store.Path);
        Assert.Equal(Path.Combine(_directory.Path, "d"), config.Data);
    }

    [Fact]
    public void Options_of_a_kind_are_handed_on_as_written()
    {
        var path = _directory.Write(
            "muster.toml", "[[cloud]]\nname = \"here\"\nkind = \"local\"\n[cloud.options]\nport_first = 30000\nstop_grace = \"5s\"\n");

        var config = ConfigReader.Read(path, Home("/home/ada"));

        Assert.Equal(("30000", "5s"), (config.Clouds[0].Options["port_first"], config.Clouds[0].Options["stop_grace"]));
    }

    [Fact]
    public void A_database_is_named_by_its_url_and_entered_with_a_password_from_a_file()
    {
        _directory.Write("password", "correct horse\n");
        var path = _directory.Write("muster.toml", """
            [store]
            url = "postgres://muster@db1,db2:26257/fleet"
            password_file = "password"
            connections_max = 7
            statement_timeout = "20s"
            migrate = false
            [[cloud]]
            name = "here"
            kind = "local"
            """);

        var store = ConfigReader.Read(path, Home("/home/ada")).Store;

        Assert.Equal(("fleet", "muster", 2), (store.Url!.Database, store.Url.User, store.Url.Hosts.Length));
        Assert.Equal(
            ("correct horse", 7, TimeSpan.FromSeconds(20), false),
            (store.Password, store.ConnectionsMax, store.StatementTimeout, store.Migrate));
    }

    [Fact]
    public void A_password_in_the_url_is_refused_and_never_shown()
    {
        var path = _directory.Write(
            "muster.toml", "[store]\nurl = \"postgres://muster:swordfish@db1/fleet\"\n[[cloud]]\nname = \"here\"\nkind = \"local\"\n");

        var error = Assert.Throws<CliException>(() => ConfigReader.Read(path, Home("/home/ada")));

        Assert.Contains("muster.toml:2", error.Message, StringComparison.Ordinal);
        Assert.Contains("store.url", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("swordfish", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var error = Assert.Throws<CliException>(() => ConfigReader.Read(Path.Combine(_directory.Path, "no.toml"), Home("/home/ada")));

        Assert.Equal(ExitCode.Usage, error.Code);
        Assert.Contains("no.toml cannot be read", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Each case is a file and, beside it, what is said about it. MUSTER_ACCEPT=1 writes what is said now.</summary>
    [Theory]
    [MemberData(nameof(CaseNames))]
    public void Everything_wrong_with_a_file_is_said_at_once(string name)
    {
        var text = File.ReadAllText(Path.Combine(Cases, $"{name}.toml"));
        var path = _directory.Write("muster.toml", text);

        var error = Assert.Throws<CliException>(() => ConfigReader.Read(path, Home("/home/ada")));

        Assert.Equal(ExitCode.Usage, error.Code);
        Golden.Check(Path.Combine(Cases, $"{name}.txt"), error.Message.Replace(_directory.Path + "/", "", StringComparison.Ordinal) + "\n");
    }

    private static string Timed(string time) => $"""
        [pulse]
        kind = "nomad"
        lease = "{time}"
        [nomad]
        server = "https://muster.example.com"
        rounds = "{time}"
        [[cloud]]
        name = "here"
        kind = "local"
        """;

    private static Terminal Home(string home) => new()
    {
        Out = TextWriter.Null,
        Error = TextWriter.Null,
        OutIsTerminal = false,
        ErrorIsTerminal = false,
        Environment = name => name == "HOME" ? home : null,
    };
}
