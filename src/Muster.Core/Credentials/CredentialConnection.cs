using System.Diagnostics.CodeAnalysis;

using Muster.Core.Clouds;

namespace Muster.Core.Credentials;

/// <summary>A connection made with one credential: closed once it is retired and the last call on it has ended.</summary>
/// <param name="credential">Which.</param>
/// <param name="cloud">The connection; disposed with this.</param>
[SuppressMessage("Design", "CA1001", Justification = "Whoever leaves last disposes.")]
internal sealed class CredentialConnection(CredentialId credential, ICloud cloud)
{
    private readonly CancellationTokenSource _retired = new();

    // One for the owner until it retires, and one for each call.
    private int _holders = 1;

    public CredentialId Credential => credential;

    public ICloud Cloud => cloud;

    /// <summary>Whether the cloud refused the credential since this was last said.</summary>
    public bool IsRefused { get; set; }

    /// <summary>When another credential has taken its place.</summary>
    public CancellationToken Retired => _retired.Token;

    /// <summary>Only while the owner holds it.</summary>
    public void Enter() => Interlocked.Increment(ref _holders);

    public async ValueTask LeaveAsync()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            await cloud.DisposeAsync();
            _retired.Dispose();
        }
    }

    public async ValueTask RetireAsync()
    {
        await _retired.CancelAsync();
        await LeaveAsync();
    }

    /// <summary>Runs a call, and notes when the cloud refuses the credential.</summary>
    public async Task<T> TellingAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (CloudException error) when (error.Kind is CloudErrorKind.Unauthorized)
        {
            IsRefused = true;
            throw;
        }
    }
}
