using System.Collections.Immutable;
using System.Globalization;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Members;
using Muster.Core.Storage;
using Muster.Core.Templates;

namespace Muster.Health.Tests.Support;

/// <summary>Builders: a test names what matters to it, these fill in the rest.</summary>
internal static class Some
{
    public const string Cloud = "sim";

    public static readonly DateTimeOffset Now = new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero);

    public static HealthCheck Check(ProbeKind kind = ProbeKind.Http, int? port = 8080) => new() { Kind = kind, Port = port };

    public static InstanceId Id(int number) => new($"i-{number:0000}");

    public static Instance Instance(int number = 1, string? address = null, InstanceState state = InstanceState.Running) => new()
    {
        Id = Id(number),
        Name = $"web-{number}",
        State = state,
        CreatedAt = Now,
        Tags = ImmutableSortedDictionary<string, string>.Empty.Add(MusterTags.Launch, LaunchId(number).ToString()),
        Addresses = [address ?? Address(number)],
    };

    public static ImmutableArray<Instance> Instances(int count) => [.. Enumerable.Range(1, count).Select(number => Instance(number))];

    public static string Address(int number) => string.Create(CultureInfo.InvariantCulture, $"10.0.{number / 256}.{number % 256}");

    public static LaunchId LaunchId(int number) => new(Number(number));

    public static GroupId GroupId(int number = 1) => new(Number(number));

    public static Launch Launch(int number, DateTimeOffset createdAt) => new()
    {
        Id = LaunchId(number),
        Group = GroupId(),
        Template = new(Number(1)),
        InstanceName = $"web-{number}",
        CreatedAt = createdAt,
        UpdatedAt = createdAt,
        Reason = "1 missing",
    };

    public static GroupRecord Record(HealthCheck? check, int group = 1)
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
                Capacity = new() { Desired = 1, Min = 0, Max = 10 },
                Health = check,
                Version = 1,
                CreatedAt = Now,
                UpdatedAt = Now,
            },
            template,
            new() { Group = GroupId(group) },
            []);
    }

    public static MemberNote Note(int number, params ImmutableArray<Finding> findings) =>
        new() { Instance = Id(number), Cloud = Cloud, Findings = findings };

    private static Guid Number(int number) => new(number, 0, 0, [0x80, 0, 0, 0, 0, 0, 0, 0]);
}
