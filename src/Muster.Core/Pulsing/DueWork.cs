using System.Collections.Immutable;

namespace Muster.Core.Pulsing;

/// <summary>What is to be started now.</summary>
/// <param name="Runs">Sweeps that began, each with those that its listing serves, too.</param>
/// <param name="Groups">Groups whose checks alone began; each is ended with <see cref="RunningChecks.End"/>.</param>
/// <param name="Next">How long until the next one is due.</param>
internal sealed record DueWork(ImmutableArray<SweepRun> Runs, ImmutableArray<GroupId> Groups, TimeSpan Next);
