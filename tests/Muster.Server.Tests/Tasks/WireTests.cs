using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

using Muster.Conformance.Storage;
using Muster.Core;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Members;
using Muster.Core.Prices;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Remote.Wire;

namespace Muster.Server.Tests.Tasks;

/// <summary>What one end says is what the other one hears: a member that were lost on the way would be a default there.</summary>
public sealed class WireTests
{
    private static readonly Some A = new();
    private static readonly Template FullTemplate = A.FullTemplate(new(A.Id())) with { ArchivedAt = Some.Start.AddDays(1) };
    private static readonly Group FullGroup = A.FullGroup(FullTemplate) with { ArchivedAt = Some.Start.AddDays(2) };
    private static readonly GroupLease Lease = new(FullGroup.Id, "task-1", 7, Some.Start);

    private static readonly GroupRecord Record = new(
        FullGroup,
        FullTemplate,
        Some.FullState(FullGroup.Id, fence: 7),
        [A.FullLaunch(FullGroup) with { Cloud = "local" }, A.FullLaunch(FullGroup) with { Cloud = "lxd" }])
    {
        Claims = [Some.FullClaim],
        Policies = SomePolicies.OfEachKind,
        Notes = [Some.FullNote with { Gates = [new("backup", GateAnswer.Extend, Some.Start, Some.Start.AddHours(1))] }],
        PlacementTemplates = [FullTemplate],
        EarlierTemplates = [A.Template(FullTemplate.Account, cloud: "lxd")],
        AccountSpend = new(Max: 2, Others: 0.5m),
    };

    private static readonly CloudAccess Access = new()
    {
        Name = "ducks",
        Kind = "triton",
        DataDirectory = "/var/lib/muster",
        Options = FullTemplate.Options,
        Files = ImmutableSortedDictionary<string, byte[]>.Empty.Add("/etc/muster/größe.pem", [0, 1, 255]),
        Login = "duck",
        AccountKey = [3, 2, 1],
    };

    private static readonly CheckRecord Check = new()
    {
        State = Record.State,
        Launches = Record.OpenLaunches,
        Activities = [A.FullActivity(FullGroup) with { Position = 8 }],
        ArchivedAt = Some.Start,
    };

    private static readonly CallsTold Told = new()
    {
        Cloud = "lxd", Answered = true, Failed = 2, Throttled = [null, TimeSpan.FromSeconds(3)],
    };

    private static readonly Price Priced = new()
    {
        Cloud = "sim", Zone = "a", Size = "small", IsInterruptible = true, Amount = 0.000001m, Currency = "EUR",
    };

    private static readonly Dictionary<Type, object> Examples = new object[]
    {
        new Assignment
        {
            Installation = new(A.Id()),
            Now = Some.Start,
            LeaseDuration = TimeSpan.FromMicroseconds(30_000_001),
            LaunchExpiry = TimeSpan.FromMinutes(10),
            Groups = [Record, Record],
            Cloud = Access,
            OtherClouds = [Access],
            Prices = new([Priced], [Priced with { Zone = "b" }]),
        },
        new SpendReserving(Lease, 0.25m, 1.5m),
        new SpendAnswer(new(new(2, 0.5m), 1.5m)),
        new LeaseTaking("task-1", 7, Some.Start, TimeSpan.FromSeconds(30)),
        new LeaseRenewal(Lease, Some.Start, TimeSpan.FromSeconds(30)),
        new LeaseAnswer(Lease),
        new LeasedRecord(Lease, Check, Releases: true),
        new IdleRecords([Check, Check]),
        new KeptActivities(Check.Activities),
        new FoundGroups([Record]),
        new FoundTemplate(Record.Template),
        new PassAnswer("msi_token", "https://muster.example.com/v1/instances/self/health"),
        new StoreClock(Some.Start),
        new PermitRequest { Kind = CallKind.Write, Group = FullGroup.Id, Cloud = "lxd", Told = Told },
        new PermitAnswer(IsGranted: true, TimeSpan.FromSeconds(4)),
        Told,
        A.FullRun(FullGroup),
        new Refusal { Code = "lease_lost", Detail = Some.Unicode },
    }.ToDictionary(example => example.GetType());

    public static TheoryData<Type> Messages =>
        [.. typeof(RemoteJson).GetCustomAttributesData()
            .Where(attribute => attribute.AttributeType == typeof(JsonSerializableAttribute))
            .Select(attribute => (Type)attribute.ConstructorArguments[0].Value!)];

