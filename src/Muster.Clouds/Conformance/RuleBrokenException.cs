namespace Muster.Clouds.Conformance;

/// <summary>A cloud broke a rule of the port.</summary>
/// <param name="message">What was expected, and what came instead, for whoever writes the cloud.</param>
public sealed class RuleBrokenException(string message) : Exception(message);
