namespace Muster.Cli.Rendering;

/// <summary>A value that stands from an instant on, until the next one.</summary>
/// <param name="At">The instant.</param>
/// <param name="Value">The value; null where there is none from here on.</param>
internal readonly record struct PlotPoint(DateTimeOffset At, double? Value);
