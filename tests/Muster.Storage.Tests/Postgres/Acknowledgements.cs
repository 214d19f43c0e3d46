using Muster.Core;

namespace Muster.Storage.Tests.Postgres;

/// <summary>What writers were told is kept, and how much of it there is.</summary>
internal sealed class Acknowledgements
{
    private readonly Lock gate = new();
    private readonly Dictionary<GroupId, List<int>> numbers = [];
    private int count;
    private int wanted;
    private TaskCompletionSource? reached;

    public IReadOnlyList<int> Of(GroupId group)
    {
        lock (gate)
        {
            return [.. numbers[group]];
        }
    }

    public void Add(GroupId group, int number)
    {
        lock (gate)
        {
            if (!numbers.TryGetValue(group, out var mine))
            {
                numbers.Add(group, mine = []);
            }

            mine.Add(number);
            if (++count >= wanted)
            {
                reached?.TrySetResult();
            }
        }
    }

    /// <summary>Waits until there are that many, or fails with the writers.</summary>
    public async Task ReachAsync(int target, Task writing)
    {
        Task waiting;
        lock (gate)
        {
            wanted = target;
            reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (count >= target)
            {
                reached.SetResult();
            }

            waiting = reached.Task;
        }

        await await Task.WhenAny(waiting, writing);
    }
}
