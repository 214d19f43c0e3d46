using System.Security.Cryptography;
using System.Text;

using Muster.Core.Accounts;

namespace Muster.Triton.Authentication;

/// <summary>Verdicts for a short time, and one question for all who show the same proof at once.</summary>
/// <remarks>
/// Proofs are known by a keyed hash, with a key of this process's own: nothing here can be replayed. What failed for want of an answer is
/// not kept.
/// </remarks>
internal sealed class VerdictCache(TimeSpan goodFor, TimeSpan refusedFor, TimeProvider timeProvider)
{
    /// <summary>Proofs kept at once: a few MB. Each came with a call to CloudAPI, so nobody fills it quickly.</summary>
    public const int EntriesMax = 10_000;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>What was said of a proof a moment ago, or is said now.</summary>
    public async Task<Verdict> GetAsync(CallerProof proof, Func<Task<Verdict>> askAsync)
    {
        var now = timeProvider.GetUtcNow();
        if (!SignedRequest.IsFresh(proof, now))
        {
            return await askAsync();
        }

        var id = IdOf(proof);
        Entry? entry;
        lock (_gate)
        {
            if (!_entries.TryGetValue(id, out entry) || entry.EndsAt <= now)
            {
                MakeRoom_NeedsGate(now);
                // Asked outside of the gate, when the first one awaits it.
                _entries[id] = entry = new(new(askAsync));
            }
        }

        return await KeepAsync(id, entry);
    }

    private async Task<Verdict> KeepAsync(string id, Entry entry)
    {
        try
        {
            var verdict = await entry.Asked.Value;
            lock (_gate)
            {
                if (entry.EndsAt == DateTimeOffset.MaxValue)
                {
                    entry.EndsAt = timeProvider.GetUtcNow() + (verdict.Caller is null ? refusedFor : goodFor);
                }
            }

            return verdict;
        }
        catch
        {
            lock (_gate)
            {
                if (_entries.GetValueOrDefault(id) == entry)
                {
                    _entries.Remove(id);
                }
            }

            throw;
        }
    }

    private string IdOf(CallerProof proof) =>
        Convert.ToHexString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{proof.Date}\n{proof.Authorization}")));

    private void MakeRoom_NeedsGate(DateTimeOffset now)
    {
        if (_entries.Count < EntriesMax)
        {
            return;
        }

        foreach (var over in _entries.Where(each => each.Value.EndsAt <= now).Select(each => each.Key).ToList())
        {
            _entries.Remove(over);
        }

        if (_entries.Count >= EntriesMax)
        {
            _entries.Remove(_entries.MinBy(each => each.Value.EndsAt).Key);
        }
    }

    private sealed class Entry(Lazy<Task<Verdict>> asked)
    {
        public Lazy<Task<Verdict>> Asked => asked;

        /// <summary>The end of the world while it is being asked.</summary>
        public DateTimeOffset EndsAt { get; set; } = DateTimeOffset.MaxValue;
    }
}
