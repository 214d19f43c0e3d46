using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

using Muster.Storage.Transfer;

namespace Muster.Storage.Tests.Transfer;

/// <summary>Every rule of the audit is broken once: a check that cannot fail is worth nothing.</summary>
public sealed class ContentsAuditTests
{
    private const string Account = "00000000-0000-0000-0000-00000000000a";
    private const string Template = "00000000-0000-0000-0000-00000000000b";
    private const string Group = "00000000-0000-0000-0000-00000000000c";

    private const string Spread = "00000000-0000-0000-0000-00000000000d";
    private const string Layout =
        """{"distribution":"Ordered","placements":[{"name":"a","template_id":"00000000-0000-0000-0000-00000000000b"}],"spill_after_us":null,"return_after_us":null,"surge":"10%"}""";

    private const string Named =
        "\"kind\":\"predictive\",\"mode\":\"On\",\"version\":1,\"created_us\":0,\"updated_us\":0,\"max_age_us\":0,"
        + "\"predictive\":{\"metric\":\"cpu\",\"value\":\"60\",\"is_total\":true}}";

    private const string Nameless = "[{\"name\":\"\"," + Named + "]";
    private const string Twice = "[{\"name\":\"a\"," + Named + ",{\"name\":\"a\"," + Named + "]";

    private const string Noted = """{"instance":"i-1","cloud":"local","is_protected":true}""";
    private const string Checked =
        "\"path\":\"/\",\"method\":\"GET\",\"expect\":\"200\",\"verify_tls\":true,\"interval_us\":1,\"timeout_us\":1,"
        + "\"healthy_after\":1,\"unhealthy_after\":1,\"grace_us\":0,\"boot_timeout_us\":9223372036854775807}";

    [Fact]
    public void Sound_contents_have_no_findings() => Assert.Empty(Audit(Sound()));

