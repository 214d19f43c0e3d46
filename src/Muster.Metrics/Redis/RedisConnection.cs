using System.Security.Authentication;

using Muster.Core.Metrics;
using Muster.Metrics.Kit;

using StackExchange.Redis;

namespace Muster.Metrics.Redis;

/// <summary>One connection, made when it is first needed, shared by all reads, and made anew after it failed.</summary>
internal sealed class RedisConnection(RedisOptions options) : IAsyncDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _gate = new(1);
    private ConnectionMultiplexer? _connection;

    /// <summary>Who is asked, for sentences.</summary>
    public string Server => string.Join(", ", options.Servers);

    /// <summary>The database.</summary>
    /// <exception cref="MetricException">No connection came about.</exception>
    public async Task<IDatabase> OpenAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_connection is { IsConnected: false } lost)
            {
                // The library would try again by itself, and not with a password that was changed meanwhile.
                _connection = null;
                await lost.DisposeAsync();
            }

            _connection ??= await ConnectAsync(cancellationToken);
            return _connection.GetDatabase();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection)
        {
            await connection.DisposeAsync();
        }

        _gate.Dispose();
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(CancellationToken cancellationToken)
    {
        // Only what the library says about the last connection tells why: its exceptions tell what to try.
        var connecting = ConnectionMultiplexer.ConnectAsync(Configuration());
        try
        {
            return await connecting.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _ = DropAsync(connecting);
            throw;
        }
        catch (Exception error) when (error is RedisException or AuthenticationException or TimeoutException)
        {
            throw new MetricException($"no connection to {Server}: {WhyOf(error)}", error);
        }
    }

    /// <summary>The caller no longer waits; what comes about all the same is closed.</summary>
    private static async Task DropAsync(Task<ConnectionMultiplexer> connecting)
    {
        await connecting.ContinueWith(
            async done => await (done.IsCompletedSuccessfully ? done.Result.DisposeAsync() : ValueTask.CompletedTask),
            TaskScheduler.Default).Unwrap();
    }

    private ConfigurationOptions Configuration()
    {
        var configuration = new ConfigurationOptions
        {
            AbortOnConnectFail = true,
            ConnectTimeout = (int)ConnectTimeout.TotalMilliseconds,
            ConnectRetry = 1,
            AllowAdmin = false,
            ClientName = "muster",
            DefaultDatabase = options.Database,
            User = options.User,
            Password = Password(),
            Ssl = options.Tls,
            // So that a failure is told as it is, and not after some time of hoping.
            BacklogPolicy = BacklogPolicy.FailFast,
        };
        foreach (var server in options.Servers)
        {
            configuration.EndPoints.Add(server.Host, server.Port);
        }

        if (options.CaFile is { } authorities)
        {
            configuration.TrustIssuer(authorities);
        }

        return configuration;
    }

    private string? Password()
    {
        try
        {
            return options.Password?.Read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MetricException($"password_file cannot be read: {Foreign.Words(error.Message)}", error);
        }
    }

    private static string WhyOf(Exception error)
    {
        var words = error.InnerException?.Message is { Length: > 0 } inner ? inner : error.Message;
        return Has("WRONGPASS") || Has("NOAUTH") ? "it wants another user or password: look at user and password_file"
            : Has("UnableToConnect") ? "nobody answers there as Redis does"
            : Foreign.Words(words);

        bool Has(string word) =>
            error.Message.Contains(word, StringComparison.Ordinal) || words.Contains(word, StringComparison.Ordinal);
    }
}
