using System.Globalization;

using Muster.Clouds.Gce.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Gce.Credentials;

/// <summary>Calls services that give tokens.</summary>
/// <param name="timeProvider">The clock.</param>
internal sealed class TokenCalls(TimeProvider timeProvider) : IDisposable
{
    /// <summary>A token lives for an hour unless its service says otherwise.</summary>
    private static readonly TimeSpan LifeUnlessSaid = TimeSpan.FromHours(1);

    /// <summary>No service gives one for longer: what it says is not believed beyond that.</summary>
    private static readonly TimeSpan LifeMax = TimeSpan.FromHours(12);

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <summary>Google takes claims that are this far off.</summary>
    private static readonly TimeSpan SkewMax = TimeSpan.FromMinutes(5);

    private const int TextMax = 300;

    private readonly Dictionary<string, HttpCaller> _callers = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>The clock.</summary>
    public TimeProvider Time => timeProvider;

    /// <summary>Asks a service for a token by a form (RFC 6749).</summary>
    /// <param name="url">The service.</param>
    /// <param name="who">Whose token, for refusals.</param>
    /// <param name="form">The form's fields.</param>
    /// <param name="advice">What to do when it refuses.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<AccessToken> PostFormAsync(
        Uri url, string who, IEnumerable<KeyValuePair<string, string>> form, string advice, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new FormUrlEncodedContent(form) };
        var answer = await SendAsync(request, $"a token for {who}", cancellationToken);
        return TokenOf(answer, who, advice);
    }

    /// <summary>Sends any request; an answer of whatever status.</summary>
    public Task<HttpAnswer> SendAsync(HttpRequestMessage request, string call, CancellationToken cancellationToken) =>
        CallerOf(request.RequestUri!).CallAsync(request, call, cancellationToken);

    /// <summary>The token in an answer.</summary>
    /// <exception cref="CloudException">There is none.</exception>
    public AccessToken TokenOf(HttpAnswer answer, string who, string advice)
    {
        if (!answer.IsGood)
        {
            throw Refusal(answer, who, advice);
        }

        var read = answer.Read(TokenAnswer.Of);
        return Make(read.AccessToken, read.ExpiresIn is { } seconds and > 0 ? TimeSpan.FromSeconds(Math.Min(seconds, 1e6)) : null, who);
    }

    /// <summary>A token as it was given.</summary>
    public AccessToken Make(string? value, TimeSpan? life, string who)
    {
        if (string.IsNullOrEmpty(value) || value.Any(c => c is <= ' ' or > '~'))
        {
            throw new CloudException(CloudErrorKind.Unauthorized, $"a token for {who}: the answer holds none");
        }

        var lasting = life ?? LifeUnlessSaid;
        return new(value, timeProvider.GetUtcNow() + (lasting < LifeMax ? lasting : LifeMax));
    }

    /// <summary>What an answer that is no success means: only a person can mend a refusal; everything else passes.</summary>
    public static CloudException Refusal(HttpAnswer answer, string who, string advice)
    {
        var status = (int)answer.Status;
        if (status == 429)
        {
            return answer.Failure(CloudErrorKind.Throttled, message: null);
        }

        if (status >= 500)
        {
            return answer.Failure(CloudErrorKind.Unavailable, message: null);
        }

        var error = answer.TryRead(TokenError.Of);
        var (word, told) = (error?.Error, error?.ErrorDescription);
        var words = string.Join(": ", new[] { word, told }.Where(text => !string.IsNullOrEmpty(text)));
        return new CloudException(
            CloudErrorKind.Unauthorized,
            $"Google gives no token for {who} (status {status}"
            + $"{(words.Length > 0 ? $", {ForeignText.Shown(words, TextMax)}" : "")}): {SkewOf(answer) ?? advice}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var caller in _callers.Values)
            {
                caller.Dispose();
            }

            _callers.Clear();
        }
    }

    private static string? SkewOf(HttpAnswer answer) =>
        answer.Date is { } date && (date - answer.ReceivedAt) is var skew && skew.Duration() > SkewMax
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"this machine's clock is {skew.Duration().TotalSeconds:0} s {Side(skew)} Google's: set it")
            : null;

    private static string Side(TimeSpan skew) => skew > TimeSpan.Zero ? "behind" : "ahead of";

    private HttpCaller CallerOf(Uri url)
    {
        var origin = url.GetLeftPart(UriPartial.Authority);
        lock (_gate)
        {
            if (!_callers.TryGetValue(origin, out var caller))
            {
                var address = new Uri(origin);
                var handler = ServiceHandler.Make(address, TimeSpan.FromMinutes(1));
                // A machine's own metadata server is never behind a proxy.
                handler.UseProxy = handler.UseProxy && url.Scheme == Uri.UriSchemeHttps;
                caller = new(handler, new HttpService("Google's token service", address) { Timeout = Timeout }, timeProvider);
                _callers[origin] = caller;
            }

            return caller;
        }
    }
}
