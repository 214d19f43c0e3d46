using Muster.Core.Storage;

namespace Muster.Storage.Rows;

/// <summary>A group with its state and template in one row.</summary>
internal static class GroupRecordRow
{
    /// <summary>The columns, and where they come from: groups <c>g</c>, their states <c>s</c> and templates <c>t</c>.</summary>
    public const string Select =
        $"""
        SELECT {GroupRow.ColumnsWithVoices}, {StateRow.Columns}, {TemplateRow.Columns}
        FROM groups g JOIN group_states s ON s.group_id = g.id JOIN templates t ON t.id = g.template_id
        """;

    /// <summary>The same of one group, and what its account may spend.</summary>
    public static string SelectOne { get; } =
        $"""
        SELECT {GroupRow.ColumnsWithVoices}, {StateRow.Columns}, {TemplateRow.Columns}, {SpendRow.Columns("g.account_id")}
        FROM groups g JOIN group_states s ON s.group_id = g.id JOIN templates t ON t.id = g.template_id
        """;

    /// <summary>Reads one group; open launches are rows of their own.</summary>
    public static GroupRecord ReadOne(Row row)
    {
        var record = Read(row);
        return SpendRow.Read(row, record.State) is { } spend ? record with { AccountSpend = spend } : record;
    }

    /// <summary>Reads it; open launches are rows of their own.</summary>
    public static GroupRecord Read(Row row)
    {
        var (group, claims, policies, notes) = GroupRow.ReadWithVoices(row);
        var state = StateRow.Read(row);
        return new(group, TemplateRow.Read(row), state, []) { Claims = claims, Policies = policies, Notes = notes };
    }
}
