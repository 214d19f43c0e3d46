using System.Collections.Immutable;
using System.Globalization;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Storage;
using Muster.Core.Templates;

namespace Muster.Server.Tests.Telling;

/// <summary>A group with hooks whose instances wait: a test names what matters to it.</summary>
internal static class Held
{
    public const string Cloud = "sim";
    public const string Url = "http://ci.example/muster";

    public static readonly DateTimeOffset Now = new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero);

    public static Hook AtLaunch(string? tell = Url, string name = "bake") => new()
    {
        Name = name,
        At = HookMoment.Launch,
        Timeout = TimeSpan.FromHours(1),
        OnTimeout = GateAnswer.Abandon,
        Tell = tell,
        Since = Now.AddDays(-1),
    };

    public static Hook AtEnd(string? tell = Url) => new()
    {
        Name = "backup", At = HookMoment.Terminate, OnTimeout = GateAnswer.Continue, Tell = tell, Since = Now.AddDays(-1),
    };

    public static Instance Instance(int number = 1) => new()
    {
        Id = new(string.Create(CultureInfo.InvariantCulture, $"i-{number}")),
        Name = string.Create(CultureInfo.InvariantCulture, $"web-{number}"),
        State = InstanceState.Running,
        CreatedAt = Now,
        Tags = ImmutableSortedDictionary<string, string>.Empty.Add(MusterTags.Launch, new LaunchId(Number(number)).ToString()),
        Addresses = ["10.0.0.1"],
    };

    public static ImmutableArray<Instance> Instances(int count) => [.. Enumerable.Range(1, count).Select(Instance)];

    /// <summary>A group with these hooks, of whose instances so many are just launched.</summary>
    public static GroupRecord Record(int launching, params ImmutableArray<Hook> hooks)
    {
        var template = new Template
        {
            Id = new(Number(1)), Account = new(Number(1)), Name = "web-1", Cloud = Cloud, Image = "an-image", CreatedAt = Now,
        };
        return new(
            new()
            {
                Id = new(Number(1)),
                Account = template.Account,
                Name = "web",
                Template = template.Id,
                Capacity = new() { Desired = 1, Min = 0, Max = 10 },
                Hooks = new(hooks),
                Version = 1,
                CreatedAt = Now,
                UpdatedAt = Now,
            },
            template,
            new() { Group = new(Number(1)) },
            [.. Enumerable.Range(1, launching).Select(number => new Launch
            {
                Id = new(Number(number)),
                Group = new(Number(1)),
                Template = template.Id,
                InstanceName = $"web-{number}",
                CreatedAt = Now,
                UpdatedAt = Now,
                Reason = "1 missing",
            })]);
    }

    /// <summary>The same after a check wrote down that its first instance is to end.</summary>
    public static GroupRecord Draining(this GroupRecord record, DateTimeOffset since) => record with
    {
        State = record.State with { Members = [new() { Instance = Instance().Id, Phase = MemberPhase.Draining, Since = since }] },
    };

    /// <summary>The same after its first instance was answered for.</summary>
    public static GroupRecord Answered(this GroupRecord record, string hook) => record with
    {
        Notes = [new() { Instance = Instance().Id, Cloud = Cloud, Gates = [new(hook, GateAnswer.Continue, Now, Until: null)] }],
    };

    private static Guid Number(int number) => new(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]);
}
