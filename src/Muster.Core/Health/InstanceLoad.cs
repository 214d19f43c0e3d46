namespace Muster.Core.Health;

/// <summary>How busy an instance is, as somebody says. Of two figures of one group the lower means less busy.</summary>
/// <param name="Cloud">Its cloud.</param>
/// <param name="Instance">Which.</param>
/// <param name="Load">The figure, 0 or more, in whatever unit its source has.</param>
/// <param name="Source">Who says so: <c>probe</c>, <c>cloud</c>, or who reported.</param>
public sealed record InstanceLoad(string Cloud, InstanceId Instance, double Load, string Source)
{
    /// <summary>Most that is believed: beyond, a number has no digits left for the difference between two instances.</summary>
    public const double Max = 1e15;

    /// <summary>Whether a number may be how busy something is.</summary>
    public static bool IsLoad(double number) => number is >= 0 and <= Max;
}
