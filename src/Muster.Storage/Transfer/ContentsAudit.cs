using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

using Muster.Core.Accounts;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Life;
using Muster.Core.Placements;
using Muster.Records;
using Muster.Storage.Rows;
using Muster.Storage.Rules;

namespace Muster.Storage.Transfer;

/// <summary>
/// Looks at every row in the order of <see cref="StoreTable.All"/>, and finds what no store may hold: references to nothing, names and
/// positions given twice, words that mean nothing, groups without a state or without their present revision.
/// </summary>
internal sealed class ContentsAudit
{
    /// <summary>Findings that are told one by one: a store that is wrong through and through needs no longer list.</summary>
    private const int FindingsMax = 50;

    private static readonly GroupState NoState = new() { Group = default };

    private static readonly ImmutableArray<string> Referred = ["accounts", "templates", "groups"];

    private readonly ImmutableArray<string>.Builder _findings = ImmutableArray.CreateBuilder<string>();

    // Of the tables that others refer to; the rest is read by the million, and only needs to be in order.
    private readonly Dictionary<string, HashSet<string>> _ids =
        Referred.ToDictionary(table => table, _ => new HashSet<string>(StringComparer.Ordinal));
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _cloudOfTemplate = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GroupMade> _groups = new(StringComparer.Ordinal);
    private readonly HashSet<string> _groupsWithoutRevision = new(StringComparer.Ordinal);
    private readonly HashSet<string> _groupsWithoutState = new(StringComparer.Ordinal);
    private string _lastAccount = "";
    private long _lastPosition;
    private int _untold;

    // What is being looked at, for the words of a finding; the row before it has another key.
    private string _where = "";

    /// <summary>Looks at a row.</summary>
    /// <param name="table">Of which table.</param>
    /// <param name="row">Its values.</param>
    /// <param name="unreadable">Which of them the store holds in a way that cannot be read; the row has nothing in their place.</param>
    public void Add(StoreTable table, JsonElement row, IReadOnlyList<(Column Column, Exception Error)> unreadable)
    {
        var before = _where;
        var key = string.Join(' ', table.Key.Select(column => row.GetProperty(column).ToString()));
        _where = $"{table.Name} {key}";
        foreach (var (column, error) in unreadable)
        {
            Find($"cannot be read: {column.KeptAs}: {error.Message}");
        }

        try
        {
            if (_where == before)
            {
                Find("is there twice");
            }

            if (_ids.TryGetValue(table.Name, out var known))
            {
                known.Add(key);
            }

            LookAtNumbers(table, row);
            Look(table.Name, row);
        }
        catch (Exception error) when (StoreLine.IsUnreadable(error))
        {
            // What follows from a value that is missing for that reason is told already.
            if (unreadable.Count == 0)
            {
                Find($"cannot be read: {error.Message}");
            }
        }
    }

    /// <summary>What was found in all.</summary>
    public ImmutableArray<string> Finish()
    {
        foreach (var group in _groupsWithoutRevision)
        {
            _where = $"groups {group}";
            Find(string.Create(CultureInfo.InvariantCulture, $"has no row of its revision {_groups[group].Revision}"));
        }

        foreach (var group in _groupsWithoutState)
        {
            _where = $"groups {group}";
            Find("has no state");
        }

        if (_untold > 0)
        {
            _findings.Add($"and {_untold} more");
        }

        return _findings.ToImmutable();
    }

    private void LookAtNumbers(StoreTable table, JsonElement row)
    {
        foreach (var column in table.Columns)
        {
            if (column.Kind is ColumnKind.Number && row.TryGetProperty(column.Name, out var value)
                && value.ValueKind is JsonValueKind.Number && !column.Admits(value))
            {
                Find($"has {value} as {column.KeptAs}, and at most {int.MaxValue} is allowed");
            }
        }
    }

