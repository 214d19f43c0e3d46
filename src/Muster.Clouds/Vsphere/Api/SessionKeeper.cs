using System.Globalization;

using Muster.Clouds.Vsphere.Wire;
using Muster.Core.Clouds;

namespace Muster.Clouds.Vsphere.Api;

/// <summary>Logs in when a session is needed, once for all who wait.</summary>
/// <remarks>See docs/decisions/0310-one-session-for-a-connection.md.</remarks>
/// <param name="options">Who logs in.</param>
/// <param name="login">Makes the call.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class SessionKeeper(
    VsphereCloudOptions options, Func<string, CancellationToken, Task<VsphereSession>> login, TimeProvider timeProvider) : IDisposable
{
    /// <summary>
    /// How long a password that was refused is not tried again: vCenter locks an account after five failures within three minutes, and
    /// then for the people who use it, too.
    /// </summary>
    public static readonly TimeSpan RefusedFor = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _gate = new(1);

    private volatile VsphereSession? _session;

    // Guarded by the gate.
    private (string Password, CloudException Refusal, long At)? _refused;

    /// <summary>The session that there is; null where there is none.</summary>
    public VsphereSession? Current => _session;

    /// <summary>A session.</summary>
    /// <param name="stale">One that vCenter knows no more; null for none.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="CloudException">There is none to be had; surely nothing else was sent.</exception>
    public async Task<VsphereSession> GetAsync(VsphereSession? stale, CancellationToken cancellationToken)
    {
        if (_session is { } known && known != stale)
        {
            return known;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            return _session is { } renewed && renewed != stale ? renewed : _session = await LogInAsync(cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async Task<VsphereSession> LogInAsync(CancellationToken cancellationToken)
    {
        var password = options.Password.Read();
        if (_refused is { } before && before.Password == password && timeProvider.GetElapsedTime(before.At) is var since
            && since < RefusedFor)
        {
            var left = Math.Ceiling((RefusedFor - since).TotalSeconds).ToString(CultureInfo.InvariantCulture);
            throw new CloudException(
                CloudErrorKind.Unauthorized,
                $"{before.Refusal.Message}; the same password is not tried again for {left} s, since vCenter locks accounts",
                innerException: before.Refusal);
        }

        try
        {
            var session = await login(password, cancellationToken);
            _refused = null;
            return session;
        }
        catch (CloudException error) when (VsphereErrors.Is(error, "InvalidLogin"))
        {
            _refused = (password, error, timeProvider.GetTimestamp());
            throw;
        }
        catch (CloudException error)
            when (error.Kind is not (CloudErrorKind.Unauthorized or CloudErrorKind.Throttled or CloudErrorKind.Unavailable))
        {
            throw new CloudException(CloudErrorKind.Unavailable, error.Message, error.RetryAfter, error);
        }
    }
}
