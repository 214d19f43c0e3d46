namespace Muster.Triton.Scaling;

/// <summary>A run in the original's place ends without having done anything; the message says why.</summary>
/// <param name="message">The sentence.</param>
public sealed class TsgScaleException(string message) : Exception(message);