    private void Look(string table, JsonElement row)
    {
        switch (table)
        {
            case "accounts":
                TakeName("account", "", Text(row, "name"));
                _ = Words<AccountAccess>.Parse(Text(row, "access"));
                break;
            case "users":
                LookAtOwned(row, "user");
                break;
            case "keys":
                LookAtOwned(row, "credential");
                _ = StoreJson.ReadSecret(Json(row, "secret"));
                break;
            case "tokens":
                LookAtToken(row);
                break;
            case "templates":
                LookAtTemplate(row);
                break;
            case "groups":
                LookAtGroup(row);
                break;
            case "group_revisions":
                LookAtRevision(row);
                break;
            case "group_states":
                LookAtState(row);
                break;
            case "steering_states":
                Refer(row, "group_id", "groups");
                FindAll(SteeringRule.Judge(StoreJson.ReadOutcomes(JsonOrNull(row, "outcomes"))));
                FindAll(SteeringRule.Judge(StoreJson.ReadOutcomes(JsonOrNull(row, "words"))));
                break;
            case "launches":
                LookAtLaunch(row);
                break;
            case "activities":
                LookAtActivity(row);
                break;
            case "sweep_leases":
                Refer(row, "account_id", "accounts");
                break;
            case "meta":
                LookAtFact(Text(row, "key"), Text(row, "value"));
                break;
        }
    }

    private void LookAtFact(string key, string value)
    {
        switch (key)
        {
            case PauseFacts.Paused:
                _ = StoreJson.ReadPause(value);
                break;
            case PauseFacts.Acknowledged:
                _ = StoreJson.ReadTexts(value);
                break;
            case ReportKeyFact.Key:
                _ = StoreJson.ReadReportKeys(value);
                break;
            default:
                Find("is a fact that no export moves");
                break;
        }
    }

    private void LookAtOwned(JsonElement row, string what)
    {
        Refer(row, "account_id", "accounts");
        if (IsNull(row, "archived_at"))
        {
            TakeName(what, Text(row, "account_id"), Text(row, "name"));
        }
    }

    private void LookAtToken(JsonElement row)
    {
        Refer(row, "account_id", "accounts");
        _ = Words<Role>.Parse(Text(row, "role"));
        _ = Words<TokenScope>.Parse(Text(row, "scope"));
        if (IsNull(row, "revoked_at"))
        {
            TakeName("token", Text(row, "account_id"), Text(row, "name"));
        }

        if (row.GetProperty("secret_hash").GetBytesFromBase64().Length == 0)
        {
            Find("has no secret's hash");
        }
    }

    private void LookAtTemplate(JsonElement row)
    {
        Refer(row, "account_id", "accounts");
        _cloudOfTemplate[Text(row, "id")] = Text(row, "cloud");
        if (IsNull(row, "archived_at"))
        {
            TakeName("template", Text(row, "account_id"), Text(row, "name"));
        }

        _ = StoreJson.ReadTexts(Json(row, "networks"));
        _ = StoreJson.ReadMap(Json(row, "metadata"));
        _ = StoreJson.ReadMap(Json(row, "tags"));
        _ = StoreJson.ReadMap(Json(row, "options"));
    }

