namespace Muster.Cli.Rendering;

/// <summary>How a command prints what it has, as the command line asks for it.</summary>
/// <param name="Format">In which form.</param>
/// <param name="Columns">Which columns of a table, by heading, and no others; null for those that fit.</param>
/// <param name="IsChoosable">Whether the command has options that choose columns.</param>
internal sealed record Output(OutputFormat Format, IReadOnlyList<string>? Columns = null, bool IsChoosable = false)
{
    /// <summary>For people, nothing asked.</summary>
    public static Output Text { get; } = new(OutputFormat.Text);

    /// <summary>Whether it is JSON.</summary>
    public bool IsJson => Format is OutputFormat.Json;

    /// <summary>Whether it is names alone.</summary>
    public bool IsName => Format is OutputFormat.Name;
}
