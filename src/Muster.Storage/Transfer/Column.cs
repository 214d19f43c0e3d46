using System.Text.Json;

namespace Muster.Storage.Transfer;

/// <summary>What a column holds, whatever type its dialect gives it.</summary>
internal enum ColumnKind
{
    /// <summary>A UUID.</summary>
    Id,

    /// <summary>Text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>An instant, to the microsecond.</summary>
    Time,

    /// <summary>JSON; the order of its members and its spaces mean nothing.</summary>
    Json,

    /// <summary>Bytes.</summary>
    Bytes,
}

/// <summary>One column of a table.</summary>
/// <param name="Name">What the lines call it.</param>
/// <param name="Kind">What it holds.</param>
internal sealed record Column(string Name, ColumnKind Kind)
{
    /// <summary>
    /// What the databases call it, the same in every dialect. It differs where a column keeps a name that its lines have lost, because
    /// servers of an older version may share it.
    /// </summary>
    public string KeptAs { get; init; } = Name;

    /// <summary>Whether a number in it may be of 64 bits; else it is of 32.</summary>
    public bool IsLong { get; init; }

    /// <summary>Whether it may hold nothing, by the schema of every dialect.</summary>
    public bool IsOptional { get; init; }

    /// <summary>The same, and it may hold nothing.</summary>
    public Column OrNothing => this with { IsOptional = true };

    /// <summary>
    /// Whether a line leaves it out where it holds nothing, as lines did before there was such a column: an older export is taken, and a
    /// store without such values gives the same lines as ever.
    /// </summary>
    public bool IsLeftOut { get; init; }

    /// <summary>The same, and it may hold nothing and is then left out: every column that came after the first exports.</summary>
    public Column OrLeftOut => this with { IsOptional = true, IsLeftOut = true };

    /// <summary>Whether a value of a line can stand in it.</summary>
    public bool Admits(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => IsOptional,
        JsonValueKind.String => Kind switch
        {
            ColumnKind.Text => true,
            ColumnKind.Id => value.TryGetGuid(out _),
            ColumnKind.Time => StoreLine.IsTime(value.GetString()!),
            ColumnKind.Bytes => value.TryGetBytesFromBase64(out _),
            _ => false,
        },
        JsonValueKind.Number => Kind is ColumnKind.Number && (IsLong ? value.TryGetInt64(out _) : value.TryGetInt32(out _)),
        JsonValueKind.True or JsonValueKind.False => Kind is ColumnKind.Flag,
        _ => Kind is ColumnKind.Json,
    };
}
