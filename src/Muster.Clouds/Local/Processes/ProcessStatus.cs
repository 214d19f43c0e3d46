namespace Muster.Clouds.Local.Processes;

/// <summary>What the system tells of a process that exists now.</summary>
/// <param name="Identity">Which one.</param>
/// <param name="Group">Its process group.</param>
/// <param name="Session">Its session; zero where the system does not tell.</param>
/// <param name="IsDead">Whether it has ended and only waits to be reaped.</param>
/// <param name="IsStopped">Whether a signal has stopped it.</param>
internal sealed record ProcessStatus(ProcessIdentity Identity, int Group, int Session, bool IsDead, bool IsStopped);
