namespace Muster.Core.Planning;

/// <summary>
/// One placement as <see cref="Distribution"/> sees it: what a user allows there, what is there, and whether more can be.
/// </summary>
public sealed record Place
{
    /// <summary>Which; unique among the places.</summary>
    public required string Name { get; init; }

    /// <summary>Its place in the user's list, from 0: what is equal otherwise is settled by it.</summary>
    public required int Order { get; init; }

    /// <summary>Where the group is ordered: the lowest is filled first. Where it is balanced, the same for all.</summary>
    public int Tier { get; init; }

    /// <summary>Its part of its tier's sum of weights.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>The user's lower bound.</summary>
    public int Min { get; init; }

    /// <summary>The user's upper bound.</summary>
    public int Max { get; init; } = int.MaxValue;

    /// <summary>So many of the group's first instances belong here.</summary>
    public int Base { get; init; }

    /// <summary>What an instance costs an hour there; null where nobody knows. It counts where the cheapest is filled first.</summary>
    public decimal? Price { get; init; }

    /// <summary>Whether the cloud may take back what is there.</summary>
    public bool IsInterruptible { get; init; }

    /// <summary>Places that are taken there, or may be: living, unknown, and launches that are pending.</summary>
    public int Held { get; init; }

    /// <summary>How many more may be launched there now; 0 while it is closed.</summary>
    public int Room { get; init; } = int.MaxValue;

    /// <summary>Why nothing can be launched there, or little, in words; null where nothing stands in the way.</summary>
    public string? Closed { get; init; }

    /// <summary>
    /// Whether nobody counts on what is there any more: it is filled elsewhere in batches, and what it holds is left alone.
    /// </summary>
    public bool IsLost { get; init; }

    /// <summary>Places there that died at once and cannot be filled there: they are filled elsewhere in batches.</summary>
    public int Vacant { get; init; }

    /// <summary>Whether nothing is to stay, since a person says so: members move away in batches.</summary>
    public bool IsLeaving { get; init; }

    /// <summary>Whether those that leave do not go in batches, since a person says that what is there is dead.</summary>
    public bool LeavesAtOnce { get; init; }

    /// <summary>Whether it only holds what lives outside of the user's list: it goes first, and nothing moves by itself.</summary>
    public bool IsEarlier { get; init; }

    /// <summary>Members that belong here and live elsewhere, since it was closed.</summary>
    public int Owed { get; init; }

    /// <summary>How many of them may move back now; 0 while it was not available for long enough.</summary>
    public int MayReturn { get; init; }
}
