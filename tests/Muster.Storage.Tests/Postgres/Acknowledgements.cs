using Muster.Core;

namespace Muster.Storage.Tests.Postgres;

/// <summary>What writers were told is kept, and how much of it there is.</summary>
internal sealed class Acknowledgements
{
    private readonly Lock _gate = new();
    private readonly Dictionary<GroupId, List<int>> _numbers = [];
    private int _count;
    private int _wanted;
    private TaskCompletionSource? _reached;

    public IReadOnlyList<int> Of(GroupId group)
    {
        lock (_gate)
        {
            return [.. _numbers[group]];
        }
    }

    public void Add(GroupId group, int number)
    {
        lock (_gate)
        {
            if (!_numbers.TryGetValue(group, out var mine))
            {
                _numbers.Add(group, mine = []);
            }

            mine.Add(number);
            if (++_count >= _wanted)
            {
                _reached?.TrySetResult();
            }
        }
    }

    /// <summary>Waits until there are that many, or fails with the writers.</summary>
    public async Task ReachAsync(int target, Task writing)
    {
        Task waiting;
        lock (_gate)
        {
            _wanted = target;
            _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_count >= target)
            {
                _reached.SetResult();
            }

            waiting = _reached.Task;
        }

        await await Task.WhenAny(waiting, writing);
    }
}
