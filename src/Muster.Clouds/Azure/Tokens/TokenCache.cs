using System.Net.Http.Headers;

namespace Muster.Clouds.Azure.Tokens;

/// <summary>A token, and until when it is good.</summary>
internal sealed record AccessToken(string Value, DateTimeOffset ExpiresAt);

/// <summary>Keeps a token while it is good, and has one caller at a time fetch the next. Safe to share.</summary>
/// <param name="fetch">Fetches one.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class TokenCache(Func<CancellationToken, Task<AccessToken>> fetch, TimeProvider timeProvider) : IDisposable
{
    /// <summary>A token is left alone when less of its life is left: Azure's services accept one a few minutes longer at most.</summary>
    private static readonly TimeSpan Spare = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _gate = new(1);
    private volatile AccessToken? _token;

    /// <summary>Puts the token on a request.</summary>
    public async ValueTask AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await GetAsync(cancellationToken)).Value);

    /// <summary>A good token.</summary>
    public async ValueTask<AccessToken> GetAsync(CancellationToken cancellationToken)
    {
        if (IsGood(_token))
        {
            return _token!;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (!IsGood(_token))
            {
                _token = await fetch(cancellationToken);
            }

            return _token!;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Forgets the token: somebody refused it. The next call has a new one, of a secret that may be a new one, too.</summary>
    public void Forget() => _token = null;

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private bool IsGood(AccessToken? token) => token is not null && token.ExpiresAt - timeProvider.GetUtcNow() > Spare;
}
