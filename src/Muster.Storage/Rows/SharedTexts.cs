using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Placements;

namespace Muster.Storage.Rows;

/// <summary>
/// What the groups of a sweep say of their places: many of them say the same in the same words, which then are read once, and the groups
/// share the value. Of the reading of one sweep, and not safe to share.
/// </summary>
internal sealed class SharedTexts
{
    private readonly Dictionary<string, Layout?> _layouts = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Json, PlacementState Only), ImmutableArray<PlacementState>> _placements = [];

    public Layout? ReadLayout(string? json)
    {
        if (json is null)
        {
            return null;
        }

        if (!_layouts.TryGetValue(json, out var layout))
        {
            _layouts.Add(json, layout = StoreJson.ReadLayout(json));
        }

        return layout;
    }

    public ImmutableArray<PlacementState> ReadPlacements(PlacementState only, string? json)
    {
        if (json is null)
        {
            return StoreJson.ReadPlacements(only, json);
        }

        if (!_placements.TryGetValue((json, only), out var placements))
        {
            _placements.Add((json, only), placements = StoreJson.ReadPlacements(only, json));
        }

        return placements;
    }
}
