namespace Muster.Clouds.Local.Processes;

/// <summary>One process, never to be mistaken for a later one with the same number.</summary>
/// <param name="Pid">Its number; also its group's and its session's, because every instance leads its own.</param>
/// <param name="StartedAt">
/// When it started, as the system writes it: on Linux field 22 of <c>/proc/PID/stat</c> (clock ticks since boot), elsewhere
/// <c>lstart</c> of <c>ps</c>, in UTC.
/// </param>
internal readonly record struct ProcessIdentity(int Pid, string StartedAt);
