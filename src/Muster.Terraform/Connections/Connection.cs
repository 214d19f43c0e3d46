using Muster.Api.Client;
using Muster.Api.Clouds;
using Muster.Core;
using Muster.Terraform.Logs;

namespace Muster.Terraform.Connections;

/// <summary>The server as a configured provider talks to it. Up to ten calls of Terraform share it at once.</summary>
/// <remarks>
/// Whatever is sent may be sent again: reads, changes of an object that name its version or put it whole, and creations that carry a key
/// or are known again by what they made. So a restart of the server in the midst of an apply is waited out.
/// </remarks>
internal sealed class Connection : IDisposable
{
    /// <summary>Waits between attempts, 6 seconds in all: a server that restarts is back by then.</summary>
    private static readonly TimeSpan[] RetryWaits =
        [.. new[] { 100, 200, 400, 800, 1500, 3000 }.Select(ms => TimeSpan.FromMilliseconds(ms))];

    /// <summary>Longest wait that a server may ask for; above it, the user is told at once.</summary>
    private static readonly TimeSpan RetryAfterMax = TimeSpan.FromSeconds(30);

    private readonly MusterClient _client;
    private readonly PluginLog _log;
    private readonly SemaphoreSlim _cloudsGate = new(1);
    private IReadOnlyList<CloudView>? _clouds;

    /// <param name="client">The server; closed with this.</param>
    /// <param name="requestTimeout">How long one request may take.</param>
    /// <param name="log">Gets what a person who watches wants to know.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="random">Where keys come from.</param>
    /// <param name="stopping">Cancelled when Terraform asks to stop.</param>
    public Connection(
        MusterClient client,
        TimeSpan requestTimeout,
        PluginLog log,
        TimeProvider timeProvider,
        IRandomSource random,
        CancellationToken stopping)
    {
        _client = client;
        RequestTimeout = requestTimeout;
        _log = log;
        Time = timeProvider;
        Random = random;
        Stopping = stopping;
    }

    /// <summary>How long one request may take.</summary>
    public TimeSpan RequestTimeout { get; }

    public TimeProvider Time { get; }

    public IRandomSource Random { get; }

    /// <summary>Cancelled when Terraform asks to stop. Waits end by it; requests that change something do not.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>A key under which a creation can be sent again without making a second thing.</summary>
    public string NewKey() => $"terraform-{Random.NextId():N}";

    /// <summary>Asks once.</summary>
    public async Task<T> AskOnceAsync<T>(Func<MusterClient, CancellationToken, Task<T>> ask)
    {
        using var limit = new CancellationTokenSource(RequestTimeout, Time);
        try
        {
            return await ask(_client, limit.Token);
        }
        catch (OperationCanceledException error) when (limit.IsCancellationRequested)
        {
            throw new RequestTimeoutException(_client.Address, RequestTimeout, error);
        }
    }

    /// <summary>Whether an error says only that the server, or its store, is away and may be back.</summary>
    public static bool IsAway(Exception error) =>
        error is ServerUnreachableException or RequestTimeoutException or ApiException { Problem.Status: 503 };

    /// <summary>Asks, and asks again while the server is away for a moment.</summary>
    public Task<T> AskAsync<T>(Func<MusterClient, CancellationToken, Task<T>> ask) => AskAsync(ask, Stopping);

    /// <summary>Asks, and asks again while the server is away for a moment.</summary>
    /// <param name="ask">The request.</param>
    /// <param name="over">Ends the waits between attempts; never a request.</param>
    public async Task<T> AskAsync<T>(Func<MusterClient, CancellationToken, Task<T>> ask, CancellationToken over)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await AskOnceAsync(ask);
            }
            catch (Exception error) when (
                attempt < RetryWaits.Length && WaitAfter(error, attempt) is { } wait && !over.IsCancellationRequested)
            {
                _log.Write(
                    PluginLogLevel.Warn,
                    "asking the Muster server again",
                    ("wait_ms", $"{wait.TotalMilliseconds:0}"),
                    ("error", error.Message));
                // The attempt after a wait that was ended is the last.
                await Task.Delay(wait, Time, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>The configured clouds, asked for once.</summary>
    public async Task<IReadOnlyList<CloudView>> CloudsAsync()
    {
        await _cloudsGate.WaitAsync(CancellationToken.None);
        try
        {
            return _clouds ??= (await AskAsync((server, token) => server.ListCloudsAsync(token))).Items;
        }
        finally
        {
            _cloudsGate.Release();
        }
    }

    /// <summary>Tells somebody who watches what goes on with one thing.</summary>
    public void Log(string message, string subject) => _log.Write(PluginLogLevel.Info, message, ("subject", subject));

    public void Dispose()
    {
        _client.Dispose();
        _cloudsGate.Dispose();
    }

    /// <returns>How long to wait before the next attempt; null when there is no use in one.</returns>
    private static TimeSpan? WaitAfter(Exception error, int attempt) => error switch
    {
        RequestTimeoutException => null,
        ServerUnreachableException => RetryWaits[attempt],
        ApiException { Problem.Status: 503, RetryAfter: var after } => after > RetryAfterMax ? null : after ?? RetryWaits[attempt],
        _ => null,
    };
}
