using System.Globalization;

using Muster.Core;

namespace Muster.Simulation.Refereeing;

/// <summary>What is known of the members of a group that moved home: none may move too often, and none for nothing.</summary>
public sealed class MoveBook
{
    /// <summary>Moves of so long count together: an hour, less what a check needs to make one that it has counted.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(50);

    // Who was out of sight comes back, and is one too many: a few may end that have only just come.
    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(10);
    private const int ForNothingMax = 3;

    private readonly HashSet<LaunchId> _written = [];
    private readonly List<TimeSpan> _made = [];
    private int _forNothing;

    /// <summary>A launch was written down for a member to move home.</summary>
    public void Written(LaunchId launch) => _written.Add(launch);

    /// <summary>An instance was made; the rule that this breaks, in words, or null.</summary>
    /// <param name="launch">Of which launch.</param>
    /// <param name="now">When.</param>
    /// <param name="most">How many may move in the <see cref="Window"/>.</param>
    public string? OnMade(LaunchId launch, TimeSpan now, int most)
    {
        if (!_written.Contains(launch))
        {
            return null;
        }

        _made.RemoveAll(at => at < now - Window);
        _made.Add(now);
        return _made.Count <= most ? null : string.Create(
            CultureInfo.InvariantCulture, $"{_made.Count} members moved home within {Window.TotalMinutes} minutes, launch {launch}");
    }

    /// <summary>The engine ended an instance that ran, and nothing fails any more; the rule that this breaks, in words, or null.</summary>
    /// <param name="launch">Which launch had made it.</param>
    /// <param name="age">How long it was there.</param>
    public string? OnEnded(LaunchId launch, TimeSpan age) =>
        _written.Contains(launch) && age < Lately && ++_forNothing > ForNothingMax
            ? string.Create(CultureInfo.InvariantCulture, $"{_forNothing} members have moved home and ended, launch {launch}")
            : null;
}
