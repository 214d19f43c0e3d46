namespace Muster.Cli.Rendering;

/// <summary>How a command prints what it has.</summary>
internal enum OutputFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>For people with much room: every column, ids whole.</summary>
    Wide,

    /// <summary>The API's own shapes.</summary>
    Json,

    /// <summary>Names alone, one a line, for loops of a shell.</summary>
    Name,
}
