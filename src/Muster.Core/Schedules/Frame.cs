namespace Muster.Core.Schedules;

/// <summary>What a schedule allows at one instant.</summary>
/// <param name="Min">No fewer than this; null for no word on it.</param>
/// <param name="Max">No more than this; null for no word on it.</param>
/// <param name="Floor">
/// The level is no lower than this, whoever asks for less; unlike <paramref name="Min"/> it gives way to what holds the group down. Null
/// for no word on it.
/// </param>
public sealed record Frame(int? Min, int? Max, int? Floor)
{
    /// <summary>No word on anything.</summary>
    public static readonly Frame Open = new(Min: null, Max: null, Floor: null);

    /// <summary>Whether it says anything.</summary>
    public bool SaysSomething => this != Open;

    /// <summary>A level moved into it: up to the floor and the minimum first, and the maximum has the last word.</summary>
    public int Clamp(int level)
    {
        level = Math.Max(level, Math.Max(Floor ?? 0, Min ?? 0));
        return Max is { } max ? Math.Min(level, Math.Max(0, max)) : level;
    }
}