    [Theory]
    [MemberData(nameof(Messages))]
    public void Every_message_comes_back_with_every_member(Type message)
    {
        var example = Examples[message];
        var filled = new Dictionary<string, bool>(StringComparer.Ordinal);
        Look(example, filled);
        Assert.Empty(filled.Where(member => !member.Value).Select(member => member.Key));

        var back = Through(example);

        Same.As(example, back);
        var members = new Dictionary<string, bool>(StringComparer.Ordinal);
        Look(back, members);
        Assert.Equal(filled.OrderBy(member => member.Key), members.OrderBy(member => member.Key));
    }

    [Fact]
    public void What_is_nothing_comes_back_as_nothing()
    {
        object[] nothings =
        [
            new LeaseAnswer(Lease: null),
            new FoundGroups([]),
            new KeptActivities([]),
            new CallsTold(),
            new PermitRequest { Kind = CallKind.Read, Told = new() },
            new IdleRecords([new() { State = new() { Group = FullGroup.Id } }]),
            A.Run(FullGroup) with { Outcome = null },
            new Refusal(),
            new FoundGroups(
                [new(A.Group(A.Template(FullGroup.Account)), A.Template(FullGroup.Account), new() { Group = FullGroup.Id }, [])]),
        ];

        Assert.All(nothings, nothing => Same.As(nothing, Through(nothing)));
    }

    [Theory]
    [InlineData(Suspension.None)]
    [InlineData(Suspension.All)]
    [InlineData(Suspension.Launch | Suspension.Terminate)]
    public void Every_suspension_comes_back(Suspension suspension)
    {
        var found = new FoundGroups([Record with { Group = FullGroup with { Suspended = suspension } }]);

        Assert.Equal(suspension, ((FoundGroups)Through(found)).Groups[0].Group.Suspended);
    }

    // A store keeps microseconds: what a task told with more would be another moment than the one that was kept.
    [Fact]
    public void Moments_and_spans_have_no_more_than_a_store_keeps_whoever_writes_them()
    {
        var clock = new StoreClock(Some.Start.AddTicks(1_234_567));
        var answer = new PermitAnswer(IsGranted: true, new TimeSpan(41_234_567));

        Assert.Equal(Some.Start.AddTicks(1_234_560), ((StoreClock)Through(clock)).Now);
        Assert.Equal(new TimeSpan(41_234_560), ((PermitAnswer)Through(answer)).Silence);
        Assert.Equal(
            Some.Start.AddTicks(1_234_560),
            JsonSerializer.Deserialize($$"""{"now":"{{Some.Start.AddTicks(1_234_567):o}}"}""", RemoteJson.Default.StoreClock)!.Now);
    }

    [Fact]
    public void A_member_that_this_version_does_not_know_is_passed_over()
    {
        var clock = JsonSerializer.Deserialize("""{"now":"2031-05-06T07:08:09+00:00","moon":"full"}""", RemoteJson.Default.StoreClock);

        Assert.Equal(new(2031, 5, 6, 7, 8, 9, TimeSpan.Zero), clock!.Now);
    }

    [Fact]
    public void What_opens_a_cloud_does_not_show_itself()
    {
        var assignment = (Assignment)Examples[typeof(Assignment)];

        Assert.Equal("access to cloud ducks", assignment.Cloud!.ToString());
        Assert.Contains("Cloud = access to cloud ducks,", assignment.ToString(), StringComparison.Ordinal);
    }

    private static object Through(object message)
    {
        var type = RemoteJson.Default.GetTypeInfo(message.GetType())!;
        return JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(message, type), type)!;
    }

    /// <summary>Every member of a message and of what is in it, and whether it is something at least once.</summary>
    private static void Look(object value, Dictionary<string, bool> filled)
    {
        if (value is IEnumerable items)
        {
            foreach (var item in items.Cast<object?>().OfType<object>().Where(item => item is not string and not TimeSpan))
            {
                Look(item, filled);
            }

            return;
        }

        foreach (var property in value.GetType()
            .GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is not null))
        {
            var member = property.GetValue(value);
            var name = $"{value.GetType().Name}.{property.Name}";
            filled[name] = filled.GetValueOrDefault(name) || !IsNothing(member, property.PropertyType);
            if (member is not null and not string and not byte[]
                && (member is IEnumerable || member.GetType().Namespace!.StartsWith("Muster", StringComparison.Ordinal)))
            {
                Look(member, filled);
            }
        }
    }

    private static bool IsNothing(object? value, Type type) =>
        value is null
        || (value is IEnumerable items && !items.Cast<object>().Any())
        || (type.IsValueType && value.Equals(Activator.CreateInstance(type)));
}
