using CsCheck;

using Muster.Terraform.Policies;
using Muster.Terraform.Schemas;
using Muster.Terraform.Tests.Support;
using Muster.Terraform.Values;

namespace Muster.Terraform.Tests.Planning;

/// <summary>What a plan for a policy says, held against Terraform's own rules each time.</summary>
public sealed class PolicyPlanTests
{
    private static readonly string[] Kinds = ["schedule", "step", "target", "backlog", "predictive", "receiver"];

    private const string GroupId = "00000000-0000-4000-8000-000000000007";

    /// <summary>Of each attribute two ways to say the same.</summary>
    public static TheoryData<string, object, object> Spellings => new()
    {
        { "for", Value.Of("5m"), Value.Of("300s") },
        { "cooldown", Value.Of("1h30m"), Value.Of("90m") },
        { "mode", Value.Of("grow-only"), Value.Of("grow_only") },
        { "add", Value.Of("30%"), Value.Of("+30%") },
        { "remove", Value.Of("2"), Value.Of("-2") },
        { "steps", Value.Of(["0..10: +10%", "10..: +30%"]), Value.Of(["10..:+30%", "0..10:+10%"]) },
        { "above", new Value.Number("0.5"), Value.Of("0.50") },
        { "tolerance", Value.Of("0.1"), new Value.Number("0.10") },
        { "grow_max", Value.Of("50%"), Value.Of("050%") },
        { "windows", Value.Of(["Mon-Fri 08:00-18:00"]), Value.Of(["monday-friday  8:00-18:00"]) },
        { "on_alarm", Value.Of("+2"), Value.Of("+02") },
    };

    [Fact]
    public void A_new_policy_is_known_but_for_what_only_the_server_can_tell()
    {
        var draft = TerraformCore.Plan(Configs.Policy, Value.Null, Configs.AlarmOf());

        Assert.Equal(["id", "version"], Unknown(draft.Planned));
        Assert.Equal(
            (Value.Of("on"), Value.Of("5m"), Value.Of("5m"), Value.Null),
            (draft.Planned.Items["mode"], draft.Planned.Items["cooldown"], draft.Planned.Items["max_age"], draft.Planned.Items["secret"]));
        Assert.Empty(draft.Replaces);
    }

    [Fact]
    public void Where_a_receiver_is_called_and_its_secret_are_known_once_it_is_made() => Assert.Equal(
        ["id", "path", "secret", "version"],
        Unknown(TerraformCore.Plan(Configs.Policy, Value.Null, Configs.PolicyOf("pager", "receiver")).Planned));

    [Fact]
    public void A_forecast_is_only_shown_unless_it_says_otherwise()
    {
        var forecast = Configs.PolicyOf("ahead", "predictive", ("metric", Value.Of("cpu")), ("target", Value.Of(60)));

        Assert.Equal(Value.Of("recommend"), TerraformCore.Plan(Configs.Policy, Value.Null, forecast).Planned.Items["mode"]);
    }

    [Fact]
    public void The_same_configuration_again_changes_nothing() =>
        Assert.All(Some, config => Assert.False(TerraformCore.Plan(Configs.Policy, Made(config), config).IsChange));

    [Theory, MemberData(nameof(Spellings))]
    public void What_says_the_same_in_other_words_is_no_change(string name, object one, object other)
    {
        var config = Configs.PolicyOf("any", "step", (name, (Value)one));

        Assert.False(TerraformCore.Plan(Configs.Policy, Made(config), config.With((name, (Value)other))).IsChange);
        Assert.False(TerraformCore.Plan(Configs.Policy, Made(config.With((name, (Value)other))), config).IsChange);
    }

    [Fact]
    public void Another_value_is_an_update_of_that_and_of_the_version_alone()
    {
        var prior = Made(Configs.AlarmOf());

        var draft = TerraformCore.Plan(Configs.Policy, prior, Configs.AlarmOf(("above", Value.Of(90))));

        Assert.Equal(
            ["above", "version"],
            draft.Planned.Items.Where(item => item.Value != prior.Items[item.Key]).Select(item => item.Key));
        Assert.Empty(draft.Replaces);
    }

    [Fact]
    public void What_is_taken_away_from_the_configuration_is_as_if_it_had_never_been_said()
    {
        var prior = Made(Configs.AlarmOf(
            ("mode", Value.Of("recommend")), ("cooldown", Value.Of("20m")), ("max_age", Value.Of("300s"))));

        var planned = TerraformCore.Plan(Configs.Policy, prior, Configs.AlarmOf(("for", Value.Null))).Planned;

        Assert.Equal(
            (Value.Of("on"), Value.Of("5m"), Value.Of("300s"), Value.Of("0s")),
            (planned.Items["mode"], planned.Items["cooldown"], planned.Items["max_age"], planned.Items["for"]));
    }

