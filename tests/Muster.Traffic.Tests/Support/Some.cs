using System.Collections.Immutable;
using System.Globalization;
using System.Net;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Core.Traffic;

namespace Muster.Traffic.Tests.Support;

/// <summary>Builders: a test names what matters to it, these fill in the rest.</summary>
internal static class Some
{
    public const string Cloud = "sim";

    public static readonly DateTimeOffset Now = new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero);

    public static TrafficUse Use(string source = "edge", bool health = false) =>
        new() { Source = source, Backend = "web", Attribute = "port", Health = health };

    public static InstanceId Id(int number) => new($"i-{number:0000}");

    public static Instance Instance(int number, int port = 8080, InstanceState state = InstanceState.Running) => new()
    {
        Id = Id(number),
        Name = $"web-{number}",
        State = state,
        CreatedAt = Now,
        Tags = ImmutableSortedDictionary<string, string>.Empty,
        Addresses = ["127.0.0.1"],
        Attributes = ImmutableSortedDictionary<string, string>.Empty.Add("port", port.ToString(CultureInfo.InvariantCulture)),
    };

    public static TrafficMember Member(int number, int port = 8080) =>
        new(Cloud, Instance(number, port), new(IPAddress.Loopback, port));

    public static GroupId GroupId(int number = 1) => new(Number(number));

    public static TrafficScope Scope(TrafficUse? use = null, int group = 1) =>
        new(GroupId(group), new(Number(1)), $"web{group}", use ?? Use());

    public static GroupRecord Record(TrafficUses traffic, Drain? drain = null, int group = 1)
    {
        var template = new Template
        {
            Id = new(Number(1)), Account = new(Number(1)), Name = "web-1", Cloud = Cloud, Image = "an-image", CreatedAt = Now,
        };
        return new(
            new()
            {
                Id = GroupId(group),
                Account = template.Account,
                Name = $"web{group}",
                Template = template.Id,
                Capacity = new() { Desired = 1, Min = 0, Max = 100 },
                Traffic = traffic,
                Drain = drain,
                Version = 1,
                CreatedAt = Now,
                UpdatedAt = Now,
            },
            template,
            new() { Group = GroupId(group) },
            []);
    }

    public static GroupRecord Record(params ImmutableArray<TrafficUse> uses) => Record(new TrafficUses(uses));

    public static Drain Through(params ImmutableArray<string> sources) => new() { Through = sources };

    public static Member Draining(int number, DateTimeOffset since) =>
        new() { Instance = Id(number), Phase = MemberPhase.Draining, Since = since };

    private static Guid Number(int number) => new(number, 0, 0, [0x80, 0, 0, 0, 0, 0, 0, 0]);
}
