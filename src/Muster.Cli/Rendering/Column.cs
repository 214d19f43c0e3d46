namespace Muster.Cli.Rendering;

/// <summary>One column of a table, and what becomes of it where there is little room.</summary>
/// <param name="Heading">In capitals.</param>
/// <param name="Drop">Those with the highest number are left out first; 0 never.</param>
internal sealed record Column(string Heading, int Drop = 0)
{
    /// <summary>Whether it holds sentences: they are wrapped between words.</summary>
    public bool Wraps { get; init; }

    /// <summary>Whether it holds ids, of which the start tells them apart. Never wrapped.</summary>
    public bool IsId { get; init; }

    /// <summary>Whether it is left out unless asked for, by <c>--wide</c> or by its heading.</summary>
    public bool IsExtra { get; init; }

    /// <summary>What <c>--columns</c> calls it.</summary>
    public string Word => Heading.ToLowerInvariant().Replace(' ', '-');

    /// <summary>A column that is never left out.</summary>
    public static implicit operator Column(string heading) => new(heading);
}
