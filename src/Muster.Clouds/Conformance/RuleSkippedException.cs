namespace Muster.Clouds.Conformance;

/// <summary>A rule does not apply: the cloud does not promise it, or nothing here can try it.</summary>
/// <param name="message">Which promise or hand is missing.</param>
public sealed class RuleSkippedException(string message) : Exception(message);
