using Muster.Core.Governing;
using Muster.Core.Reconciling;

namespace Muster.Core.Pulsing;

/// <summary>Who acts at once on one credential, and who comes first there. Safe to share.</summary>
/// <remarks>
/// What a check may call is the governor's matter. This keeps the line before the governor short: a check that acts holds a lease and a
/// plan, and neither is to grow old in line; and whoever comes new waits behind few.
/// </remarks>
/// <param name="governor">The credential's.</param>
/// <param name="actingMax">Checks that act at once.</param>
internal sealed class ActingTurns(ICallGovernor governor, int actingMax)
{
    /// <summary>Checks that may stand in line for their first call, however few calls a second there are.</summary>
    private const int UnservedMin = 4;

    /// <summary>Checks of users' changes that come before all others at once, at least and at most.</summary>
    private const int UrgentMin = 6;
    private const int UrgentMax = 16;

    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly LinkedList<Turn> _changed = [];
    private readonly LinkedList<Turn> _others = [];
    private int _acting;
    private int _unserved;
    private int _urgent;
    private int _urgentNew;

    /// <summary>Joins those who wait to act.</summary>
    /// <param name="isChanged">Whether a user changed a group that was checked before: it comes before others.</param>
    /// <param name="onCome">Is called once when the turn comes; must neither block nor throw.</param>
    public Turn Enter(bool isChanged, Action onCome)
    {
        lock (_gate)
        {
            var turn = new Turn(this, onCome);
            (isChanged ? _changed : _others).AddLast(turn.Place);
            Admit_NeedsGate();
            return turn;
        }
    }

    /// <summary>Takes one of the few places of checks that come before all others.</summary>
    /// <param name="isNew">
    /// Whether the group was never checked: such ones have half of the places,
    /// so that many new groups leave some to changes of those there are.
    /// </param>
    public bool TryBeUrgent(bool isNew)
    {
        var places = Math.Clamp((int)(3 * governor.PerSecond(CallKind.Read)), UrgentMin, UrgentMax);
        lock (_gate)
        {
            if (_urgent >= places || (isNew && _urgentNew >= places / 2))
            {
                return false;
            }

            _urgent++;
            _urgentNew += isNew ? 1 : 0;
            return true;
        }
    }

    /// <summary>Gives the place back.</summary>
    /// <param name="isNew">As it was taken.</param>
    public void EndUrgent(bool isNew)
    {
        lock (_gate)
        {
            _urgent--;
            _urgentNew -= isNew ? 1 : 0;
        }
    }

    private void Admit_NeedsGate()
    {
        while (_acting < actingMax && (_changed.First ?? _others.First) is { } next
            && _unserved < Math.Max(UnservedMin, Math.Ceiling(governor.PerSecond(CallKind.Write))))
        {
            next.List!.Remove(next);
            _acting++;
            _unserved++;
            next.Value.Come_NeedsGate();
        }
    }

    /// <summary>One check's turn: comes, is served when its first call begins, and ends.</summary>
    public sealed class Turn : IDisposable
    {
        private readonly ActingTurns _turns;
        private readonly Action _onCome;

        // Guarded by the gate.
        private bool _hasCome;
        private bool _isServed;
        private bool _hasEnded;

        internal Turn(ActingTurns turns, Action onCome)
        {
            _turns = turns;
            _onCome = onCome;
            Place = new(this);
        }

        /// <summary>Whether it may act.</summary>
        public bool HasCome
        {
            get
            {
                lock (_turns._gate)
                {
                    return _hasCome;
                }
            }
        }

        internal LinkedListNode<Turn> Place { get; }

        /// <summary>It does not stand in line for its first call any more, or waits for something else first.</summary>
        public void Served()
        {
            lock (_turns._gate)
            {
                if (_hasCome && !_hasEnded)
                {
                    Serve_NeedsGate();
                    _turns.Admit_NeedsGate();
                }
            }
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            lock (_turns._gate)
            {
                if (_hasEnded)
                {
                    return;
                }

                _hasEnded = true;
                if (_hasCome)
                {
                    Serve_NeedsGate();
                    _turns._acting--;
                }
                else
                {
                    Place.List!.Remove(Place);
                }

                _turns.Admit_NeedsGate();
            }
        }

        internal void Come_NeedsGate()
        {
            _hasCome = true;
            _onCome();
        }

        private void Serve_NeedsGate()
        {
            _turns._unserved -= _isServed ? 0 : 1;
            _isServed = true;
        }
    }
}
