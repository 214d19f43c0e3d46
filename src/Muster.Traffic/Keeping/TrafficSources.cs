using System.Diagnostics.CodeAnalysis;

using Muster.Core.Traffic;

namespace Muster.Traffic.Keeping;

/// <summary>The sources that a server is configured with, open.</summary>
/// <param name="sources">Each name once; disposed with this.</param>
public sealed class TrafficSources(params IReadOnlyCollection<OpenSource> sources) : ITrafficDirectory, IAsyncDisposable
{
    private readonly Dictionary<string, OpenSource> _byName = sources.ToDictionary(source => source.Name, StringComparer.Ordinal);

    /// <inheritdoc/>
    public IReadOnlyList<string> Names => [.. _byName.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The source of that name; null where none is configured.</summary>
    public OpenSource? Find(string name) => _byName.GetValueOrDefault(name);

    /// <inheritdoc/>
    public bool TryFind(string name, [MaybeNullWhen(false)] out TrafficNeeds needs)
    {
        needs = Find(name)?.Kind.Description.Needs;
        return needs is not null;
    }

    /// <inheritdoc/>
    public bool UsesBalancersOf(string cloud) => _byName.Values.Any(source => source.Source.BalancersOf == cloud);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var source in _byName.Values)
        {
            await source.Source.DisposeAsync();
            source.Places.Dispose();
        }
    }
}
