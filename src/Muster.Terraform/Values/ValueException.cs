namespace Muster.Terraform.Values;

/// <summary>A value is not what its place asks for, or its encoding is broken.</summary>
/// <param name="message">Says which and why.</param>
internal sealed class ValueException(string message) : Exception(message);
