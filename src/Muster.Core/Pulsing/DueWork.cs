using System.Collections.Immutable;

namespace Muster.Core.Pulsing;

/// <summary>What is to be started now.</summary>
/// <param name="Sweeps">Sweeps that began; each is ended with <see cref="RunningSweeps.End"/>.</param>
/// <param name="Groups">Groups whose checks alone began; each is ended with <see cref="RunningChecks.End"/>.</param>
/// <param name="Next">How long until the next one is due.</param>
internal sealed record DueWork(ImmutableArray<HeldSweep> Sweeps, ImmutableArray<GroupId> Groups, TimeSpan Next);
