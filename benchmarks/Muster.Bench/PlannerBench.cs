using System.Collections.Immutable;

using BenchmarkDotNet.Attributes;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launching;
using Muster.Core.Placements;
using Muster.Core.Planning;
using Muster.Core.Templates;

namespace Muster.Bench;

/// <summary>The planner alone: what deciding costs.</summary>
[MemoryDiagnoser]
public class PlannerBench
{
    private PlanInput _input = null!;

    /// <summary>Instances in the group.</summary>
    [Params(10, 1000)]
    public int Instances { get; set; }

    /// <summary>How far it is from its level.</summary>
    [Params(0, 5)]
    public int Missing { get; set; }

    /// <summary>Makes the input.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        var random = new SystemRandomSource();
        var now = DateTimeOffset.UnixEpoch.AddYears(60);
        var template = new Template
        {
            Id = new(random.NextId()),
            Account = new(random.NextId()),
            Name = "bench",
            Cloud = "sim",
            Image = "image",
            CreatedAt = now,
        };
        var group = new Group
        {
            Id = new(random.NextId()),
            Account = template.Account,
            Name = "bench",
            Template = template.Id,
            Capacity = new() { Desired = Instances + Missing, Min = 0, Max = 10_000 },
            Version = 1,
            CreatedAt = now,
            UpdatedAt = now,
        };
        var installation = new InstallationId(random.NextId());
        var state = new GroupState { Group = group.Id, Placements = [new() { EstablishedLevel = Instances }] };
        _input = new()
        {
            Group = group,
            State = state,
            Slices =
            [
                new()
                {
                    Placement = new(Placement.Only, template),
                    Wanted = Instances + Missing,
                    Owned =
                    [
                        .. Enumerable.Range(0, Instances).Select(number => new Instance
                        {
                            Id = new($"i-{number}"),
                            Name = $"bench-{number}",
                            State = InstanceState.Running,
                            CreatedAt = now.AddSeconds(number),
                            Tags = InstanceTags.For(installation, group, template, new(random.NextId())),
                        }),
                    ],
                    OpenLaunches = [],
                    LaunchTokens = true,
                },
            ],
            Now = now,
        };
    }

    /// <summary>One plan.</summary>
    [Benchmark]
    public Plan Plan() => Planner.Plan(_input);
}
