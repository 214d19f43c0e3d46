using System.Text.Json;

using Muster.Conformance.Storage;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Placements;
using Muster.Core.Planning;
using Muster.Core.Reconciling;
using Muster.Records;

namespace Muster.Storage.Tests.Records;

/// <summary>A decision is kept so that it can be made again.</summary>
public sealed class DecisionFormTests
{
    private readonly Some _a = new();

    [Fact]
    public void A_decision_that_is_read_again_is_made_again_with_the_same_words_and_the_same_state()
    {
        var decision = Decision.Make(Input());

        var kept = Written(decision);

        Assert.Contains("launch ", decision.Plan.Explanation, StringComparison.Ordinal);
        Assert.Equal(decision.Plan.Explanation, kept.Explanation);
        Same.As(decision.State, kept.State);
        var again = Decision.Make(kept.Input);
        Assert.Equal(decision.Plan.Explanation, again.Plan.Explanation);
        Same.As(decision.State, again.State);
    }

    [Fact]
    public void All_that_it_was_made_from_comes_back()
    {
        var input = Input();
        input = input with
        {
            Slices = [input.Slices[0] with { MayEnd = [new("i-2"), new("i-1")] }],
            Obstacle = "paused",
            ChangesAt = Some.Start.AddHours(1),
            LookedAgain = true,
            LaunchesMade = 3,
            Account = new(Max: 5, Others: 1.25m),
            SetAside = 2.5m,
            Notes = [Some.FullNote],
        };

        var kept = Written(Decision.Make(input));

        Same.As(input.Group, kept.Input.Group);
        Same.As(input.State, kept.Input.State);
        Same.AsEach(input.Slices, kept.Input.Slices);
        Same.AsEach(input.Notes, kept.Input.Notes);
        Assert.Equal((input.Account, input.SetAside), (kept.Input.Account, kept.Input.SetAside));
        Assert.Equal(
            (input.Now, input.ChangesAt, input.LookedAgain, input.Obstacle, input.LaunchesMade, input.Spread),
            (
                kept.Input.Now, kept.Input.ChangesAt, kept.Input.LookedAgain, kept.Input.Obstacle, kept.Input.LaunchesMade,
                kept.Input.Spread));
    }

    [Fact]
    public void A_decision_about_several_placements_is_read_again_and_made_again()
    {
        var input = Spread();

        var kept = Written(Decision.Make(input));

        Assert.Equal(input.Spread, kept.Input.Spread);
        Same.AsEach(input.Slices, kept.Input.Slices);
        Assert.Equal(kept.Explanation, Decision.Make(kept.Input).Plan.Explanation);
        Same.As(kept.State, Decision.Make(kept.Input).State);
    }

    [Fact]
    public void A_decision_about_one_placement_says_nothing_of_others()
    {
        var json = JsonSerializer.Serialize(DecisionForm.Of(KeptDecision.Of(Decision.Make(Input()))), FormsJson.Default.DecisionForm);

        foreach (var word in new[]
        {
            "spread", "launches_made", "blind", "spec", "is_earlier", "layout", "revision", "moves", "cloud\":null",
            "health", "repair", "notes", "unhealthy", "drain", "hooks", "draining", "gates", "lifetime",
        })
        {
            Assert.DoesNotContain($"\"{word}", json, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_decision_of_a_newer_version_is_refused_by_its_number()
    {
        var json = JsonSerializer.Serialize(DecisionForm.Of(KeptDecision.Of(Decision.Make(Input()))), FormsJson.Default.DecisionForm);
        var newer = json.Replace("{\"version\":1,", "{\"version\":2,", StringComparison.Ordinal);

        var error = Assert.Throws<JsonException>(() => DecisionForm.Read(newer));

        Assert.Contains("version 2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"what_it_was_made_from":{},"version":2}""", "version 2")]
    [InlineData("""{"group":{}}""", "says its version")]
    [InlineData("""{"version":"1"}""", "says its version")]
    [InlineData("[]", "says its version")]
    [InlineData("null", "says its version")]
    public void The_version_is_looked_at_before_anything_else(string json, string said) =>
        Assert.Contains(said, Assert.Throws<JsonException>(() => DecisionForm.Read(json)).Message, StringComparison.Ordinal);

    private static KeptDecision Written(Decision decision)
    {
        var json = JsonSerializer.Serialize(DecisionForm.Of(KeptDecision.Of(decision)), FormsJson.Default.DecisionForm);
        return DecisionForm.Read(json);
    }

    private PlanInput Input()
    {
        var template = _a.FullTemplate(new(_a.Id()));
        var group = _a.Group(template) with { Capacity = new() { Desired = 4, Min = 0, Max = 9 } };
        return new()
        {
            Group = group,
            State = new() { Group = group.Id, CheckedAt = Some.Start, Launched = HourlyCount.Empty.Add(2, Some.Start) },
            Slices =
            [
                new()
                {
                    Placement = new(Placement.Only, template),
                    Wanted = 4,
                    Why = "office: open",
                    Owned = [Instance(1, InstanceState.Running), Instance(2, InstanceState.Failed)],
                    OpenLaunches = [_a.FullLaunch(group)],
                    Evidence = [new("i-9")],
                    LaunchTokens = true,
                    MayHaveTwins = true,
                    ResumeAgeMax = TimeSpan.FromMinutes(8),
                    ListingLagMax = TimeSpan.FromSeconds(5),
                },
            ],
            Now = Some.Start,
        };
    }

    private PlanInput Spread()
    {
        var (home, other, gone) = (
            _a.Template(new(_a.Id())), _a.Template(new(_a.Id()), cloud: "triton"), _a.Template(new(_a.Id()), cloud: "lxd"));
        var layout = Some.Layout(home, other) with { SpillAfter = null };
        layout = layout with { Placements = layout.Placements.SetItem(1, layout.Placements[1] with { Zone = "z", Max = 3 }) };
        var input = Input();
        var slice = input.Slices[0] with { Wanted = 0, Why = null, Owned = [], OpenLaunches = [], Evidence = [] };
        return input with
        {
            Group = input.Group with { Template = home.Id, Layout = layout, Revision = 2 },
            Slices =
            [
                slice with { Placement = new("a", home) { Spec = layout.Placements[0] } },
                slice with
                {
                    Placement = new("b", other) { Spec = layout.Placements[1] },
                    Blind = new(CloudErrorKind.Unauthorized, "the key is refused", Some.Start.AddMinutes(1)),
                },
                slice with
                {
                    Placement = new(Placement.EarlierOn("lxd"), gone) { IsEarlier = true },
                    Owned = [Instance(3, InstanceState.Running)],
                },
            ],
            Spread = new(4, "office: open", layout),
            LaunchesMade = 1,
        };
    }

    private static Instance Instance(int number, InstanceState state) => new()
    {
        Id = new($"i-{number}"),
        Name = $"web-{number}",
        State = state,
        StateDetail = Some.Unicode,
        IsProtected = number == 1,
        CreatedAt = Some.Start.AddMicroseconds(number),
        Tags = Some.Map((MusterTags.Launch, new Guid(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]).ToString()), ("größe", Some.Unicode)),
    };
}
