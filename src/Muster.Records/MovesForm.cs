using System.Text.Json.Serialization;

using Muster.Core.Groups;

namespace Muster.Records;

/// <summary>
/// The form of what a <see cref="GroupState"/> knows of a group that lives, or lived, in several places, and of what was said of its
/// instances and their traffic; left out where there is nothing to say, as of most groups.
/// </summary>
public sealed record MovesForm(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] BucketForm[]? Moved = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Moving = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int VacatedRevision = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? HeardAtUs = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Unreached = null)
{
    /// <summary>The form; null of nothing.</summary>
    public static MovesForm? Of(GroupState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var moved = BucketForm.Of(state.Moved);
        return moved is null && state is { Moving: 0, VacatedRevision: 0, HeardAt: null, Unreached: null }
            ? null
            : new(moved, state.Moving, state.VacatedRevision, Microseconds.From(state.HeardAt), state.Unreached);
    }

    /// <summary>The state with what a form says, or with nothing.</summary>
    public static GroupState Apply(GroupState state, MovesForm? form)
    {
        ArgumentNullException.ThrowIfNull(state);
        return form is null
            ? state
            : state with
            {
                Moved = BucketForm.ToValue(form.Moved),
                Moving = form.Moving,
                VacatedRevision = form.VacatedRevision,
                HeardAt = Microseconds.ToTime(form.HeardAtUs),
                Unreached = form.Unreached,
            };
    }
}
