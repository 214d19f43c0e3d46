using System.Collections.Immutable;

namespace Muster.Core.Pulsing;

/// <summary>What is to be started now.</summary>
/// <param name="Sweeps">Sweeps; each is ended with <see cref="Schedule.EndSweep"/>.</param>
/// <param name="Alone">Groups that hurry; each is ended with <see cref="Schedule.Release"/>.</param>
/// <param name="Next">How long until the next one is due.</param>
internal sealed record DueWork(ImmutableArray<SweepTicker> Sweeps, ImmutableArray<GroupId> Alone, TimeSpan Next);
