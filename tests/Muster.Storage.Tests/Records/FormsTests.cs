using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using Muster.Conformance.Storage;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Records;
using Muster.Storage.Transfer;

namespace Muster.Storage.Tests.Records;

/// <summary>A form that is a row says what the row says: stores, exports and the wire have one vocabulary.</summary>
public sealed class FormsTests
{
    // What a store derives: the cloud of a group's template, and whether a launch is open. Claims, policies and notes stand
    // beside their group, not in it.
    private static readonly string[] Derived =
        ["groups.cloud", "groups.claims", "groups.policies", "groups.is_steered", "groups.notes", "launches.is_open"];

    // What is no column, but another row's: a launch's cloud is its template's.
    private static readonly string[] Joined = ["launches.cloud"];

    public static TheoryData<string, Type> Rows => new()
    {
        { "templates", typeof(TemplateForm) },
        { "groups", typeof(GroupForm) },
        { "group_states", typeof(GroupStateForm) },
        { "launches", typeof(LaunchForm) },
        { "activities", typeof(ActivityForm) },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_form_has_the_columns_of_its_table(string table, Type form) => Assert.Equal(
        StoreTable.Find(table)!.Columns.Select(column => column.Name).Where(column => !Derived.Contains($"{table}.{column}")),
        MembersOf(form).Where(member => !Joined.Contains($"{table}.{member}")));

    /// <summary>Byte for byte what was written before there were placements: older tasks, and rows, know no more.</summary>
    [Fact]
    public void A_group_with_one_template_is_written_as_ever()
    {
        var id = new Guid(1, 0, 0, new byte[8]);
        var template = new Template
        {
            Id = new(id), Account = new(id), Name = "hello", Cloud = "local", Image = "sleep", CreatedAt = Some.Start,
        };
        var group = new Group
        {
            Id = new(id),
            Account = new(id),
            Name = "web",
            Template = template.Id,
            Capacity = new() { Desired = 3, Min = 0, Max = 9 },
            Version = 1,
            CreatedAt = Some.Start,
            UpdatedAt = Some.Start,
        };
        var launch = new Launch
        {
            Id = new(id), Group = group.Id, Template = template.Id, InstanceName = "web-1", CreatedAt = Some.Start, UpdatedAt = Some.Start,
            Reason = "1 missing",
        };
        var record = new GroupRecord(group, template, new() { Group = group.Id, Reason = "new" }, [launch]);

        Assert.Equal(
            """
            {"group":{"id":"00000001-0000-0000-0000-000000000000","account_id":"00000001-0000-0000-0000-000000000000","name":"web",
            "template_id":"00000001-0000-0000-0000-000000000000","capacity_desired":3,"capacity_min":0,"capacity_max":9,
            "interval_us":60000000,"scale_in":"Oldest","brakes":{"launches_in_flight_max":10,"launches_per_check_max":100,
            "terminations_per_check_max":100,"launches_per_hour_max":1000,"terminations_per_hour_max":1000},"suspended":0,"phase":"Active",
            "version":1,"created_at":"2031-05-06T07:08:09.123456+00:00","updated_at":"2031-05-06T07:08:09.123456+00:00",
            "archived_at":null,"scaled_at":null},
            "template":{"id":"00000001-0000-0000-0000-000000000000","account_id":"00000001-0000-0000-0000-000000000000","name":"hello",
            "cloud":"local","name_prefix":null,"image":"sleep","size":null,"networks":[],"firewall_enabled":false,"user_data":null,
            "metadata":{},"tags":{},"options":{},"created_at":"2031-05-06T07:08:09.123456+00:00","archived_at":null},
            "state":{"group_id":"00000001-0000-0000-0000-000000000000","fence":0,"condition":"Scaling","reason":"new",
            "next_attempt_at":null,"checked_at":null,"running":0,"provisioning":0,"pending":0,"dead":0,"terminating":0,"unknown":0,
            "established_level":0,"breaker":null,"mass_failure":false,"launched":null,"terminated":null,"recent_terminations":null,
            "failures_in_row":0,"members":null,"placements":null},
            "open_launches":[{"id":"00000001-0000-0000-0000-000000000000","group_id":"00000001-0000-0000-0000-000000000000",
            "template_id":"00000001-0000-0000-0000-000000000000","instance_name":"web-1","phase":"Intended",
            "created_at":"2031-05-06T07:08:09.123456+00:00","updated_at":"2031-05-06T07:08:09.123456+00:00","instance_id":null,
            "attempts":1,"failure":null,"reason":"1 missing","tags":null}],"claims":null}
            """.Replace("\n", "", StringComparison.Ordinal),
            JsonSerializer.Serialize(GroupRecordForm.Of(record), FormsJson.Default.GroupRecordForm));
    }

    [Fact]
    public void A_group_in_several_places_comes_back_as_it_was()
    {
        var a = new Some();
        var (home, earlier) = (a.FullTemplate(new(a.Id())), a.Template(new(a.Id()), cloud: "lxd"));
        var group = a.FullGroup(home);
        var record = new GroupRecord(group, home, Some.FullState(group.Id, fence: 7), [a.FullLaunch(group) with { Cloud = "local" }])
        {
            PlacementTemplates = [home],
            EarlierTemplates = [earlier],
            Claims = [Some.FullClaim],
            Policies = SomePolicies.OfEachKind,
            Notes = [Some.FullNote],
        };

        var written = JsonSerializer.Serialize(GroupRecordForm.Of(record), FormsJson.Default.GroupRecordForm);

        var read = JsonSerializer.Deserialize(written, FormsJson.Default.GroupRecordForm)!.ToValue();
        Same.As(record, read);
        Assert.Equal(record.Policies, read.Policies);
    }

    /// <summary>Rows and messages hold them for as long as there are stores.</summary>
    [Fact]
    public void A_policy_is_written_as_ever() => Assert.Equal(
        """
        [{"name":"alarm","kind":"step","mode":"On","version":1,"created_us":1935817689123457,"updated_us":1935817689123458,
        "max_age_us":300000000,"step":{"metric":"cpu","is_above":true,"threshold":"80","for_us":0,
        "steps":[{"from":"0","adjustment":{"kind":"Percent","value":30}}],"cooldown_us":300000000}}]
        """.Replace("\n", "", StringComparison.Ordinal),
        JsonSerializer.Serialize(PolicyForm.Of([SomePolicies.Named("alarm")]), FormsJson.Default.PolicyFormArray));

    [Theory]
    [InlineData("""[{"name":"a","kind":"wizard","mode":"On","version":1,"created_us":0,"updated_us":0,"max_age_us":0}]""")]
    [InlineData("""[{"name":"a","kind":"step","mode":"On","version":1,"created_us":0,"updated_us":0,"max_age_us":0}]""")]
    [InlineData(
        """
        [{"name":"a","kind":"predictive","mode":"On","version":1,"created_us":0,"updated_us":0,"max_age_us":0,
        "predictive":{"metric":"cpu","value":60,"is_total":true}}]
        """)]
    [InlineData(
        """
        [{"name":"a","kind":"predictive","mode":"On","version":1,"created_us":0,"updated_us":0,"max_age_us":0,
        "predictive":{"metric":"cpu","value":"NaN","is_total":true}}]
        """)]
    public void What_does_not_say_what_a_policy_goes_by_is_none(string json) => Assert.Throws<JsonException>(
        () => PolicyForm.ToValue(JsonSerializer.Deserialize(json, FormsJson.Default.PolicyFormArray)));

    [Fact]
    public void A_run_has_the_columns_that_stores_keep_of_it() =>
        Assert.Equal(Storage.Rows.CheckRow.Columns.Split(", "), MembersOf(typeof(CheckRunForm)));

    [Fact]
    public void A_lease_is_written_as_ever() => Assert.Equal(
        """{"group_id":"00000000-0000-0000-0000-000000000001","holder":"task-1","fence":7,"ends_at":"2031-05-06T07:08:09+00:00"}""",
        JsonSerializer.Serialize(
            GroupLeaseForm.Of(new(
                new(Guid.Parse("00000000-0000-0000-0000-000000000001")), "task-1", 7, new(2031, 5, 6, 7, 8, 9, TimeSpan.Zero))),
            FormsJson.Default.GroupLeaseForm));

    [Fact]
    public void A_record_of_a_check_comes_back_as_it_was()
    {
        var a = new Some();
        var group = a.FullGroup(a.FullTemplate(new(a.Id())));
        var record = new CheckRecord
        {
            State = Some.FullState(group.Id, fence: 7),
            Launches = [a.FullLaunch(group)],
            Activities = [a.FullActivity(group) with { Position = 8 }],
            ArchivedAt = Some.Start,
        };

        var written = JsonSerializer.Serialize(CheckRecordForm.Of(record), FormsJson.Default.CheckRecordForm);

        Same.As(record, JsonSerializer.Deserialize(written, FormsJson.Default.CheckRecordForm)!.ToValue());
    }

    [Theory]
    [InlineData("""{"group_id":"00000000-0000-0000-0000-000000000001"}""")]
    [InlineData(
        """{"group_id":"00000000-0000-0000-0000-000000000001","holder":"h","fence":1,"fence":1,"ends_at":"2031-05-06T07:08:09Z"}""")]
    [InlineData("""{"group_id":"00000000-0000-0000-0000-000000000001","holder":null,"fence":1,"ends_at":"2031-05-06T07:08:09Z"}""")]
    public void A_form_with_something_missing_twice_or_nothing_is_none(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, FormsJson.Default.GroupLeaseForm));

    [Fact]
    public void Nothing_in_a_list_is_no_value() =>
        Assert.Throws<JsonException>(() => BucketForm.ToValue(JsonSerializer.Deserialize("[null]", FormsJson.Default.BucketFormArray)));

    private static IEnumerable<string> MembersOf(Type form) =>
        FormsJson.Default.GetTypeInfo(form)!.Properties.Select((JsonPropertyInfo member) => member.Name);
}
