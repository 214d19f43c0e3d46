using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using Muster.Conformance.Storage;
using Muster.Core.Storage;
using Muster.Records;
using Muster.Storage.Transfer;

namespace Muster.Storage.Tests.Records;

/// <summary>A form that is a row says what the row says: stores, exports and the wire have one vocabulary.</summary>
public sealed class FormsTests
{
    // What a store derives: the cloud of a group's template, and whether a launch is open. Claims stand beside their group, not in it.
    private static readonly string[] Derived = ["groups.cloud", "groups.claims", "launches.is_open"];

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
        MembersOf(form));

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
