using System.Buffers.Text;
using System.Collections.Frozen;
using System.Security.Cryptography;

using Microsoft.IdentityModel.Tokens;

using Muster.Nomad.Client;
using Muster.Nomad.Wire;

namespace Muster.Nomad.Identities;

/// <summary>The keys by which Nomad signs, kept so that it is asked seldom, whatever tokens come.</summary>
/// <remarks>
/// Only RSA keys for RS256, which Nomad makes since 1.7. A cluster that is older signs by EdDSA until its keys are rotated, which it does
/// by itself every 30 days.
/// </remarks>
public sealed class SigningKeys : IDisposable
{
    /// <summary>A key that Nomad takes back is not believed for longer.</summary>
    private static readonly TimeSpan FreshFor = TimeSpan.FromHours(1);

    /// <summary>Who sends made-up tokens makes us ask Nomad no more often than this.</summary>
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(10);

    private readonly NomadClient _client;
    private readonly TimeProvider _timeProvider;
    private readonly SemaphoreSlim _asking = new(1, 1);

    // Swapped whole; written by whoever holds the semaphore.
    private volatile State _state = new(FrozenDictionary<string, RsaSecurityKey>.Empty, ReadAt: null, AskedAt: null, Trouble: null);

    /// <param name="client">Nomad.</param>
    /// <param name="timeProvider">The clock.</param>
    public SigningKeys(NomadClient client, TimeProvider timeProvider) => (_client, _timeProvider) = (client, timeProvider);

    /// <summary>Why no task can prove what it is, and what to do about it; null when nothing is known to stand in the way.</summary>
    /// <remarks>That Nomad does not answer is not told here: see <see cref="Reconciling.NomadReach"/>.</remarks>
    public string? Obstacle => _state.Trouble is { IsNomadAway: false } trouble ? trouble.Text : null;

    /// <summary>Reads the keys unless they are known and fresh.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        if (!IsFresh(_state))
        {
            await AskAsync(now => !IsFresh(now) && MayAsk(now), cancellationToken);
        }
    }

    /// <summary>The key of that id.</summary>
    /// <exception cref="IdentityException">There is none, or that cannot be found out now.</exception>
    internal async ValueTask<RsaSecurityKey> FindAsync(string id, CancellationToken cancellationToken)
    {
        var now = _state;
        if (!Knows(now))
        {
            // Whoever comes while somebody asks waits for that answer.
            now = await AskAsync(other => !Knows(other) && MayAsk(other), cancellationToken);
        }

        // An old answer is better than none: what it vouches for ends by itself.
        return now.Keys.GetValueOrDefault(id) ?? throw Unknown(now);

        bool Knows(State other) => IsFresh(other) && other.Keys.ContainsKey(id);
    }

    /// <inheritdoc/>
    public void Dispose() => _asking.Dispose();

    private bool IsFresh(State now) => now.ReadAt is { } at && _timeProvider.GetElapsedTime(at) < FreshFor;

    private bool MayAsk(State now) => now.AskedAt is not { } at || _timeProvider.GetElapsedTime(at) >= AskAgainAfter;

    private static IdentityException Unknown(State now) => now switch
    {
        { Trouble: { } trouble } => new(trouble.Text, isTransient: trouble.IsNomadAway, trouble.Error),
        { ReadAt: null } => new("the keys of Nomad's identities are not known yet", isTransient: true),

        // Perhaps the key is newer than what was read; whoever comes again after a while is told for certain.
        { IsAnswer: false } => new("its key was not among those that Nomad signs with a moment ago", isTransient: true),
        _ => new("its key is none that Nomad signs with", isTransient: false),
    };

    private async Task<State> AskAsync(Func<State, bool> isNeeded, CancellationToken cancellationToken)
    {
        await _asking.WaitAsync(cancellationToken);
        try
        {
            if (!isNeeded(_state))
            {
                return _state;
            }

            // Counts from its beginning: who leaves in the middle cannot make it begin again at once.
            _state = _state with { AskedAt = _timeProvider.GetTimestamp() };
            var (next, answered) = await ReadAsync(_state, cancellationToken);
            _state = next;
            return next with { IsAnswer = answered };
        }
        finally
        {
            _asking.Release();
        }
    }

    private async Task<(State Next, bool Answered)> ReadAsync(State before, CancellationToken cancellationToken)
    {
        try
        {
            var set = await _client.ReadSigningKeysAsync(cancellationToken);
            var keys = set.Keys.Where(IsUsable).DistinctBy(key => key.Id).ToFrozenDictionary(key => key.Id!, Key, StringComparer.Ordinal);
            var trouble = keys.Count > 0 ? null : new Trouble(
                "Nomad signs identities with no RSA key, as before 1.7: have it make a new one (nomad operator root keyring rotate), "
                + "or set identity = \"token\" in [nomad]",
                IsNomadAway: false, Error: null);
            return (before with { Keys = keys, ReadAt = _timeProvider.GetTimestamp(), Trouble = trouble }, true);
        }
        catch (NomadException error) when (error.Kind is NomadErrorKind.NotFound)
        {
            return (before with
            {
                Trouble = new(
                    "Nomad gives its tasks no identities, as it does since 1.7: update it, or set identity = \"token\" in [nomad]",
                    IsNomadAway: false,
                    error),
            }, true);
        }
        catch (NomadException error)
        {
            return (before with { Trouble = new($"Nomad's keys cannot be read: {error.Message}", IsNomadAway: true, error) }, false);
        }
    }

    private static bool IsUsable(SigningKeyEntry key) =>
        key is { Id.Length: > 0, Kind: "RSA", Algorithm: SecurityAlgorithms.RsaSha256 or null, Modulus.Length: > 0, Exponent.Length: > 0 }
        && Base64Url.IsValid(key.Modulus) && Base64Url.IsValid(key.Exponent);

    private static RsaSecurityKey Key(SigningKeyEntry key) =>
        new(new RSAParameters { Modulus = Base64Url.DecodeFromChars(key.Modulus), Exponent = Base64Url.DecodeFromChars(key.Exponent) })
        {
            KeyId = key.Id,
        };

    /// <param name="Keys">By id.</param>
    /// <param name="ReadAt">A timestamp; null for never.</param>
    /// <param name="AskedAt">When they were last asked for, with or without an answer.</param>
    /// <param name="Trouble">What came of it; null when all is well.</param>
    /// <param name="IsAnswer">Whether this was read for whoever has it.</param>
    private sealed record State(
        FrozenDictionary<string, RsaSecurityKey> Keys, long? ReadAt, long? AskedAt, Trouble? Trouble, bool IsAnswer = false);

    private sealed record Trouble(string Text, bool IsNomadAway, NomadException? Error);
}
