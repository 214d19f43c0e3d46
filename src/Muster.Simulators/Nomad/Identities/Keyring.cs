using System.Text.Json.Nodes;

namespace Muster.Simulators.Nomad.Identities;

/// <summary>The keys of the simulated Nomad, the newest last: that one signs, and all are listed.</summary>
public sealed class Keyring : IDisposable
{
    private readonly Lock _gate = new();

    // Guarded by the gate. The first is made when it is asked for: making one takes longer than most tests.
    private readonly List<SigningKey> _keys = [];

    /// <summary>The key that signs.</summary>
    public SigningKey Active
    {
        get
        {
            lock (_gate)
            {
                return _keys.Count > 0 ? _keys[^1] : Add_NeedsGate();
            }
        }
    }

    /// <summary>Makes a new key that signs from now on.</summary>
    /// <param name="forgetting">Whether the old ones are taken back: what they signed is worth nothing any more.</param>
    public SigningKey Rotate(bool forgetting = false)
    {
        lock (_gate)
        {
            if (forgetting)
            {
                Clear_NeedsGate();
            }

            return Add_NeedsGate();
        }
    }

    /// <summary><c>/.well-known/jwks.json</c></summary>
    public JsonObject List()
    {
        _ = Active;
        lock (_gate)
        {
            return new() { ["keys"] = new JsonArray([.. _keys.Select(key => key.PublicHalf())]) };
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            Clear_NeedsGate();
        }
    }

    private SigningKey Add_NeedsGate()
    {
        var key = new SigningKey();
        _keys.Add(key);
        return key;
    }

    private void Clear_NeedsGate()
    {
        foreach (var key in _keys)
        {
            key.Dispose();
        }

        _keys.Clear();
    }
}
