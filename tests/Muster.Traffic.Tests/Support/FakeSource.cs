using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Health;
using Muster.Core.Traffic;

namespace Muster.Traffic.Tests.Support;

/// <summary>A source that keeps its contract: it forgets all when it is restarted, and gives no answer when a test says so.</summary>
internal sealed class FakeSource : ITrafficSource
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string? Backend, InstanceId Instance), TrafficState> _entries = [];
    private readonly Dictionary<InstanceId, int> _sessions = [];
    private readonly List<string> _calls = [];
    private readonly HashSet<InstanceId> _stuck = [];
    private readonly TaskCompletionSource _unstuck = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan? _deadline;
    private int _looks;
    private TrafficException? _failure;

    /// <summary>What its checks say of an instance; unknown of all unless a test says so.</summary>
    public Func<InstanceId, Verdict> Verdict { get; set; } = _ => Core.Health.Verdict.Unknown;

    /// <summary>Whether what is told to leave goes on being listed, as where Google still drains it.</summary>
    public bool KeepsWhoLeaves { get; set; }

    /// <summary>Whether all backends are one, by several names.</summary>
    public bool HasOnePlace { get; set; }

    /// <summary>How many of the next comparisons of two backends it refuses, as with a credential that may not look.</summary>
    public int RefusedComparisons { get; set; }

    /// <summary>What happens while it says what it holds.</summary>
    public Action Listing { get; set; } = () => { };

    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_gate)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>How much time the last drain was given; null for none, or for as much as it takes.</summary>
    public TimeSpan? Deadline
    {
        get
        {
            lock (_gate)
            {
                return _deadline;
            }
        }
    }

    /// <summary>What every call fails with; null for nothing.</summary>
    public TrafficException? Failure
    {
        set
        {
            lock (_gate)
            {
                _failure = value;
            }
        }
    }

    /// <summary>How often it was asked what it holds.</summary>
    public int Looks => Volatile.Read(ref _looks);

    /// <summary>Backends that it says are not there.</summary>
    public HashSet<string?> Absent { get; } = [];

    /// <summary>What it holds of an instance in whichever backend.</summary>
    public TrafficState? Of(int number)
    {
        lock (_gate)
        {
            return _entries.Where(entry => entry.Key.Instance == Some.Id(number))
                .Select(entry => (TrafficState?)entry.Value).FirstOrDefault();
        }
    }

    /// <summary>What it holds of an instance in a backend.</summary>
    public TrafficState? Of(string? backend, int number)
    {
        lock (_gate)
        {
            return _entries.TryGetValue((backend, Some.Id(number)), out var state) ? state : null;
        }
    }

    public void SetSessions(int number, int sessions)
    {
        lock (_gate)
        {
            _sessions[Some.Id(number)] = sessions;
        }
    }

    /// <summary>Has drains of an instance take for ever.</summary>
    public void Stick(int number)
    {
        lock (_gate)
        {
            _stuck.Add(Some.Id(number));
        }
    }

    /// <summary>All is forgotten.</summary>
    public void Restart()
    {
        lock (_gate)
        {
            _entries.Clear();
        }
    }

    public Task<ImmutableArray<TrafficEntry>> ListAsync(
        TrafficScope scope, ImmutableArray<TrafficMember> members, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _looks);
        Listing();
        return Run(scope, () => _entries.Where(entry => entry.Key.Backend == Place(scope))
            .Select(entry => (Id: entry.Key.Instance, entry.Value))
            .Select(entry => new TrafficEntry(
                entry.Id.Value, members.FirstOrDefault(member => member.Instance.Id == entry.Id), entry.Value)
            {
                Verdict = Verdict(entry.Id), Detail = "as the test says",
            })
            .ToImmutableArray());
    }

    public Task<bool> IsSamePlaceAsync(TrafficScope scope, TrafficUse other, CancellationToken cancellationToken) => Run(scope, () =>
    {
        _calls.Add($"compare {scope.Use.Backend} with {other.Backend}");
        return RefusedComparisons-- > 0 ? throw new TrafficException(TrafficErrorKind.Refused, "it may not look") : HasOnePlace;
    });

    public Task JoinAsync(TrafficScope scope, TrafficMember member, CancellationToken cancellationToken) => Run(scope, () =>
    {
        _calls.Add($"join {member.Instance.Id}{(member.IsUnproven ? " unproven" : "")}");
        _entries[(Place(scope), member.Instance.Id)] = TrafficState.Joined;
        return true;
    });

    public async Task<DrainProgress> DrainAsync(TrafficScope scope, TrafficMember member, CancellationToken cancellationToken)
    {
        bool isStuck;
        lock (_gate)
        {
            isStuck = _stuck.Contains(member.Instance.Id);
        }

        if (isStuck)
        {
            await _unstuck.Task.WaitAsync(cancellationToken);
        }

        return await Run(scope, () =>
        {
            _calls.Add($"drain {member.Instance.Id}");
            _deadline = member.Deadline;
            var key = (Place(scope), member.Instance.Id);
            if (!_entries.ContainsKey(key))
            {
                return DrainProgress.Empty;
            }

            _entries[key] = TrafficState.Draining;
            return _sessions.GetValueOrDefault(member.Instance.Id) == 0
                ? DrainProgress.Empty
                : new(IsEmpty: false, TimeSpan.FromMilliseconds(20), "sessions");
        });
    }

    public Task LeaveAsync(TrafficScope scope, TrafficEntry entry, CancellationToken cancellationToken) => Run(scope, () =>
    {
        _calls.Add($"leave {entry.Key}");
        return KeepsWhoLeaves || _entries.Remove((Place(scope), new(entry.Key)));
    });

    public ValueTask DisposeAsync()
    {
        _unstuck.TrySetResult();
        return ValueTask.CompletedTask;
    }

    private string? Place(TrafficScope scope) => HasOnePlace ? "" : scope.Use.Backend;

    private Task<T> Run<T>(TrafficScope scope, Func<T> act)
    {
        lock (_gate)
        {
            return _failure is not null ? Task.FromException<T>(_failure)
                : Absent.Contains(scope.Use.Backend)
                    ? Task.FromException<T>(new TrafficException(TrafficErrorKind.Absent, $"there is no backend {scope.Use.Backend}"))
                : Task.FromResult(act());
        }
    }
}
