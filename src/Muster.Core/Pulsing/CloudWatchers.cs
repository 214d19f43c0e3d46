using Muster.Core.Clouds;
using Muster.Core.Governing;

namespace Muster.Core.Pulsing;

/// <summary>One watcher for each connection that can tell of changes, begun when the connection is first used.</summary>
internal sealed class CloudWatchers(PulseParts parts)
{
    private readonly HashSet<CloudEntry> _watched = [];
    private IReadOnlyList<CloudEntry> _known = [];

    /// <summary>Begins to watch what came since.</summary>
    public void BeginNew()
    {
        var entries = parts.Clouds.Entries;
        if (ReferenceEquals(entries, _known))
        {
            return;
        }

        _known = entries;
        foreach (var entry in entries.Where(entry => entry.Cloud.Traits.Watches && _watched.Add(entry)))
        {
            parts.Tasks.Run(new CloudWatcher(parts, entry).RunAsync);
        }
    }
}
