namespace Muster.Simulation.Refereeing;

/// <summary>Which levels a group was wanted at, and when.</summary>
internal sealed class LevelHistory
{
    private readonly List<(TimeSpan From, int Level)> _levels = [];

    /// <summary>The level that is wanted now.</summary>
    public int Current => _levels.Count == 0 ? 0 : _levels[^1].Level;

    /// <summary>Wanted from now on.</summary>
    public void Add(TimeSpan now, int level)
    {
        if (_levels.Count == 0 || level != Current)
        {
            _levels.Add((now, level));
        }
    }

    /// <summary>The highest level wanted at any time since then.</summary>
    public int HighestSince(TimeSpan since) => Since(since).Max();

    /// <summary>The lowest level wanted at any time since then; nothing was wanted before the group was made.</summary>
    public int LowestSince(TimeSpan since) => Since(since).Min();

    private IEnumerable<int> Since(TimeSpan since)
    {
        var before = 0;
        foreach (var (from, level) in _levels)
        {
            if (from <= since)
            {
                before = level;
            }
            else
            {
                yield return level;
            }
        }

        yield return before;
    }
}