    private void LookAtGroup(JsonElement row)
    {
        var id = Text(row, "id");
        Refer(row, "account_id", "accounts");
        Refer(row, "template_id", "templates");
        _groupsWithoutState.Add(id);
        _ = Words<ScaleInOrder>.Parse(Text(row, "scale_in"));
        _ = StoreJson.ReadBrakes(Json(row, "brakes"));
        _ = Microseconds.ToSpan(Number(row, "interval_us"));
        FindAll(ClaimRule.Judge(StoreJson.ReadClaims(LeftOutJson(row, "claims"))));
        _ = StoreJson.ReadHealth(LeftOutJson(row, "health"));
        _ = StoreJson.ReadRepair(LeftOutJson(row, "repair"));
        _ = StoreJson.ReadDrain(LeftOutJson(row, "drain"));
        _ = StoreJson.ReadHooks(LeftOutJson(row, "hooks"));
        _ = StoreJson.ReadTraffic(LeftOutJson(row, "traffic"));
        if (row.TryGetProperty("lifetime_max_us", out var lifetime) && lifetime.ValueKind is not JsonValueKind.Null)
        {
            _ = Microseconds.ToSpan(Number(row, "lifetime_max_us"));
        }

        if (StoreJson.ReadPool(LeftOutJson(row, "pool")) is { } pool && PoolRules.Forbids(pool) is { } bound)
        {
            Find($"has a pool of {PoolRules.Of(pool)}, and allowed is {bound}");
        }

        FindAll(NoteRule.Judge(StoreJson.ReadNotes(LeftOutJson(row, "notes"))));
        FindAll(PoliciesRule.Judge(
            StoreJson.ReadPolicies(LeftOutJson(row, "policies")),
            row.TryGetProperty("is_steered", out var isSteered) && isSteered.ValueKind is not JsonValueKind.Null
                ? isSteered.GetBoolean()
                : null));

        var isArchived = Words<GroupPhase>.Parse(Text(row, "phase")) is GroupPhase.Archived;
        if (isArchived == IsNull(row, "archived_at"))
        {
            Find($"is {Text(row, "phase")}, and archived_at says otherwise");
        }

        if (!isArchived)
        {
            TakeName("group", Text(row, "account_id"), Text(row, "name"));
        }

        if (_cloudOfTemplate.TryGetValue(Text(row, "template_id"), out var cloud) && cloud != Text(row, "cloud"))
        {
            Find($"is on cloud {Text(row, "cloud")}, and its template on {cloud}");
        }

        LookAtLayout(id, row);
        var (min, desired, max) = (Number(row, "capacity_min"), Number(row, "capacity_desired"), Number(row, "capacity_max"));
        if (!(min >= 0 && min <= desired && desired <= max))
        {
            Find(string.Create(CultureInfo.InvariantCulture, $"has a capacity of {desired} within {min} to {max}"));
        }
    }

    private void LookAtLayout(string id, JsonElement row)
    {
        _ = StoreJson.ReadEvacuations(LeftOutJson(row, "evacuations"));
        var revision = row.TryGetProperty("revision", out _) && !IsNull(row, "revision") ? Number(row, "revision") : 1;
        if (revision < 1)
        {
            Find(string.Create(CultureInfo.InvariantCulture, $"is revision {revision}, and the first is 1"));
        }

        var layout = ReadLayout(row);
        if (layout is not null && layout.Placements[0].Template.ToString() != Text(row, "template_id"))
        {
            Find($"has template {Text(row, "template_id")}, and its first placement has {layout.Placements[0].Template}");
        }

        var made = new GroupMade(revision, Text(row, "template_id"), layout);
        _groups[id] = made;
        if (!made.IsFirstOfOneTemplate)
        {
            _groupsWithoutRevision.Add(id);
        }
    }

    private void LookAtRevision(JsonElement row)
    {
        Refer(row, "group_id", "groups");
        Refer(row, "template_id", "templates");
        var kept = new GroupMade(Number(row, "revision"), Text(row, "template_id"), ReadLayout(row));
        if (!_groups.TryGetValue(Text(row, "group_id"), out var group))
        {
            return;
        }

        if (kept.Revision < 1 || kept.Revision > group.Revision)
        {
            Find(string.Create(CultureInfo.InvariantCulture, $"is none of the revisions 1 to {group.Revision} of its group"));
        }
        else if (kept.Revision == group.Revision)
        {
            _groupsWithoutRevision.Remove(Text(row, "group_id"));
            if (kept != group && !(kept.IsFirstOfOneTemplate && group.IsFirstOfOneTemplate))
            {
                Find("is the present revision of its group, which is made of something else");
            }
        }
    }

    /// <summary>The placements of a row, or of nothing; they refer to templates, too.</summary>
    private Layout? ReadLayout(JsonElement row)
    {
        if (StoreJson.ReadLayout(LeftOutJson(row, "layout")) is not { } layout)
        {
            return null;
        }

        if (layout.Placements.IsEmpty)
        {
            throw new InvalidDataException("layout has no placement");
        }

        foreach (var placement in layout.Placements.Where(each => !_ids["templates"].Contains(each.Template.ToString())))
        {
            Find($"refers by placement {placement.Name} to {placement.Template}, which is not in templates");
        }

        foreach (var name in layout.Placements.CountBy(placement => placement.Name).Where(each => each.Value > 1))
        {
            Find(string.Create(CultureInfo.InvariantCulture, $"has {name.Value} placements named '{name.Key}'"));
        }

        return layout;
    }

