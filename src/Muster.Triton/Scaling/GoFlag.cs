namespace Muster.Triton.Scaling;

/// <summary>A flag of the original.</summary>
/// <param name="Name">Its long name.</param>
/// <param name="Description">What it says.</param>
public sealed record GoFlag(string Name, string Description)
{
    /// <summary>Its short name.</summary>
    public char? Letter { get; init; }

    /// <summary>Another long name.</summary>
    public string? Alias { get; init; }

    /// <summary>Whether it stands alone.</summary>
    public bool IsSwitch { get; init; }
}
