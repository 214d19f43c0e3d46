using System.Globalization;
using System.Net;

using Microsoft.Extensions.Logging;

using Muster.Cli.Configuration;
using Muster.Cli.Configuration.Files;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Cli.Tests.Running;
using Muster.Storage.Postgres;

namespace Muster.Cli.Tests.Configuration.Original;

/// <summary><c>triton-sg.toml</c> and the <c>TSG_*</c> variables of the original, as what they mean to Muster.</summary>
public sealed class OriginalConfigReaderTests : IDisposable
{
    private const string Whole =
        """
        [log]
        level = "DEBUG"

        [agent]
        log-format = "json"

        [crdb]
        host = "db.example.com"
        port = "26258"
        database = "triton"
        user = "tsg"
        password = "secret"

        [http]
        bind = "0.0.0.0"
        port = 8080

        [triton]
        dc = "us-west-1"
        url = "https://us-west-1.api.example.com"
        auth-url = "https://auth.example.com"
        key-prefix = "Mine"
        whitelist = false
        """;

    private const string Smallest = "[crdb]\nhost = \"db\"\ndatabase = \"triton\"\nuser = \"tsg\"\n";

    private readonly TemporaryDirectory _directory = new();
    private readonly StringWriter _said = new(CultureInfo.InvariantCulture);

    public void Dispose()
    {
        _directory.Dispose();
        _said.Dispose();
    }

    [Fact]
    public void Every_setting_keeps_its_meaning()
    {
        var config = Read(Whole);

        Assert.Equal(
            (new IPEndPoint(IPAddress.Any, 8080), LogLevel.Debug, LogFormat.Json),
            (config.Server.Listen, config.Server.LogLevel, config.Server.LogFormat));
        Assert.Equal((AuthMode.Tokens, false), (config.Auth.Mode, config.Accounts.Whitelist));
        Assert.Equal("PostgreSQL at db.example.com:26258, database triton,", config.Store.Url!.ToString());
        Assert.Equal(("tsg", "secret", PostgresTls.VerifyFull), (config.Store.Url.User, config.Store.Password, config.Store.Url.Tls));
        var cloud = Assert.Single(config.Clouds);
        Assert.Equal(("triton", "triton", "triton"), (cloud.Name, cloud.Kind, config.Tsg.CloudOf(config.Clouds)));
        Assert.Equal(
            [
                ("auth_url", "https://auth.example.com"), ("credential", "account"), ("datacenter", "us-west-1"), ("key_prefix", "Mine"),
                ("url", "https://us-west-1.api.example.com"),
            ],
            cloud.Options.OrderBy(option => option.Key, StringComparer.Ordinal).Select(option => (option.Key, option.Value)));
    }

    [Fact]
    public void What_is_left_out_is_as_in_the_original()
    {
        var config = Read(Smallest);

        Assert.Equal((new IPEndPoint(IPAddress.Loopback, 3000), LogLevel.Information), (config.Server.Listen, config.Server.LogLevel));
        Assert.Equal("PostgreSQL at db:26257, database triton,", config.Store.Url!.ToString());
        var options = Assert.Single(config.Clouds).Options;
        Assert.Equal(
            ("https://us-east-1.api.joyent.com", "us-east-1", "TSG_Management"),
            (options["url"], options["datacenter"], options["key_prefix"]));
        Assert.True(config.Accounts.Whitelist);
        Assert.Empty(_said.ToString());
    }

    [Fact]
    public void The_environment_wins_over_the_file()
    {
        var config = Read(
            Whole,
            ("TSG_HTTP_PORT", "9000"),
            ("TSG_CRDB_PASSWORD", "other"),
            ("TSG_TRITON_KEY_PREFIX", "Theirs"),
            ("TSG_LOG_LEVEL", "warn"));

        Assert.Equal((9000, "other", LogLevel.Warning), (config.Server.Listen.Port, config.Store.Password, config.Server.LogLevel));
        Assert.Equal("Theirs", config.Clouds[0].Options["key_prefix"]);
        Assert.DoesNotContain("crdb.password", _said.ToString(), StringComparison.Ordinal);
    }

    // Defect 24: the original spoke to its database in clear without a word.
    [Fact]
    public void A_database_in_clear_has_to_be_asked_for()
    {
        Assert.Equal(PostgresTls.VerifyFull, Read(Smallest).Store.Url!.Tls);
        Assert.Equal(PostgresTls.Disable, Read(Smallest + "sslmode = \"disable\"\n").Store.Url!.Tls);
    }

