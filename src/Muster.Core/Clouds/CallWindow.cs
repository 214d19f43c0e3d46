namespace Muster.Core.Clouds;

/// <summary>How many calls a cloud takes within a time, each counting for all of it from when it was made.</summary>
/// <param name="Calls">At least 1.</param>
/// <param name="Within">Longer than zero.</param>
public sealed record CallWindow(int Calls, TimeSpan Within);
