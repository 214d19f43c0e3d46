using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

using Muster.Core;
using Muster.Core.Traffic;
using Muster.Outbound;
using Muster.Traffic.Kit;

namespace Muster.Traffic.Http;

/// <summary>
/// Tells instances themselves. None of them is asked what it holds: this remembers whom it has told what, and tells all of them once more
/// after a restart of the server.
/// </summary>
/// <remarks>
/// Only addresses that the cloud lists are called, without a proxy; redirects are not followed, and of answers nothing but the head is
/// believed.
/// </remarks>
/// <param name="scheme"><c>http</c> or <c>https</c>.</param>
/// <param name="token">What instances get as a bearer token; null for nothing.</param>
/// <param name="timeout">How long a call may take.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class HttpTrafficSource(string scheme, SecretText? token, TimeSpan timeout, TimeProvider timeProvider) : ITrafficSource
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookAgainMax = TimeSpan.FromMinutes(1);

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseProxy = false, AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = timeout, MaxConnectionsPerServer = 2,
        MaxResponseHeadersLength = 64, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10),
        SslOptions = { RemoteCertificateValidationCallback = CertificateJudge.Judge },
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private readonly ConcurrentDictionary<(GroupId Group, string Cloud, InstanceId Instance, TrafficUse Use), TrafficState> _told = [];

    /// <inheritdoc/>
    public Task<ImmutableArray<TrafficEntry>> ListAsync(
        TrafficScope scope, ImmutableArray<TrafficMember> members, CancellationToken cancellationToken)
    {
        var byId = new Dictionary<(string, InstanceId), TrafficMember>();
        foreach (var member in members)
        {
            byId.TryAdd((member.Cloud, member.Instance.Id), member);
        }

        return Task.FromResult(_told
            .Where(one => one.Key.Group == scope.Group && one.Key.Use == scope.Use)
            .Select(one => new TrafficEntry(
                $"{one.Key.Cloud}/{one.Key.Instance}", byId.GetValueOrDefault((one.Key.Cloud, one.Key.Instance)), one.Value))
            .ToImmutableArray());
    }

    /// <inheritdoc/>
    public async Task JoinAsync(TrafficScope scope, TrafficMember member, CancellationToken cancellationToken)
    {
        var (status, _) = await CallAsync(HttpMethod.Delete, scope, member, cancellationToken);

        // One that never heard of drains serves anyway.
        if (!IsGood(status) && status is not (HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented))
        {
            throw Refused(HttpMethod.Delete, scope, member, status);
        }

        _told[Key(scope, member)] = TrafficState.Joined;
    }

    /// <inheritdoc/>
    public async Task<DrainProgress> DrainAsync(TrafficScope scope, TrafficMember member, CancellationToken cancellationToken)
    {
        var (status, retryAfter) = await CallAsync(HttpMethod.Post, scope, member, cancellationToken);
        _told[Key(scope, member)] = TrafficState.Draining;
        if (status is HttpStatusCode.Accepted || (status is HttpStatusCode.ServiceUnavailable && retryAfter is not null))
        {
            var wait = retryAfter ?? LookAgain;
            return new(IsEmpty: false, wait < LookAgainMax ? wait : LookAgainMax, "the instance asks for time");
        }

        return IsGood(status) ? DrainProgress.Empty : throw Refused(HttpMethod.Post, scope, member, status);
    }

    /// <inheritdoc/>
    public Task LeaveAsync(TrafficScope scope, TrafficEntry entry, CancellationToken cancellationToken)
    {
        foreach (var key in _told.Keys.Where(key =>
            key.Group == scope.Group && key.Use == scope.Use && $"{key.Cloud}/{key.Instance}" == entry.Key))
        {
            _told.TryRemove(key, out _);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static (GroupId Group, string Cloud, InstanceId Instance, TrafficUse Use) Key(TrafficScope scope, TrafficMember member) =>
        (scope.Group, member.Cloud, member.Instance.Id, scope.Use);

    private static bool IsGood(HttpStatusCode status) => (int)status is >= 200 and < 300;

    private static TrafficException Refused(HttpMethod method, TrafficScope scope, TrafficMember member, HttpStatusCode status) => new(
        TrafficErrorKind.Refused,
        string.Create(
            CultureInfo.InvariantCulture, $"{member.Instance.Name} answers {method} {scope.Use.Path} with HTTP {(int)status}"));

    private async Task<(HttpStatusCode Status, TimeSpan? RetryAfter)> CallAsync(
        HttpMethod method, TrafficScope scope, TrafficMember member, CancellationToken cancellationToken)
    {
        var end = member.Address is { Port: > 0 } address
            ? address
            : throw new TrafficException(TrafficErrorKind.Refused, $"{member.Instance.Name} has no address to call");
        var url = new Uri($"{scheme}://{end}{scope.Use.Path}");
        using var late = new CancellationTokenSource(timeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(method, url);
            request.Headers.UserAgent.ParseAdd("muster");
            if (token is not null)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Read());
            }

            if (method == HttpMethod.Post)
            {
                request.Content = new StringContent("", Encoding.UTF8, "text/plain");
            }

            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return (response.StatusCode, RetryAfterHeader.Read(response.Headers, timeProvider.GetUtcNow()));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException error)
        {
            throw new TrafficException(
                TrafficErrorKind.Unavailable,
                $"{member.Instance.Name} at {end} gave no answer within {DurationText.Format(timeout)}", error);
        }
        catch (HttpRequestException error)
        {
            throw new TrafficException(
                TrafficErrorKind.Unavailable, $"{member.Instance.Name}: {ConnectionFailure.Describe(error, url)}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrafficException(TrafficErrorKind.Unavailable, $"token_file: {Foreign.Words(error.Message)}", error);
        }
        catch (FormatException)
        {
            // The platform's words would hold the token.
            throw new TrafficException(
                TrafficErrorKind.Refused, $"{member.Instance.Name} was not called: the token cannot stand in a header");
        }
    }
}
