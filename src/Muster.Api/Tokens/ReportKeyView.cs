namespace Muster.Api.Tokens;

/// <summary>A key of instances' own tokens; the key itself leaves the server never.</summary>
public sealed record ReportKeyView
{
    /// <summary>Which, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Since { get; init; }
}
