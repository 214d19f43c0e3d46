namespace Muster.Core.Reconciling;

/// <summary>
/// Callers in line, a line for each flow, served in turn: a group with a thousand calls waiting delays another group's first
/// call by one. Not safe to share: its owner holds a lock.
/// </summary>
internal sealed class FairQueue<T> where T : class
{
    private readonly Dictionary<GroupId, LinkedList<T>> lines = [];
    private readonly Queue<GroupId> turns = [];

    public int Count { get; private set; }

    public void Enqueue(GroupId flow, T item)
    {
        if (!lines.TryGetValue(flow, out var line))
        {
            lines.Add(flow, line = new());
            turns.Enqueue(flow);
        }

        line.AddLast(item);
        Count++;
    }

    public bool TryDequeue([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out T? item)
    {
        item = null;
        if (!turns.TryDequeue(out var flow))
        {
            return false;
        }

        var line = lines[flow];
        item = line.First!.Value;
        line.RemoveFirst();
        Count--;
        if (line.Count > 0)
        {
            turns.Enqueue(flow);
        }
        else
        {
            lines.Remove(flow);
        }

        return true;
    }
}
