namespace Muster.Cli.Rendering;

/// <summary>One line of a plot.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Mark">What stands for it where there are no colours; one character.</param>
/// <param name="Tone">Its colour.</param>
/// <param name="Points">By time.</param>
internal sealed record PlotSeries(string Name, char Mark, Tone Tone, IReadOnlyList<PlotPoint> Points);
