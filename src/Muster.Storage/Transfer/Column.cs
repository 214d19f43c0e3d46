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
/// <param name="Name">The same in every dialect.</param>
/// <param name="Kind">What it holds; nothing, too, where the schema allows that.</param>
internal sealed record Column(string Name, ColumnKind Kind);
