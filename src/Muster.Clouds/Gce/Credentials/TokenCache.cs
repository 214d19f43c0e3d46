using Muster.Core.Clouds;

namespace Muster.Clouds.Gce.Credentials;

/// <summary>Keeps a token until shortly before its end. Safe to share; one at a time asks for a new one.</summary>
internal sealed class TokenCache(ITokenSource source, TimeProvider timeProvider) : IDisposable
{
    /// <summary>Google's metadata server gives a new token 5 minutes before the old one's end: earlier there is none to be had.</summary>
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(4);

    private readonly SemaphoreSlim _gate = new(1);
    private AccessToken? _token;

    /// <inheritdoc cref="ITokenSource.Who"/>
    public string Who => source.Who;

    /// <summary>A token that is good for now.</summary>
    /// <exception cref="CloudException">As <see cref="ITokenSource.FetchAsync"/>.</exception>
    public async ValueTask<string> GetAsync(CancellationToken cancellationToken)
    {
        if (Fresh() is { } fresh)
        {
            return fresh;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (Fresh() is { } meanwhile)
            {
                return meanwhile;
            }

            var token = await source.FetchAsync(cancellationToken);
            _token = token;
            return token.Value;
        }
        catch (CloudException) when (_token is { } old && old.ExpiresAt > timeProvider.GetUtcNow())
        {
            // The service of tokens is away for a moment, and the old one still counts.
            return old.Value;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Google refused it: the next call asks for a new one, with what the credential's file says by then.</summary>
    public void Forget(string refused)
    {
        if (_token is { } token && token.Value == refused)
        {
            _token = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        source.Dispose();
        _gate.Dispose();
    }

    private string? Fresh() => _token is { } token && token.ExpiresAt - Early > timeProvider.GetUtcNow() ? token.Value : null;
}