    [Theory]
    [InlineData("accounts", "access", "\"Perhaps\"", "where a AccountAccess belongs")]
    [InlineData("users", "account_id", "\"00000000-0000-0000-0000-0000000000ff\"", "which is not in accounts")]
    [InlineData("keys", "account_id", "\"00000000-0000-0000-0000-0000000000ff\"", "which is not in accounts")]
    [InlineData("keys", "secret", "{}", "cannot be read")]
    [InlineData("tokens", "account_id", "\"00000000-0000-0000-0000-0000000000ff\"", "which is not in accounts")]
    [InlineData("tokens", "role", "\"Emperor\"", "where a Role belongs")]
    [InlineData("tokens", "secret_hash", "\"\"", "has no secret's hash")]
    [InlineData("templates", "account_id", "\"00000000-0000-0000-0000-0000000000ff\"", "which is not in accounts")]
    [InlineData("templates", "networks", "{\"a\":1}", "cannot be read")]
    [InlineData("templates", "metadata", "null", "metadata is empty")]
    [InlineData("groups", "template_id", "\"00000000-0000-0000-0000-0000000000ff\"", "which is not in templates")]
    [InlineData("groups", "cloud", "\"triton\"", "is on cloud triton, and its template on local")]
    [InlineData("groups", "phase", "\"Archived\"", "archived_at says otherwise")]
    [InlineData("groups", "archived_at", "\"2031-01-01T00:00:00.000000Z\"", "archived_at says otherwise")]
    [InlineData("groups", "capacity_min", "4", "has a capacity of 3 within 4 to 9")]
    [InlineData("groups", "claims", "[{\"source\":\"person\",\"reason\":\"x\",\"since_us\":0,\"desired\":1}]", "any source but person")]
    [InlineData("groups", "policies", "[{\"name\":\"a\",\"kind\":\"step\"}]", "cannot be read")]
    [InlineData("groups", "policies", Nameless, "that may not be kept: policy.name is ''")]
    [InlineData("groups", "policies", Twice, "has 2 policies named 'a'")]
    [InlineData("groups", "policies", Twice, "is not marked as steered")]
    [InlineData("groups", "is_steered", "true", "is marked as steered, and has no policy")]
    [InlineData("groups", "health", "{}", "cannot be read")]
    [InlineData("groups", "health", "{\"kind\":\"Prayer\"," + Checked, "no word of ProbeKind")]
    [InlineData("groups", "health", "{\"kind\":\"Http\"," + Checked, "longer than any span")]
    [InlineData("groups", "repair", "[]", "cannot be read")]
    [InlineData("groups", "drain", "[]", "cannot be read")]
    [InlineData("groups", "hooks", "[{\"name\":\"a\",\"at\":\"Never\"}]", "no word of HookMoment")]
    [InlineData("group_states", "draining", "2147483648", "has 2147483648 as draining")]
    [InlineData(
        "groups", "notes", "[{\"instance\":\"i\",\"cloud\":\"local\",\"gates\":[{\"gate\":\"\",\"answer\":\"Continue\",\"at_us\":1}]}]",
        "that may not be kept: gate is ''")]
    [InlineData("groups", "lifetime_max_us", "9223372036854775807", "longer than any span")]
    [InlineData("groups", "pool", "[]", "cannot be read")]
    [InlineData("groups", "pool", "{\"size\":\"101%\",\"suspended\":false,\"takes_surplus\":false}", "a portion is")]
    [InlineData(
        "groups", "pool", "{\"size\":\"1\",\"suspended\":false,\"takes_surplus\":false,\"age_max_us\":9223372036854775807}",
        "longer than any span")]
    [InlineData(
        "groups", "pool", "{\"size\":\"1001\",\"suspended\":false,\"takes_surplus\":false}",
        "has a pool of 1001 stopped, and allowed is a number from 1 to 1000")]
    [InlineData(
        "groups", "pool", "{\"size\":\"1\",\"suspended\":false,\"takes_surplus\":false,\"age_max_us\":1}", "allowed is 3600 to")]
    [InlineData("group_states", "warm", "2147483648", "has 2147483648 as warm")]
    [InlineData("group_states", "warming", "2147483648", "has 2147483648 as warming")]
    [InlineData("group_states", "members", "[{\"instance\":\"i-1\",\"since_us\":1,\"phase\":\"Tepid\"}]", "no word of MemberPhase")]
    [InlineData(
        "group_states", "members",
        "[{\"instance\":\"i-1\",\"since_us\":1,\"phase\":\"Warm\",\"failures\":1,\"retry_at_us\":9223372036854775807}]",
        "beyond all dates")]
    [InlineData("groups", "notes", "{}", "cannot be read")]
    [InlineData("groups", "notes", "[" + Noted + "," + Noted + "]", "has 2 notes of i-1 on local, and not one")]
    [InlineData("groups", "notes", "[{\"instance\":\"\",\"cloud\":\"local\"}]", "that may not be kept: instance is ''")]
    [InlineData("group_states", "unhealthy", "2147483648", "has 2147483648 as unhealthy")]
    [InlineData("steering_states", "group_id", "\"00000000-0000-0000-0000-0000000000ff\"", "which is not in groups")]
    [InlineData("steering_states", "outcomes", "[{}]", "cannot be read")]
    [InlineData("steering_states", "words", "[{\"policy\":\"a\"},{\"policy\":\"a\"}]", "has two outcomes of the policy 'a'")]
    [InlineData("groups", "interval_us", "9223372036854775807", "longer than any span")]
    [InlineData("groups", "capacity_max", "2147483648", "has 2147483648 as capacity_max")]
    [InlineData("group_states", "running", "-2147483649", "has -2147483649 as running")]
    [InlineData("group_states", "members", "[{\"instance\":\"i-1\",\"since_us\":9223372036854775807}]", "beyond all dates")]
    [InlineData(
        "group_states",
        "recent_terminations",
        "[{\"instance\":\"i-1\",\"at_us\":253402300800000000,\"reason\":\"x\",\"is_told\":true}]",
        "beyond all dates")]
    [InlineData("group_states", "launched", "[{\"start_s\":9223372036854775807,\"count\":1}]", "beyond all dates")]
    [InlineData(
        "group_states",
        "breaker",
        "{\"failures_in_row\":1,\"failed_at_us\":null,\"probe_at_us\":null,"
        + "\"probe_interval_us\":-9223372036854775808,\"last_failure\":null}",
        "longer than any span")]
    [InlineData("tokens", "scope", "\"Galaxy\"", "where a TokenScope belongs")]
    [InlineData("launches", "tags", "[]", "cannot be read")]
    [InlineData("groups", "scale_in", "\"Whatever\"", "where a ScaleInOrder belongs")]
    [InlineData("group_states", "group_id", "\"00000000-0000-0000-0000-0000000000ff\"", "which is not in groups")]
    [InlineData("group_states", "condition", "\"Merry\"", "where a GroupCondition belongs")]
    [InlineData("group_states", "breaker", "{}", "cannot be read")]
    [InlineData("meta", "key", "\"installation_id\"", "is a fact that no export moves")]
    [InlineData("meta", "key", "\"paused\"", "cannot be read")]
    [InlineData("meta", "key", "\"report_keys\"", "cannot be read")]
    [InlineData("meta", "value", "\"{}\"", "cannot be read")]
    [InlineData("launches", "is_open", "false", "is_open says otherwise")]
    [InlineData("launches", "phase", "\"Settled\"", "is_open says otherwise")]
    [InlineData("launches", "group_id", "\"00000000-0000-0000-0000-0000000000ff\"", "which is not in groups")]
    [InlineData("activities", "group_id", "\"00000000-0000-0000-0000-0000000000ff\"", "which is not in groups")]
    [InlineData("activities", "type", "\"Party\"", "where a ActivityType belongs")]
    [InlineData("sweep_leases", "account_id", "\"00000000-0000-0000-0000-0000000000ff\"", "which is not in accounts")]
    public void A_row_that_is_not_sound_is_found(string table, string column, string value, string finding)
    {
        var rows = Sound();
        rows.First(row => row.Table == table).Values[column] = JsonNode.Parse(value);

        Assert.Contains(
            Audit(rows), each => each.StartsWith(table, StringComparison.Ordinal) && each.Contains(finding, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("users", "a second living user named 'jane'")]
    [InlineData("keys", "a second living credential named 'TSG_Management_us-east-1'")]
    [InlineData("accounts", "a second living account named 'default'")]
    [InlineData("tokens", "a second living token named 'deploy'")]
    [InlineData("templates", "a second living template named 'hello'")]
    [InlineData("groups", "a second living group named 'web'")]
    public void A_name_given_twice_among_the_living_is_found(string table, string finding)
    {
        var rows = Sound();
        var at = rows.FindIndex(row => row.Table == table);
        var copy = rows[at].Values.DeepClone().AsObject();
        copy["id"] = "00000000-0000-0000-0000-0000000000fe";
        rows.Insert(at + 1, (table, copy));

        Assert.Contains(Audit(rows), each => each.Contains(finding, StringComparison.Ordinal));
    }

    [Fact]
    public void A_row_that_is_there_twice_is_found()
    {
        var rows = Sound();
        rows.Add((rows[^1].Table, rows[^1].Values.DeepClone().AsObject()));

        Assert.Contains(Audit(rows), each => each.EndsWith("is there twice", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("groups", "layout", "{}", "cannot be read")]
    [InlineData("groups", "layout", "null", "is made of something else")]
    [InlineData("groups", "evacuations", "{}", "cannot be read")]
    [InlineData("groups", "revision", "0", "is revision 0, and the first is 1")]
    [InlineData("groups", "revision", "3", "has no row of its revision 3")]
    [InlineData("groups", "revision", "1", "is none of the revisions 1 to 1")]
    [InlineData("group_revisions", "group_id", "\"00000000-0000-0000-0000-0000000000ff\"", "which is not in groups")]
    [InlineData("group_revisions", "template_id", "\"00000000-0000-0000-0000-0000000000ff\"", "which is not in templates")]
    [InlineData("group_revisions", "layout", "null", "is made of something else")]
    [InlineData("group_states", "moves", "[]", "cannot be read")]
    public void A_row_of_a_spread_group_that_is_not_sound_is_found(string table, string column, string value, string finding)
    {
        var rows = Sound();
        rows.First(row => row.Table == table && (row.Values["id"] ?? row.Values["group_id"])!.GetValue<string>() == Spread)
            .Values[column] = JsonNode.Parse(value);

        Assert.Contains(Audit(rows), each => each.Contains(finding, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("0000000000ff", "a", "refers by placement a to 00000000-0000-0000-0000-0000000000ff, which is not in templates")]
    [InlineData("0000000000ff", "a", "and its first placement has 00000000-0000-0000-0000-0000000000ff")]
    [InlineData("00000000000b", "b", "has 2 placements named 'b'")]
    public void A_layout_that_is_not_sound_is_found(string template, string name, string finding)
    {
        var rows = Sound();
        foreach (var (_, values) in rows.Where(row => row.Values["layout"] is not null))
        {
            values["layout"]!["placements"] = JsonNode.Parse(
                $$"""
                [{"name":"{{name}}","template_id":"00000000-0000-0000-0000-{{template}}"},{"name":"b","template_id":"{{Template}}"}]
                """);
        }

        Assert.Contains(Audit(rows), each => each.Contains(finding, StringComparison.Ordinal));
    }

    /// <summary>Servers from before revisions know no more of a group.</summary>
    [Fact]
    public void A_group_with_one_template_may_lack_its_first_revision()
    {
        var rows = Sound();
        rows.RemoveAll(row => row.Table == "group_revisions" && row.Values["group_id"]!.GetValue<string>() == Group);

        Assert.Empty(Audit(rows));
    }

    [Fact]
    public void A_group_without_a_state_is_found()
    {
        var rows = Sound();
        rows.RemoveAll(row => row.Table == "group_states");

        Assert.Equal([$"groups {Group} has no state", $"groups {Spread} has no state"], Audit(rows));
    }

    [Fact]
    public void A_position_that_does_not_grow_is_found()
    {
        var rows = Sound();
        var at = rows.FindIndex(row => row.Table == "activities");
        var earlier = rows[at].Values.DeepClone().AsObject();
        earlier["position"] = 4;
        rows.Insert(at + 1, ("activities", earlier));

        Assert.Contains(Audit(rows), each => each.Contains("stands at position 4, after 5", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_thousands_of_findings_the_first_are_told_and_the_rest_counted()
    {
        var rows = Sound();
        var at = rows.FindIndex(row => row.Table == "sweep_leases");
        for (var i = 0; i < 1000; i++)
        {
            var wrong = rows[at].Values.DeepClone().AsObject();
            wrong["account_id"] = $"00000000-0000-0000-0000-00000001{i:0000}";
            rows.Add(("sweep_leases", wrong));
        }

        var findings = Audit(rows);

        Assert.Equal("and 950 more", findings[^1]);
        Assert.Equal(51, findings.Length);
    }

    private static ImmutableArray<string> Audit(List<(string Table, JsonObject Values)> rows)
    {
        var audit = new ContentsAudit();
        foreach (var (table, values) in rows)
        {
            using var document = JsonDocument.Parse(values.ToJsonString());
            audit.Add(StoreTable.Find(table)!, document.RootElement, unreadable: []);
        }

        return audit.Finish();
    }

    private static List<(string Table, JsonObject Values)> Sound()
    {
        const string Rows =
            $$"""
            accounts {"id":"{{Account}}","name":"default","access":"Unlisted"}
            users {"id":"00000000-0000-0000-0000-0000000000a1","account_id":"{{Account}}","name":"jane","archived_at":null}
            keys {"id":"00000000-0000-0000-0000-0000000000a2","account_id":"{{Account}}","name":"TSG_Management_us-east-1","secret":{"scheme":"test","data":"x"},"archived_at":null}
            tokens {"id":"00000000-0000-0000-0000-0000000000d1","account_id":"{{Account}}","name":"deploy","role":"Operate","scope":"Account","secret_hash":"AQID","revoked_at":null}
            templates {"id":"{{Template}}","account_id":"{{Account}}","name":"hello","cloud":"local","networks":[],"metadata":{},"tags":{"a":"b"},"options":{},"archived_at":null}
            groups {"id":"{{Group}}","account_id":"{{Account}}","name":"web","template_id":"{{Template}}","cloud":"local","capacity_desired":3,"capacity_min":0,"capacity_max":9,"interval_us":60000000,"scale_in":"Oldest","brakes":{"launches_in_flight_max":1,"launches_per_check_max":1,"terminations_per_check_max":1,"launches_per_hour_max":1,"terminations_per_hour_max":1},"phase":"Active","archived_at":null}
            group_revisions {"group_id":"{{Group}}","revision":1,"template_id":"{{Template}}","created_at":"2031-01-01T00:00:00.000000Z","author":null}
            groups {"id":"{{Spread}}","account_id":"{{Account}}","name":"spread","template_id":"{{Template}}","cloud":"local","capacity_desired":3,"capacity_min":0,"capacity_max":9,"interval_us":60000000,"scale_in":"Oldest","brakes":{"launches_in_flight_max":1,"launches_per_check_max":1,"terminations_per_check_max":1,"launches_per_hour_max":1,"terminations_per_hour_max":1},"phase":"Active","archived_at":null,"layout":{{Layout}},"revision":2}
            group_revisions {"group_id":"{{Spread}}","revision":2,"template_id":"{{Template}}","layout":{{Layout}},"created_at":"2031-01-01T00:00:00.000000Z","author":"ann"}
            group_states {"group_id":"{{Spread}}","condition":"Healthy","breaker":null,"launched":null,"terminated":null,"recent_terminations":null}
            group_states {"group_id":"{{Group}}","condition":"Healthy","breaker":null,"launched":null,"terminated":null,"recent_terminations":null}
            steering_states {"group_id":"{{Group}}","evaluated_at":"2031-01-01T00:00:00.000000Z","conclusion":"content","boot_us":null,"short_since":null,"outcomes":[{"policy":"a"}],"words":null}
            launches {"id":"00000000-0000-0000-0000-0000000000e1","group_id":"{{Group}}","template_id":"{{Template}}","phase":"Seen","is_open":true}
            activities {"position":5,"id":"00000000-0000-0000-0000-0000000000f1","account_id":"{{Account}}","group_id":"{{Group}}","type":"NoOp","status":"Succeeded"}
            sweep_leases {"account_id":"{{Account}}","cloud":"local"}
            meta {"key":"acknowledged","value":"[\"local/i-1\"]"}
            """;
        return [.. Rows.Split('\n').Select(line => line.Split(' ', 2)).Select(parts => (parts[0], JsonNode.Parse(parts[1])!.AsObject()))];
    }
}
