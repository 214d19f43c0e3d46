using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>What one sweep did.</summary>
/// <param name="Sweep">Which.</param>
/// <param name="Groups">Groups checked.</param>
/// <param name="Acting">Of these, groups with something to do.</param>
/// <param name="Instances">Instances listed of these groups.</param>
/// <param name="Pages">Calls the listing took; 0 where another sweep that shared it tells them.</param>
/// <param name="Duration">From the first read to the last write; what is acted on goes on after it.</param>
public sealed record SweepReport(SweepKey Sweep, int Groups, int Acting, int Instances, int Pages, TimeSpan Duration);
