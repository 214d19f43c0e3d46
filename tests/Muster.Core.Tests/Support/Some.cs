using System.Collections.Immutable;

using CsCheck;

using Muster.Core.Claims;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Launching;
using Muster.Core.Members;
using Muster.Core.Placements;
using Muster.Core.Planning;
using Muster.Core.Templates;

namespace Muster.Core.Tests.Support;

/// <summary>Builders: a test names what matters to it, these fill in the rest.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Now = new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero);
    public static readonly InstallationId Installation = new(Guid.Parse("11111111-1111-4111-8111-111111111111"));
    public static readonly AccountId Account = new(Guid.Parse("22222222-2222-4222-8222-222222222222"));
    public static readonly TemplateId TemplateId = new(Guid.Parse("33333333-3333-4333-8333-333333333333"));
    public static readonly GroupId GroupId = new(Guid.Parse("44444444-4444-4444-8444-444444444444"));

    public static Template Template(string cloud = "sim") => new()
    {
        Id = TemplateId,
        Account = Account,
        Name = "web-1",
        Cloud = cloud,
        Image = "an-image",
        CreatedAt = Now,
    };

    public static Group Group(int desired, int min = 0, int max = 1000) => new()
    {
        Id = GroupId,
        Account = Account,
        Name = "web",
        Template = TemplateId,
        Capacity = new() { Desired = desired, Min = min, Max = max },
        Version = 1,
        CreatedAt = Now,
        UpdatedAt = Now,
    };

    public static GroupState State(int established = 0) =>
        new GroupState { Group = GroupId }.WithPlacement(placement => placement with { EstablishedLevel = established });

    public static Guid Id(int number) => new(number, 0, 0, [0x80, 0, 0, 0, 0, 0, 0, 0]);

    /// <summary>An owned instance; a higher number is younger.</summary>
    public static Instance Instance(
        int number, InstanceState state = InstanceState.Running, TemplateId? template = null, LaunchId? launch = null) => new()
        {
            Id = new($"i-{number:0000}"),
            Name = $"web-{number}",
            State = state,
            CreatedAt = Now.AddHours(-10).AddSeconds(number),
            Tags = InstanceTags.For(Installation, Group(1), Template(), launch ?? new(Id(number)))
                .SetItem(MusterTags.Template, (template ?? TemplateId).ToString()),
        };

    /// <summary>What a cloud may say of an instance.</summary>
    public static readonly Gen<InstanceState> States =
        Gen.Enum<InstanceState>().Where(state => state is not InstanceState.Warm);

    /// <summary>Nothing said yet of an instance.</summary>
    public static MemberNote Note(int number, string cloud = "sim") => new() { Instance = Instance(number).Id, Cloud = cloud };

    public static ImmutableArray<Instance> Instances(int count, InstanceState state = InstanceState.Running, int from = 0) =>
        [.. Enumerable.Range(from, count).Select(number => Instance(number, state))];

    public static Launch Launch(int number, LaunchPhase phase = LaunchPhase.Accepted, TimeSpan age = default) => new()
    {
        Id = new(Id(number)),
        Group = GroupId,
        Template = TemplateId,
        InstanceName = $"web-{number}",
        Phase = phase,
        Instance = phase is LaunchPhase.Intended ? null : new($"i-{number:0000}"),
        CreatedAt = Now - age,
        UpdatedAt = Now - age,
        Reason = "1 missing",
    };

    public static PlanInput Input(
        Group group, ImmutableArray<Instance> owned, ImmutableArray<Launch>? launches = null, GroupState? state = null) => new()
        {
            Group = group,
            State = state ?? State(),
            Slices =
            [
                new()
                {
                    Placement = new(Placement.Only, Template()),
                    Wanted = Settlement.Of(group, [], Now).Desired,
                    Owned = owned,
                    OpenLaunches = launches ?? [],
                    LaunchTokens = true,
                },
            ],
            Now = Now,
        };

    /// <summary>How many there are to be in all.</summary>
    public static int Level(this PlanInput input) => input.Slices.Sum(slice => slice.Wanted);

    /// <summary>The input with its only slice changed.</summary>
    public static PlanInput WithSlice(this PlanInput input, Func<Slice, Slice> change) => input with { Slices = [change(input.Slices[0])] };

    /// <summary>The state with that of its only placement changed.</summary>
    public static GroupState WithPlacement(this GroupState state, Func<PlacementState, PlacementState> change) =>
        state.With(change(state.Of(Placement.Only)));

    /// <summary>The state of a group's only placement.</summary>
    public static PlacementState Placed(this GroupState state) => state.Of(Placement.Only);

    /// <summary>The level that a group is to be kept at.</summary>
    public static int Level(this Group group) => Settlement.Of(group, [], Now).Desired;
}
