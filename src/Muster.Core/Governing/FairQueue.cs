using Muster.Core.Reconciling;

namespace Muster.Core.Governing;

/// <summary>
/// Callers in line, a line for each flow, served in turn: a group with a thousand calls waiting delays another group's first
/// call by one. Not safe to share: its owner holds a lock.
/// </summary>
/// <remarks>
/// Who has left still holds its flow's turn: checks elsewhere leave the line every few seconds and come again, and would else
/// go to its end each time.
/// </remarks>
/// <param name="hasLeft">Whether a caller waits no more.</param>
internal sealed class FairQueue<T>(Func<T, bool> hasLeft) where T : class
{
    private readonly Dictionary<GroupId, LinkedList<T>> _lines = [];
    private readonly Queue<GroupId> _turns = [];

    /// <summary>Whether there is nobody, nor anybody's turn.</summary>
    public bool IsEmpty => _turns.Count == 0;

    /// <summary>Those who wait still.</summary>
    public int Waiting => _lines.Values.Sum(line => line.Count(item => !hasLeft(item)));

    public void Enqueue(GroupId flow, T item)
    {
        if (!_lines.TryGetValue(flow, out var line))
        {
            _lines.Add(flow, line = new());
            _turns.Enqueue(flow);
        }

        // A silence may be long: those who left and came again must not fill the memory.
        DropLeft(line);
        line.AddLast(item);
    }

    public bool TryDequeue([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out T? item)
    {
        while (_turns.TryDequeue(out var flow))
        {
            var line = _lines[flow];
            DropLeft(line);
            item = line.First?.Value;
            if (item is not null)
            {
                line.RemoveFirst();
            }

            if (line.Count > 0)
            {
                _turns.Enqueue(flow);
            }
            else
            {
                _lines.Remove(flow);
            }

            if (item is not null)
            {
                return true;
            }
        }

        item = null;
        return false;
    }

    private void DropLeft(LinkedList<T> line)
    {
        while (line.First is { } first && hasLeft(first.Value))
        {
            line.RemoveFirst();
        }
    }
}
