using System.Net;

using Muster.Clouds.Kit.Http;
using Muster.Clouds.OpenStack.Wire;
using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.OpenStack.Identity;

/// <summary>The token of a cloud: one for all calls, renewed before it ends and after a service has refused it. Safe to share.</summary>
/// <param name="read">Reads the credential anew: one that was changed in its file counts from the next token on.</param>
/// <param name="first">The credential at the start.</param>
/// <param name="open">Opens the way to an identity service.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class TokenCache(
    Func<OpenStackCredential> read, OpenStackCredential first, Func<Uri, HttpCaller> open, TimeProvider timeProvider) : IDisposable
{
    private const string Call = "get a token";
    private const int TextMax = 300;

    /// <summary>A token is renewed so long before its end, or at nine tenths of its life where that is later.</summary>
    private static readonly TimeSpan RenewBefore = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _gate = new(1, 1);

    // Swapped whole, under the gate.
    private volatile OpenStackToken? _token;
    private OpenStackCredential _credential = first;
    private (Uri Url, HttpCaller Caller)? _identity;

    /// <summary>The credential that counts now.</summary>
    public OpenStackCredential Credential => _credential;

    /// <summary>A token that is good.</summary>
    /// <param name="refused">One that a service has just refused: another is got; null where none was.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The token, and whether it was got by this very call.</returns>
    /// <exception cref="CloudException">
    /// There is none: <see cref="CloudErrorKind.Unauthorized"/> where only a person can mend that, and never a doubt: without a token
    /// nothing that it is for was sent.
    /// </exception>
    public async Task<(OpenStackToken Token, bool IsNew)> GetAsync(OpenStackToken? refused, CancellationToken cancellationToken)
    {
        if (_token is { } known && known != refused && IsFresh(known))
        {
            return (known, false);
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            // Somebody else may have got it meanwhile.
            if (_token is { } found && found != refused && IsFresh(found))
            {
                return (found, false);
            }

            try
            {
                _token = await FetchAsync(cancellationToken);
                return (_token, true);
            }
            catch (CloudException error) when (
                error.Kind is not CloudErrorKind.Unauthorized && _token is { } old && old != refused && IsGood(old))
            {
                // The identity service is away for a moment, and the token before is not over yet.
                CallPace.Survived(error);
                return (old, false);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _identity?.Caller.Dispose();
        _gate.Dispose();
    }

    private bool IsFresh(OpenStackToken token)
    {
        var margin = token.Life / 10 < RenewBefore ? token.Life / 10 : RenewBefore;
        return timeProvider.GetElapsedTime(token.ReceivedAt) < token.Life - margin;
    }

    private bool IsGood(OpenStackToken token) => timeProvider.GetElapsedTime(token.ReceivedAt) < token.Life;

    private async Task<OpenStackToken> FetchAsync(CancellationToken cancellationToken)
    {
        ReadAnew();
        var url = _credential.AuthUrl;
        if (_identity is not { } identity || identity.Url != url)
        {
            _identity?.Caller.Dispose();
            _identity = identity = (url, open(url));
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{url.AbsoluteUri}/auth/tokens"))
        {
            Content = HttpCaller.Json(_credential.Body()),
        };
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.TryAddWithoutValidation("User-Agent", "muster");
        HttpAnswer answer;
        try
        {
            answer = await identity.Caller.CallAsync(request, Call, cancellationToken);
        }
        catch (CloudException error) when (error.Kind is CloudErrorKind.Ambiguous)
        {
            throw new CloudException(CloudErrorKind.Unavailable, error.Message, error.RetryAfter, error);
        }

        if (!answer.IsGood)
        {
            throw Refusal(answer);
        }

        request.Options.TryGetValue(SubjectTokenHandler.Key, out var value);
        var read = answer with { Doubt = CloudErrorKind.Unavailable };
        return OpenStackToken.Read(value, read.Read(OpenStackJson.Default.JsonElement), timeProvider.GetTimestamp())
            ?? throw new CloudException(
                CloudErrorKind.Unavailable, $"{Call}: {url} answers without a token and its times: is auth_url an identity service's?");
    }

    private void ReadAnew()
    {
        try
        {
            _credential = read();
        }
        catch (FormatException error)
        {
            // Somebody is just writing it: the one before may still count. Where it does not, the answer says so.
            CallPace.Survived(new(CloudErrorKind.Unavailable, $"{_credential.Source} cannot be read: it is not {error.Message}"));
        }
    }

    private CloudException Refusal(HttpAnswer answer)
    {
        var fault = ApiFault.Read(answer);
        var text = fault is null ? null : $"{(int)answer.Status} {ForeignText.Shown(fault.Message, TextMax)}";
        var (kind, advice) = answer.Status switch
        {
            HttpStatusCode.Unauthorized => (
                CloudErrorKind.Unauthorized,
                "the identity service does not know the user, its password or application credential, or its project; "
                + $"they are from {_credential.Source}"),
            HttpStatusCode.TooManyRequests => (CloudErrorKind.Throttled, ""),
            HttpStatusCode.NotFound => (
                CloudErrorKind.Unauthorized, $"there is no identity service of version 3 at {_credential.AuthUrl}: look at auth_url"),
            HttpStatusCode.Forbidden or HttpStatusCode.BadRequest => (CloudErrorKind.Unauthorized, $"look at {_credential.Source}"),
            _ => (CloudErrorKind.Unavailable, ""),
        };
        var failure = answer.Failure(kind, text);
        return advice.Length == 0 ? failure : new(kind, $"{failure.Message}: {advice}", failure.RetryAfter);
    }
}
