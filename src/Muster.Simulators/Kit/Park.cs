namespace Muster.Simulators.Kit;

/// <summary>Every machine there is, and how its life goes on. Safe to share.</summary>
/// <typeparam name="TId">A machine's id.</typeparam>
/// <typeparam name="T">A machine.</typeparam>
public abstract class Park<TId, T> : IDrawing
    where TId : notnull
    where T : ParkedMachine<TId>
{
    private readonly SimulatorOptions _options;
    private readonly CancellationToken _stopping;
    private readonly Lock _gate = new();
    private readonly Random _random;

    // Guarded by the gate.
    private readonly Dictionary<TId, T> _machines = [];
    private readonly Dictionary<TId, (T? Shown, DateTimeOffset Until)> _stale = [];

    private protected Park(SimulatorOptions options, TimeProvider timeProvider, CancellationToken stopping)
    {
        (_options, Time, _stopping) = (options, timeProvider, stopping);
        _random = new(options.Seed);
    }

    /// <summary>All machines as they are, gone ones included, oldest first.</summary>
    public IReadOnlyList<T> All => Guarded(machines => (IReadOnlyList<T>)
        [.. machines.OrderBy(machine => machine.Created).ThenBy(machine => machine.Id)]);

    private protected TimeProvider Time { get; }

    /// <summary>Whether lists that lag do not show a new machine yet. Otherwise it shows at once, and only its changes lag.</summary>
    private protected virtual bool HidesNew => false;

    TimeSpan IDrawing.Draw(Delay delay) => Draw(delay);

    /// <summary>Does something while nothing changes.</summary>
    internal TResult Guarded<TResult>(Func<IEnumerable<T>, TResult> use)
    {
        lock (_gate)
        {
            return use(_machines.Values);
        }
    }

    /// <summary>Does something with one machine while nothing else changes; null when there is none.</summary>
    internal TResult? With<TResult>(TId id, Func<T, TResult?> use) where TResult : class
    {
        lock (_gate)
        {
            return _machines.TryGetValue(id, out var machine) ? use(machine) : null;
        }
    }

    /// <summary>Adds a machine.</summary>
    internal void Add(T machine)
    {
        lock (_gate)
        {
            _machines.Add(machine.Id, machine);
            if (HidesNew && _options.Lag > TimeSpan.Zero)
            {
                _stale[machine.Id] = (null, Time.GetUtcNow() + _options.Lag);
            }

            OnChanged(machine, "state");
        }
    }

    /// <summary>Changes a machine.</summary>
    /// <param name="id">Which.</param>
    /// <param name="what">What of it, for those who are told.</param>
    /// <param name="change">How.</param>
    internal void Change(TId id, string what, Action<T> change)
    {
        lock (_gate)
        {
            var machine = _machines[id];
            var now = Time.GetUtcNow();
            if (_options.Lag > TimeSpan.Zero)
            {
                // What is not shown yet is not shown sooner for being changed.
                var isHidden = _stale.TryGetValue(id, out var before) && before.Shown is null && before.Until > now;
                _stale[id] = isHidden ? before : ((T)machine.Copy(), now + _options.Lag);
            }

            change(machine);
            machine.Updated = now;
            OnChanged(machine, what);
        }
    }

    /// <summary>Sets a machine's state.</summary>
    internal void Enter(TId id, string state) => Change(id, "state", machine => machine.State = state);

    /// <summary>Changes a machine's state after a time, if it is still in one.</summary>
    internal void EnterLater(Delay delay, TId id, string from, string to) =>
        Later(delay, id, machine => machine.State == from, () => Enter(id, to));

    /// <summary>Does something with a machine after a time, within the gate, if something still holds of it.</summary>
    internal void Later(Delay delay, TId id, Predicate<T> still, Action act)
    {
        var wait = Draw(delay);
        if (wait <= TimeSpan.Zero)
        {
            Arrive();
            return;
        }

        _ = WaitAsync();

        async Task WaitAsync()
        {
            await Task.Delay(wait, Time, _stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_stopping.IsCancellationRequested)
            {
                Arrive();
            }
        }

        void Arrive()
        {
            lock (_gate)
            {
                if (_machines.TryGetValue(id, out var machine) && still(machine))
                {
                    act();
                }
            }
        }
    }

    /// <summary>Forgets a machine, as a cloud does that no longer shows what is gone.</summary>
    internal void Remove(TId id)
    {
        lock (_gate)
        {
            _machines.Remove(id);
            _stale.Remove(id);
        }
    }

    /// <summary>Does something with the machines as a list shows them now: some of them as they were a moment ago.</summary>
    internal TResult Shown<TResult>(Func<IEnumerable<T>, TResult> use)
    {
        lock (_gate)
        {
            var now = Time.GetUtcNow();
            return use(_machines.Values
                .Select(machine => _stale.TryGetValue(machine.Id, out var stale) && stale.Until > now ? stale.Shown : machine)
                .OfType<T>());
        }
    }

    /// <summary>What becomes of the next machine.</summary>
    internal Fate DrawFate()
    {
        double drawn;
        lock (_gate)
        {
            drawn = _random.NextDouble();
        }

        return drawn < _options.HangingShare ? Fate.Hanging
            : drawn < _options.HangingShare + _options.FailingShare ? Fate.Failed
            : Fate.Up;
    }

    /// <summary>An id of the fourth version.</summary>
    internal Guid NewGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new(bytes, bigEndian: true);
    }

    /// <summary>Draws bytes.</summary>
    internal void Fill(Span<byte> bytes)
    {
        lock (_gate)
        {
            _random.NextBytes(bytes);
        }
    }

    /// <summary>Draws a time.</summary>
    internal TimeSpan Draw(Delay delay)
    {
        lock (_gate)
        {
            return delay.Draw(_random);
        }
    }

    /// <summary>Told of each change, within the change: hears quickly and calls nothing.</summary>
    private protected virtual void OnChanged(T machine, string what)
    {
    }
}
