using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Health;
using Muster.Core.Traffic;

namespace Muster.Traffic.Tests.Support;

/// <summary>A source that keeps its contract: it forgets all when it is restarted, and gives no answer when a test says so.</summary>
internal sealed class FakeSource : ITrafficSource
{
    private readonly Lock _gate = new();
    private readonly Dictionary<InstanceId, TrafficState> _entries = [];
    private readonly Dictionary<InstanceId, int> _sessions = [];
    private readonly List<string> _calls = [];
    private readonly HashSet<InstanceId> _stuck = [];
    private readonly TaskCompletionSource _unstuck = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan? _deadline;
    private TrafficException? _failure;

    /// <summary>What its checks say of an instance; unknown of all unless a test says so.</summary>
    public Func<InstanceId, Verdict> Verdict { get; set; } = _ => Core.Health.Verdict.Unknown;

    /// <summary>Whether what is told to leave goes on being listed, as where Google still drains it.</summary>
    public bool KeepsWhoLeaves { get; set; }

    /// <summary>Whether all backends are one, by several names.</summary>
    public bool HasOnePlace { get; set; }

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

    public TrafficState? Of(int number)
    {
        lock (_gate)
        {
            return _entries.TryGetValue(Some.Id(number), out var state) ? state : null;
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
        Listing();
        return Run(() => _entries
            .Select(entry => new TrafficEntry(
                entry.Key.Value, members.FirstOrDefault(member => member.Instance.Id == entry.Key), entry.Value)
            {
                Verdict = Verdict(entry.Key), Detail = "as the test says",
            })
            .ToImmutableArray());
    }

    public Task<bool> IsSamePlaceAsync(TrafficScope scope, TrafficUse other, CancellationToken cancellationToken) => Run(() =>
    {
        _calls.Add($"compare {scope.Use.Backend} with {other.Backend}");
        return HasOnePlace;
    });

    public Task JoinAsync(TrafficScope scope, TrafficMember member, CancellationToken cancellationToken) => Run(() =>
    {
        _calls.Add($"join {member.Instance.Id}{(member.IsUnproven ? " unproven" : "")}");
        _entries[member.Instance.Id] = TrafficState.Joined;
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

        return await Run(() =>
        {
            _calls.Add($"drain {member.Instance.Id}");
            _deadline = member.Deadline;
            if (!_entries.ContainsKey(member.Instance.Id))
            {
                return DrainProgress.Empty;
            }

            _entries[member.Instance.Id] = TrafficState.Draining;
            return _sessions.GetValueOrDefault(member.Instance.Id) == 0
                ? DrainProgress.Empty
                : new(IsEmpty: false, TimeSpan.FromMilliseconds(20), "sessions");
        });
    }

    public Task LeaveAsync(TrafficScope scope, TrafficEntry entry, CancellationToken cancellationToken) => Run(() =>
    {
        _calls.Add($"leave {entry.Key}");
        return KeepsWhoLeaves || _entries.Remove(new(entry.Key));
    });

    public ValueTask DisposeAsync()
    {
        _unstuck.TrySetResult();
        return ValueTask.CompletedTask;
    }

    private Task<T> Run<T>(Func<T> act)
    {
        lock (_gate)
        {
            return _failure is null ? Task.FromResult(act()) : Task.FromException<T>(_failure);
        }
    }
}
