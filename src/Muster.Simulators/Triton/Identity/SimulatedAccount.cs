using System.Collections.Concurrent;

namespace Muster.Simulators.Triton.Identity;

/// <summary>An account of the simulated cloud.</summary>
public sealed class SimulatedAccount
{
    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its login.</summary>
    public required string Login { get; init; }

    /// <summary>Whether its operator has disabled it.</summary>
    public bool IsDisabled { get; set; }

    /// <summary>Its own keys, by MD5 fingerprint.</summary>
    public ConcurrentDictionary<string, SimulatedKey> Keys { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Its sub-users' keys, by login and then fingerprint.</summary>
    public ConcurrentDictionary<string, ConcurrentDictionary<string, SimulatedKey>> Users { get; } = new(StringComparer.Ordinal);

    /// <summary>Gives the account, or a sub-user of it, a key.</summary>
    /// <param name="publicKey">One line: type, base64, comment.</param>
    /// <param name="name">What the key is called; its comment unless set.</param>
    /// <param name="user">The sub-user; made when there is none. Null for the account itself.</param>
    /// <exception cref="FormatException">It is no public key that CloudAPI takes.</exception>
    public SimulatedKey AddKey(string publicKey, string? name = null, string? user = null)
    {
        var key = SimulatedKey.Parse(publicKey, name);
        var keys = user is null ? Keys : Users.GetOrAdd(user, _ => new(StringComparer.OrdinalIgnoreCase));
        return keys.TryAdd(key.Fingerprint, key) ? key : throw new FormatException("key already exists or is invalid");
    }
}
