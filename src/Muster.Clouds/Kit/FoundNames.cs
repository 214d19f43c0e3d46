using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Muster.Clouds.Kit;

/// <summary>What names mean at a cloud: each counts for a minute, so that a hundred calls at once cost one look.</summary>
/// <typeparam name="T">What a name means: an id, or more.</typeparam>
/// <param name="timeProvider">The clock.</param>
internal sealed class FoundNames<T>(TimeProvider timeProvider) : IDisposable
{
    private static readonly TimeSpan KeptMax = TimeSpan.FromMinutes(1);

    /// <summary>More than all that the templates and groups of an installation name.</summary>
    private const int EntriesMax = 10_000;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ConcurrentDictionary<string, (T Found, long At)> _found = new(StringComparer.Ordinal);

    /// <summary>What a name means, as it was found less than a minute ago, or is found now.</summary>
    /// <param name="name">The name, with its kind where names of several kinds are kept together.</param>
    /// <param name="look">Finds it. One looks at a time; what it throws is thrown, and not kept.</param>
    /// <param name="cancellationToken">Stops waiting for the others' looks.</param>
    public async Task<T> FindAsync(string name, Func<Task<T>> look, CancellationToken cancellationToken)
    {
        if (TryGet(name, out var kept))
        {
            return kept;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (TryGet(name, out var found))
            {
                return found;
            }

            var looked = await look();
            if (_found.Count >= EntriesMax)
            {
                _found.Clear();
            }

            _found[name] = (looked, timeProvider.GetTimestamp());
            return looked;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Forgets everything, where what was found may be gone.</summary>
    public void Forget() => _found.Clear();

    /// <summary>Forgets one, whose meaning is gone.</summary>
    public void Forget(string name) => _found.TryRemove(name, out _);

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private bool TryGet(string name, [MaybeNullWhen(false)] out T found)
    {
        var isKept = _found.TryGetValue(name, out var entry) && timeProvider.GetElapsedTime(entry.At) < KeptMax;
        found = isKept ? entry.Found : default;
        return isKept;
    }
}