    [Fact]
    public void What_means_nothing_any_more_is_said_in_a_line_each()
    {
        Read(
            Smallest + "mode = \"dev\"\n[nomad]\nurl = \"127.0.0.1\"\nport = 4646\n[tsgcli]\nversion = \"0.1.4\"\n",
            ("TSG_PPROF_ENABLE", "true"));

        Assert.Equal(
            [
                "muster: crdb.mode means nothing any more: nothing ever read it",
                "muster: nomad.port means nothing any more: Muster keeps groups itself",
                "muster: nomad.url means nothing any more: Muster keeps groups itself",
                "muster: TSG_PPROF_ENABLE means nothing any more: there is no such listener; /metrics tells how the server is",
                "muster: tsgcli.version means nothing any more: Muster is its own scale program",
            ],
            _said.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Everything_wrong_is_said_at_once_and_the_password_never()
    {
        var error = Assert.Throws<CliException>(() => Read(
            "[crdb]\nhost = \"db\"\npassword = \"secret\"\nsslmode = \"perhaps\"\n[http]\nbind = \"here\"\nport = 0\n[log]\n"
            + "level = \"LOUD\"\n[triton]\nzone = \"x\"\n"));

        var lines = error.Message.Split('\n').Select(line => line[(line.LastIndexOf('/') + 1)..]).ToArray();
        Assert.Equal(
            [
                "triton-sg.toml:1: crdb.database is missing: the database",
                "triton-sg.toml:1: crdb.user is missing: who Muster is there",
                "triton-sg.toml:6: http.bind is 'here': an IP address, such as 127.0.0.1 or 0.0.0.0",
                "triton-sg.toml:7: http.port is '0': a port: 1 to 65535",
                "triton-sg.toml:9: log.level is 'LOUD': DEBUG, INFO, WARN, ERROR or FATAL",
                "tsg-config.md lists them",
            ],
            lines);
        Assert.DoesNotContain("secret", error.Message + _said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_checks_it_like_its_own_and_asks_its_database()
    {
        var run = await CliRun.Of(
            new Dictionary<string, string> { ["HOME"] = _directory.Path },
            "server",
            "--check",
            "--config",
            _directory.Write("triton-sg.toml", Smallest));

        // Every field is good, and nobody answers at the database that it names: no server could start.
        Assert.Equal(ExitCode.Error, run.Code);
        Assert.Contains("does not answer", run.ErrorLines[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("triton-sg.toml:", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_keeps_the_server_from_starting_is_said_in_the_words_of_the_file()
    {
        var terminal = TerminalWith(("TSG_TRITON_DC", "a b"));
        var file = _directory.Write("triton-sg.toml", Smallest + "[triton]\nurl = \"ftp://x\"\nauth-url = \"http://example.com\"\n");

        var error = Assert.Throws<CliException>(() => ConfigReader.ReadToServe(file, terminal));

        Assert.Equal(3, error.Message.Split('\n').Length);
        Assert.Contains("triton.url is 'ftp://x': CloudAPI's address", error.Message, StringComparison.Ordinal);
        Assert.Contains("triton.auth-url is 'http://example.com': CloudAPI's address", error.Message, StringComparison.Ordinal);
        Assert.Contains("TSG_TRITON_DC is 'a b': ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_with_tables_of_both_says_that_it_is_both()
    {
        var error = Assert.Throws<CliException>(() => Read(Smallest + "[server]\nlisten = \"127.0.0.1:0\"\n[limits]\n"));

        Assert.EndsWith(
            "triton-sg.toml is the original's configuration by its table crdb, and has of muster.toml: server, limits; "
            + "a file is one or the other: for anything beyond the original's settings, write a muster.toml",
            error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_names_every_setting_and_what_has_no_meaning()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "tsg-config.md"));

        Assert.All(
            [
                "log.level", "agent.log-format", "crdb.host", "crdb.port", "crdb.database", "crdb.user", "crdb.password", "crdb.sslmode",
                "crdb.sslrootcert", "crdb.mode", "http.bind", "http.port", "http.dc", "triton.dc", "triton.url", "triton.auth-url",
                "triton.key-prefix", "triton.whitelist", "nomad.url", "nomad.port", "tsgcli.version", "gops.enable", "gops.bind",
                "gops.port", "pprof.enable", "pprof.bind", "pprof.port",
            ],
            key => Assert.Contains($"`{key}`", page, StringComparison.Ordinal));
    }

    private MusterConfig Read(string file, params (string Name, string Value)[] environment) =>
        ConfigReader.Read(_directory.Write("triton-sg.toml", file), TerminalWith(environment));

    private Terminal TerminalWith(params (string Name, string Value)[] environment) => new()
    {
        Out = TextWriter.Null,
        Error = _said,
        OutIsTerminal = false,
        ErrorIsTerminal = false,
        Environment = name => name == "HOME" ? _directory.Path : environment.FirstOrDefault(one => one.Name == name).Value,
    };
}
