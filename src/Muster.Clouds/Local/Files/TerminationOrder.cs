namespace Muster.Clouds.Local.Files;

/// <summary>Somebody ordered the end of an instance; stays on disk until it is carried out.</summary>
/// <param name="OrderedAt">When; the grace counts from here, over a restart of Muster too.</param>
internal sealed record TerminationOrder(DateTimeOffset OrderedAt);