    [Theory]
    [InlineData("group", "shop")]
    [InlineData("name", "bell")]
    [InlineData("kind", "receiver")]
    public void Another_group_name_or_kind_is_another_policy(string name, string value)
    {
        var draft = TerraformCore.Plan(Configs.Policy, Made(Configs.AlarmOf()), Configs.AlarmOf((name, Value.Of(value))));

        Assert.Equal(name, Assert.Single(draft.Replaces).ToString());
    }

    [Fact]
    public void A_group_is_the_same_by_its_id_and_by_the_name_that_it_was_imported_by()
    {
        var prior = Made(Configs.AlarmOf());

        Assert.False(TerraformCore.Plan(Configs.Policy, prior, Configs.AlarmOf(("group", Value.Of(GroupId)))).IsChange);
        Assert.NotEmpty(TerraformCore.Plan(Configs.Policy, prior, Configs.AlarmOf(("group", Value.Of(Configs.TemplateId)))).Replaces);
    }

    [Fact]
    public void Anything_may_be_unknown_while_planning()
    {
        var config = Value.Object(Configs.Policy.Schema.Attributes.Select(attribute => (
            attribute.Name, attribute.IsOptional || attribute.IsRequired ? Value.Unknown : Value.Null)));

        Assert.True(TerraformCore.Plan(Configs.Policy, Value.Null, config).Planned.Items["mode"].IsUnknown);
        Assert.All(Some, made => TerraformCore.Plan(Configs.Policy, Made(made), config));
    }

    [Fact]
    public void Any_plan_keeps_Terraforms_rules_is_the_same_twice_and_comes_to_rest() =>
        Gen.Select(Written, Written).Sample((first, second) =>
        {
            var made = Made(first);
            var draft = TerraformCore.Plan(Configs.Policy, made, second);
            Assert.Equal(draft.Planned, TerraformCore.Plan(Configs.Policy, made, second).Planned);

            var applied = Configs.Made(Configs.Policy, draft.Planned).With(("id", Value.Of($"{GroupId}/any")));
            TerraformCore.CheckApplied(draft.Planned.With(("id", applied.Items["id"])), applied);
            Assert.False(TerraformCore.Plan(Configs.Policy, applied, second).IsChange, "the same again is a change");
        });

    private static Value.Mapping[] Some =>
    [
        Configs.AlarmOf(),
        Configs.OfficeOf(),
        Configs.OfficeOf(("zone", Value.Null), ("outside", Configs.FrameOf())),
        Configs.PolicyOf("pager", "receiver"),
        Configs.PolicyOf("work", "backlog", ("metric", Value.Of("queue")), ("per_instance", Value.Of(100)), ("steps", Value.Of([]))),
        Configs.PolicyOf("level", "target", ("metric", Value.Of("cpu")), ("target", new Value.Number("0.6"))),
    ];

    /// <summary>Configurations of every kind, whether they make sense or not.</summary>
    private static Gen<Value.Mapping> Written { get; } = Gen.Select(
        Gen.Int[0, Kinds.Length - 1].Select(index => Kinds[index]),
        Gen.Int[0, 4].Array[PolicyFields.All.Length],
        (kind, picks) => Configs.PolicyOf("any", kind, [.. PolicyFields.All.Zip(picks, (field, pick) => (field.Name, Any(field, pick)))]));

    private static Value Any(PolicyField field, int pick) => (field.Attribute.Type, pick) switch
    {
        (_, 0 or 1) => Value.Null,
        (AttributeType.TextType, 2) => Value.Of("300s"),
        (AttributeType.TextType, 3) => Value.Of("5m"),
        (AttributeType.TextType, _) => Value.Of("+1"),
        (AttributeType.NumberType, _) => Value.Of(pick),
        (AttributeType.FlagType, _) => Value.Of(pick == 2),
        (AttributeType.ListType, 2) => Value.Of([]),
        (AttributeType.ListType, _) => Value.Of([$"0..: +{pick}"]),
        (_, 2) => Configs.FrameOf(),
        _ => Configs.FrameOf(min: pick),
    };

    private static IEnumerable<string> Unknown(Value.Mapping planned) =>
        planned.Items.Where(item => item.Value.IsUnknown).Select(item => item.Key);

    private static Value.Mapping Made(Value.Mapping config) =>
        Configs.Made(Configs.Policy, TerraformCore.Plan(Configs.Policy, Value.Null, config).Planned)
            .With(("id", Value.Of($"{GroupId}/{new Fields(config).Text("name")}")));
}
