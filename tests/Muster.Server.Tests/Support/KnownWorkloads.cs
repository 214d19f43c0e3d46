using Muster.Core;
using Muster.Core.Storage;
using Muster.Server.Authentication;

namespace Muster.Server.Tests.Support;

/// <summary>Programs that a test started: each knows its group or its sweep.</summary>
internal sealed class KnownWorkloads : IWorkloads
{
    private readonly Dictionary<string, IWorkload> _known = [];

    /// <summary>Whether nobody can be asked now.</summary>
    public bool IsAway { get; set; }

    public void Add(string token, GroupId group) => _known.Add(token, new OfGroup(group));

    public void Add(string token, SweepKey sweep) => _known.Add(token, new OfSweep(sweep));

    public ValueTask<IWorkload> IdentifyAsync(string token, CancellationToken cancellationToken) =>
        IsAway ? throw new WorkloadException("the keys cannot be read", isTransient: true)
        : _known.TryGetValue(token, out var workload) ? ValueTask.FromResult(workload)
        : throw new WorkloadException("nobody signed it", isTransient: false);

    private sealed record OfGroup(GroupId Group) : IWorkload
    {
        public string Name => $"task of group {Group}";

        public bool MayCheck(GroupId group, SweepKey sweep) => group == Group;

        public bool MayCheck(SweepKey sweep) => false;
    }

    private sealed record OfSweep(SweepKey Sweep) : IWorkload
    {
        public string Name => $"task of sweep {Sweep.Cloud}";

        public bool MayCheck(GroupId group, SweepKey sweep) => MayCheck(sweep);

        public bool MayCheck(SweepKey sweep) => sweep == Sweep;
    }
}
