namespace Muster.Health.Probes;

/// <summary>An instance answered, and not as it should.</summary>
/// <param name="message">What it did, in plain words, to stand after its name.</param>
internal sealed class ProbeException(string message) : Exception(message);
