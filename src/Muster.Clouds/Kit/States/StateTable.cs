using System.Collections.Frozen;

using Muster.Core.Instances;

namespace Muster.Clouds.Kit.States;

/// <summary>What a cloud's words for states mean. A word that it does not have is unknown, and unknown kills nobody.</summary>
internal sealed class StateTable(params IEnumerable<StateRow> rows)
{
    private readonly FrozenDictionary<string, StateRow> _rows = rows.ToFrozenDictionary(row => row.Word, StringComparer.Ordinal);

    /// <summary>The state of an instance.</summary>
    /// <param name="word">The cloud's word for it; null where it has none.</param>
    /// <param name="age">How old it is.</param>
    /// <param name="told">What stands for <see cref="StateRow.Told"/> in a detail.</param>
    public (InstanceState State, string? Detail) Of(string? word, TimeSpan age = default, string told = "")
    {
        if (word is null || !_rows.TryGetValue(word, out var row))
        {
            return (InstanceState.Unknown, word);
        }

        var (state, detail) = age > row.BootMax ? (InstanceState.Failed, row.Stuck) : (row.State, row.Detail ?? word);
        return (state, detail?.Replace(StateRow.Told, told, StringComparison.Ordinal));
    }
}

/// <summary>What one word means.</summary>
/// <param name="Word">The cloud's.</param>
/// <param name="State">What it is to Muster.</param>
/// <param name="Detail">The state's detail; null for the word itself.</param>
internal sealed record StateRow(string Word, InstanceState State, string? Detail = null)
{
    /// <summary>In a detail, stands for what the cloud tells beside the word.</summary>
    public const string Told = "{told}";

    /// <summary>
    /// How old an instance may be that is still on its way up; older, it has failed. Null for a state that is no step of the way up.
    /// </summary>
    public TimeSpan? BootMax { get; init; }

    /// <summary>The detail of one that has failed so.</summary>
    public string? Stuck { get; init; }
}
