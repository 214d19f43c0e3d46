namespace Muster.Server;

/// <summary>An address cannot be listened on; the message says why and what to do.</summary>
/// <param name="message">The sentence.</param>
/// <param name="inner">What the system said.</param>
public sealed class ListenException(string message, Exception inner) : Exception(message, inner);