    private void LookAtState(JsonElement row)
    {
        Refer(row, "group_id", "groups");
        _groupsWithoutState.Remove(Text(row, "group_id"));
        _ = Words<GroupCondition>.Parse(Text(row, "condition"));
        _ = StoreJson.ReadBreaker(JsonOrNull(row, "breaker"));
        _ = StoreJson.ReadCount(JsonOrNull(row, "launched"));
        _ = StoreJson.ReadCount(JsonOrNull(row, "terminated"));
        _ = StoreJson.ReadTerminations(JsonOrNull(row, "recent_terminations"));
        _ = StoreJson.ReadMembers(LeftOutJson(row, "members"));
        _ = StoreJson.ReadPlacements(new(), LeftOutJson(row, "placements"));
        _ = StoreJson.ReadMoves(NoState, LeftOutJson(row, "moves"));
    }

    private void LookAtLaunch(JsonElement row)
    {
        Refer(row, "group_id", "groups");
        Refer(row, "template_id", "templates");
        var phase = Words<LaunchPhase>.Parse(Text(row, "phase"));
        if (Launch.IsOpenIn(phase) != row.GetProperty("is_open").GetBoolean())
        {
            Find($"is {phase}, and is_open says otherwise");
        }

        _ = StoreJson.ReadTags(LeftOutJson(row, "tags"));
    }

    private void LookAtActivity(JsonElement row)
    {
        Refer(row, "account_id", "accounts");
        Refer(row, "group_id", "groups");
        _ = Words<ActivityType>.Parse(Text(row, "type"));
        _ = Words<ActivityStatus>.Parse(Text(row, "status"));
        var (account, position) = (Text(row, "account_id"), Number(row, "position"));
        if (account == _lastAccount && position <= _lastPosition)
        {
            Find(string.Create(CultureInfo.InvariantCulture, $"stands at position {position}, after {_lastPosition}"));
        }

        (_lastAccount, _lastPosition) = (account, position);
    }

    private void Refer(JsonElement row, string column, string table)
    {
        if (!_ids[table].Contains(Text(row, column)))
        {
            Find($"refers by {column} to {Text(row, column)}, which is not in {table}");
        }
    }

    private void TakeName(string what, string account, string name)
    {
        if (!_names.Add($"{what} {account} {name}"))
        {
            Find($"is a second living {what} named '{name}'");
        }
    }

    private void FindAll(IEnumerable<string> findings)
    {
        foreach (var finding in findings)
        {
            Find(finding);
        }
    }

    private void Find(string finding)
    {
        if (_findings.Count < FindingsMax)
        {
            _findings.Add($"{_where} {finding}");
        }
        else
        {
            _untold++;
        }
    }

    /// <summary>What a group, or a revision of one, is made of.</summary>
    private sealed record GroupMade(long Revision, string Template, Layout? Layout)
    {
        /// <summary>
        /// Whether it is as servers of before revisions know groups: they keep no row of it, and change its template without making another
        /// revision.
        /// </summary>
        public bool IsFirstOfOneTemplate => Revision == 1 && Layout is null;
    }

    private static string Text(JsonElement row, string column) =>
        row.GetProperty(column).GetString() ?? throw new InvalidDataException($"{column} is empty");

    private static long Number(JsonElement row, string column) => row.GetProperty(column).GetInt64();

    private static bool IsNull(JsonElement row, string column) => row.GetProperty(column).ValueKind is JsonValueKind.Null;

    private static string Json(JsonElement row, string column) =>
        JsonOrNull(row, column) ?? throw new InvalidDataException($"{column} is empty");

    /// <summary>A column that a line leaves out where it holds nothing.</summary>
    private static string? LeftOutJson(JsonElement row, string column) =>
        row.TryGetProperty(column, out _) ? JsonOrNull(row, column) : null;

    private static string? JsonOrNull(JsonElement row, string column) =>
        IsNull(row, column) ? null : row.GetProperty(column).GetRawText();
}
