using System.Text.Json.Serialization.Metadata;

using Muster.Core;
using Muster.Core.Checks;
using Muster.Core.Storage;
using Muster.Outbound;
using Muster.Remote.Wire;

namespace Muster.Remote;

/// <summary>The server, seen by a level check that runs elsewhere. Safe to share between threads.</summary>
/// <remarks>Every method throws <see cref="RemoteException"/> for what comes to nothing.</remarks>
public sealed class RemoteConnection : IDisposable
{
    private const int ReadAttemptsMax = 3;

    private static readonly TimeSpan RetryMin = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RetryMax = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long prices are waited for: twice what the server waits for its clouds. Beyond that the next check may have better luck.
    /// </summary>
    private static readonly TimeSpan PricesMax = TimeSpan.FromMinutes(1);

    private readonly RemoteExchange _exchange;
    private readonly TimeProvider _timeProvider;
    private readonly IRandomSource _random;

    /// <param name="address">Where the server is.</param>
    /// <param name="token">What this program is known by; null where nobody is asked.</param>
    /// <param name="timeProvider">The clock, for waits.</param>
    /// <param name="random">Spreads retries.</param>
    /// <param name="handler">What carries the requests; disposed with this. Null for the platform's own.</param>
    /// <exception cref="InputException">The address would send a cloud's credential readable through a network.</exception>
    public RemoteConnection(Uri address, string? token, TimeProvider timeProvider, IRandomSource random, HttpMessageHandler? handler = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.Scheme != Uri.UriSchemeHttps && !address.IsLoopback)
        {
            throw new InputException(
                "address",
                address.ToString(),
                "https://..., or a loopback address: the server hands out a cloud's credential, which must not cross a network readable");
        }

        (Address, _timeProvider, _random) = (address, timeProvider, random);

        // No redirect may take a token to another host.
        _exchange = new(address, token, handler ?? Handler(address), timeProvider);
    }

    /// <summary>Where the server is.</summary>
    public Uri Address { get; }

    private static SocketsHttpHandler Handler(Uri address)
    {
        var handler = OutboundHandler.Make(TimeSpan.FromSeconds(5), address);
        handler.AllowAutoRedirect = false;
        return handler;
    }

    /// <summary>What a check of one group needs.</summary>
    public Task<Assignment> AssignmentAsync(GroupId group, CancellationToken cancellationToken) =>
        ReadAsync($"groups/{group}/assignment", RemoteJson.Default.Assignment, cancellationToken);

    /// <summary>What a check of every group of a sweep needs.</summary>
    public Task<Assignment> AssignmentAsync(SweepKey sweep, CancellationToken cancellationToken) =>
        ReadAsync($"{PathOf(sweep)}/assignment", RemoteJson.Default.Assignment, cancellationToken);

    /// <summary>Hands in what became of a check; a second time changes nothing.</summary>
    public async Task ReportAsync(CheckRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        await RetryAsync(
            () => _exchange.SendAsync(
                $"groups/{run.Group}/runs", run, RemoteJson.Default.CheckRun, RemoteJson.Default.StoreClock, cancellationToken),
            cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _exchange.Dispose();

    /// <summary>Asks for something that changes nothing: tried again where it comes to nothing.</summary>
    internal Task<TAnswer> ReadAsync<TAnswer>(string path, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellationToken) =>
        RetryAsync(() => _exchange.AskAsync(path, answerType, cancellationToken), cancellationToken);

    /// <summary>Asks for something that changes what is kept: never repeated here.</summary>
    internal Task<TAnswer> WriteAsync<TBody, TAnswer>(
        string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellationToken) =>
        _exchange.SendAsync(path, body, bodyType, answerType, cancellationToken);

    internal static string PathOf(SweepKey sweep) => $"sweeps/{sweep.Account}/{Uri.EscapeDataString(sweep.Cloud)}";

    private async Task<TAnswer> RetryAsync<TAnswer>(Func<Task<TAnswer>> ask, CancellationToken cancellationToken)
    {
        var began = _timeProvider.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await ask();
            }
            catch (RemoteException error) when (error.Code is "prices_unknown" && _timeProvider.GetElapsedTime(began) < PricesMax)
            {
                // The server has just started. That it answers is no failed attempt.
                attempt--;
                var wait = error.RetryAfter < RetryMax ? error.RetryAfter.Value : RetryMax;
                await Task.Delay(wait, _timeProvider, cancellationToken);
            }
            catch (RemoteException error) when (attempt < ReadAttemptsMax && IsTransient(error))
            {
                await Task.Delay(Backoff.WithJitter(Backoff.Delay(attempt, RetryMin, RetryMax), _random), _timeProvider, cancellationToken);
            }
        }
    }

    private static bool IsTransient(RemoteException error) =>
        error.Kind is RemoteErrorKind.Unreachable or RemoteErrorKind.Unanswered
        || error.Code is "store_unavailable" or "store_ambiguous" or "stopping";
}
