using System.Diagnostics.CodeAnalysis;

using Muster.Core.Reconciling;

namespace Muster.Core.Governing;

/// <summary>
/// Two fair queues: those in a hurry come first, and after every third of them one of the others, so that those never wait for ever.
/// Not safe to share: its owner holds a lock.
/// </summary>
/// <param name="hasLeft">Whether a caller waits no more.</param>
internal sealed class UrgentFirstQueue<T>(Func<T, bool> hasLeft) where T : class
{
    /// <summary>Urgent turns in a row while others wait.</summary>
    public const int UrgentInRowMax = 3;

    private readonly FairQueue<T> _urgent = new(hasLeft);
    private readonly FairQueue<T> _routine = new(hasLeft);
    private int _urgentInRow;

    /// <summary>Whether there is nobody, nor anybody's turn.</summary>
    public bool IsEmpty => _urgent.IsEmpty && _routine.IsEmpty;

    /// <summary>Those who wait still.</summary>
    public int Waiting => _urgent.Waiting + _routine.Waiting;

    public void Enqueue(GroupId flow, CallUrgency urgency, T item) =>
        (urgency is CallUrgency.Urgent ? _urgent : _routine).Enqueue(flow, item);

    public bool TryDequeue([NotNullWhen(true)] out T? item)
    {
        var routineFirst = _urgentInRow >= UrgentInRowMax;
        if (routineFirst && _routine.TryDequeue(out item))
        {
            _urgentInRow = 0;
            return true;
        }

        if (_urgent.TryDequeue(out item))
        {
            // Turns that nobody else waited for are not held against anybody.
            _urgentInRow = _routine.IsEmpty ? 0 : _urgentInRow + 1;
            return true;
        }

        _urgentInRow = 0;
        return _routine.TryDequeue(out item);
    }
}
