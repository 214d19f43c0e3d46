using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Placements;

namespace Muster.Storage.Rows;

/// <summary>
/// What the groups of a sweep say of their brakes and places: many of them say the same in the same words, which then are read once, and
/// the groups share the value; what they share is written once, too. Of one reading or writing, and not safe to share.
/// </summary>
internal sealed class SharedTexts
{
    private static readonly PlacementState Fresh = new();

    private readonly Dictionary<string, Brakes> _brakes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Layout?> _layouts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<PlacementState>> _placements = new(StringComparer.Ordinal);
    private readonly Dictionary<ImmutableArray<PlacementState>, string?> _written = [];

    public Brakes ReadBrakes(Row row) => row.Shared(_brakes, StoreJson.ReadBrakes);

    public Layout? ReadLayout(Row row) => row.IsNull() ? null : row.Shared(_layouts, StoreJson.ReadLayout);

    /// <summary>Reads the states of placements.</summary>
    /// <param name="only">What the group's row says of an only one: of a group with several, nothing.</param>
    /// <param name="row">At the column of the others.</param>
    public ImmutableArray<PlacementState> ReadPlacements(PlacementState only, Row row) =>
        row.IsNull() ? StoreJson.ReadPlacements(only, json: null)
        : only == Fresh ? row.Shared(_placements, json => StoreJson.ReadPlacements(Fresh, json))
        : StoreJson.ReadPlacements(only, row.Text());

    /// <summary>Writes the states of placements. Groups that were read with the same, and have nothing new, have one value.</summary>
    public string? WriteOthers(ImmutableArray<PlacementState> placements)
    {
        if (placements.Length <= 1)
        {
            return StoreJson.WriteOthers(placements);
        }

        if (!_written.TryGetValue(placements, out var json))
        {
            _written.Add(placements, json = StoreJson.WriteOthers(placements));
        }

        return json;
    }
}
