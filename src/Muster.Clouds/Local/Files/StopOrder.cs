namespace Muster.Clouds.Local.Files;

/// <summary>Somebody ordered an instance to rest; stays on disk until it is started again, or ended.</summary>
/// <param name="KillAt">When SIGKILL follows on SIGTERM: after the grace, or at once.</param>
internal sealed record StopOrder(DateTimeOffset KillAt);
