namespace Muster.Core.Options;

/// <summary>An option of a configuration, such as a cloud's or a source of metrics'.</summary>
public class ConfigOption
{
    /// <summary>What it is called: <c>stop_grace</c>. One that stands for many ends in capitals: <c>config.KEY</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it means, in Markdown, without a full stop.</summary>
    public required string Meaning { get; init; }

    /// <summary>What holds where it is not set, in Markdown; <c>required</c> where it must be.</summary>
    public string UnlessSet { get; init; } = "none";

    /// <summary>How every name of an option that stands for many begins; null for an option of one name.</summary>
    public string? Prefix { get; init; }

    /// <summary>Whether this is the option of that name.</summary>
    public bool IsNamed(string name) =>
        Prefix is null ? name == Name : name.StartsWith(Prefix, StringComparison.Ordinal) && name.Length > Prefix.Length;
}
