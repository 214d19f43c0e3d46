using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

using Npgsql;

namespace Muster.Postgres.Testing;

/// <summary>A throw-away PostgreSQL: a directory, a Unix socket and a port of its own, gone when the process that started it is.</summary>
/// <remarks>
/// Who comes by the socket is let in, who comes by TCP needs the password. It sorts text as people do and not by bytes, so that a store
/// which relies on the database for its order is found out.
/// </remarks>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>Who owns it all.</summary>
    public const string SuperUser = "postgres";

    private const string ReadyWord = "database system is ready to accept connections";

    // The server ends with the shell that has it, and the shell with its standard input: however the tests end, nothing stays behind.
    private const string Run =
        """
        directory=$1; shift
        "$@" & pid=$!
        echo $pid
        read -r word
        kill -QUIT $pid 2>/dev/null
        wait $pid
        [ "$word" = keep ] || rm -rf "$directory"
        """;

    private readonly PostgresServerOptions _options;
    private readonly string _directory;
    private readonly NpgsqlDataSource _source;
    private Process? _shell;
    private Task _log = Task.CompletedTask;
    private int _pid;
    private int _databases;

    private PostgresServer(PostgresServerOptions options, string directory, int port)
    {
        _options = options;
        _directory = directory;
        Port = port;
        _source = NpgsqlDataSource.Create(ConnectionString("postgres"));
    }

    /// <summary>Its port, on the loopback address.</summary>
    public int Port { get; }

    /// <summary>The directory of its Unix socket.</summary>
    public string SocketDirectory => _directory;

    /// <summary>The super-user's password, for TCP.</summary>
    public string Password => _options.Password;

    /// <summary>Makes a new one and starts it.</summary>
    public static async Task<PostgresServer> StartAsync(PostgresServerOptions options, CancellationToken cancellationToken)
    {
        var directory = await Script.RunAsync("mktemp -d /tmp/muster-postgres-XXXXXX", [], cancellationToken);
        var server = new PostgresServer(options, directory, FreePort());
        await server.InitializeAsync(cancellationToken);
        await server.StartAsync(cancellationToken);
        return server;
    }

    /// <summary>A database of it, by the URL that Muster takes: by its Unix socket.</summary>
    public string SocketUrl(string database, string user = SuperUser) =>
        string.Create(CultureInfo.InvariantCulture, $"postgres://{user}@/{database}?host={_directory}&port={Port}");

    /// <summary>A database of it, by the URL that Muster takes: by TCP.</summary>
    public string TcpUrl(string database, string user = SuperUser) =>
        string.Create(CultureInfo.InvariantCulture, $"postgres://{user}@127.0.0.1:{Port}/{database}");

    /// <summary>A database of it, for Npgsql itself, which waits longer than a loaded machine takes to let it in.</summary>
    public string ConnectionString(string database) => string.Create(
        CultureInfo.InvariantCulture,
        $"Host={_directory};Port={Port};Username={SuperUser};Database={database};Timeout=60;Command Timeout=120;Pooling=false");

    /// <summary>Starts it again on the same port and data.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _shell = Script.Start(
            Run,
            [
                _directory, Path.Combine(PostgresProgram.Directory, "postgres"), "-D", Path.Combine(_directory, "data"), "-k", _directory,
                "-p", Port.ToString(CultureInfo.InvariantCulture),
                .. Settings().SelectMany(setting => new[] { "-c", $"{setting.Key}={setting.Value}" }),
            ]);
        _pid = int.Parse((await _shell.StandardOutput.ReadLineAsync(cancellationToken))!, CultureInfo.InvariantCulture);
        await ReadUntilReadyAsync(_shell, cancellationToken);

        // What it says from now on must be read, or it would stop in the middle of a word.
        _log = CopyLogAsync(_shell);
    }

    /// <summary>Ends it as a loss of power would: at once, nothing is tidied up.</summary>
    public Task KillAsync(CancellationToken cancellationToken) => EndAsync("KILL", "keep", cancellationToken);

    /// <summary>Ends it in order, its connections with it.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => EndAsync("INT", "keep", cancellationToken);

    /// <summary>Runs SQL as the super-user.</summary>
    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken, string database = "postgres")
    {
        await using var other = database == "postgres" ? null : NpgsqlDataSource.Create(ConnectionString(database));
        await using var command = (other ?? _source).CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Makes a database that has a name of its own.</summary>
    /// <param name="template">The database that it is a copy of, to which nobody is connected; null for an empty one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<string> CreateDatabaseAsync(string? template, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {template ?? "template0"}", cancellationToken);
        return name;
    }

    /// <summary>Ends it and removes its files.</summary>
    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        if (_shell is null)
        {
            await Script.RunAsync("rm -rf \"$1\"", [_directory], CancellationToken.None);
        }

        await EndAsync("QUIT", "remove", CancellationToken.None);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task ReadUntilReadyAsync(Process process, CancellationToken cancellationToken)
    {
        var log = new List<string>();
        while (await process.StandardError.ReadLineAsync(cancellationToken) is { } line)
        {
            log.Add(line);
            if (line.Contains(ReadyWord, StringComparison.Ordinal))
            {
                return;
            }
        }

        throw new InvalidOperationException($"PostgreSQL did not start: {string.Join('\n', log)}");
    }

    private async Task CopyLogAsync(Process process)
    {
        await using var to = _options.LogPath is { } path ? new FileStream(path, FileMode.Append) : Stream.Null;
        await process.StandardError.BaseStream.CopyToAsync(to, CancellationToken.None);
    }

    private async Task InitializeAsync(CancellationToken cancellationToken)
    {
        await Script.RunAsync(
            """
            set -e
            printf %s "$2" > "$3/password"
            case "$("$1/postgres" --version)" in
                *" 9."* | *" 10."* | *" 11."* | *" 12."* | *" 13."* | *" 14."*) order=--locale=C.UTF-8 ;;
                *) order="--locale=C.UTF-8 --locale-provider=icu --icu-locale=en" ;;
            esac
            "$1/initdb" -D "$3/data" -U postgres -E UTF8 $order --no-sync --auth-local=trust --auth-host=scram-sha-256 --pwfile="$3/password"
            """,
            [PostgresProgram.Directory, Password, _directory],
            cancellationToken);
        if (_options.Certificate is { } certificate)
        {
            await Script.RunAsync(
                """
                umask 077
                printf %s "$2" > "$1/ca.crt"; printf %s "$3" > "$1/server.crt"; printf %s "$4" > "$1/server.key"
                """,
                [_directory, certificate.Authority, certificate.Certificate, certificate.Key],
                cancellationToken);
        }
    }

    private Dictionary<string, string> Settings()
    {
        var settings = new Dictionary<string, string>(_options.Settings)
        {
            ["listen_addresses"] = "127.0.0.1",
            ["fsync"] = _options.IsDurable ? "on" : "off",
            ["shared_buffers"] = "64MB",
        };
        if (_options.Certificate is not null)
        {
            settings["ssl"] = "on";
            settings["ssl_cert_file"] = Path.Combine(_directory, "server.crt");
            settings["ssl_key_file"] = Path.Combine(_directory, "server.key");
        }

        return settings;
    }

    private async Task EndAsync(string signal, string word, CancellationToken cancellationToken)
    {
        if (_shell is null)
        {
            return;
        }

        await Script.RunAsync("kill -$1 $2", [signal, _pid.ToString(CultureInfo.InvariantCulture)], cancellationToken);
        await _shell.StandardInput.WriteLineAsync(word);
        await _shell.WaitForExitAsync(cancellationToken);
        await _log;
        _shell.Dispose();
        _shell = null;
    }
}
